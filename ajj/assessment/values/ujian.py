"""What the sheets of the asesi's ujian say: FR.IA.03, 05, 06, 07, 09.

Items and answers appear once a ujian is over: before that its questions are nobody's to read.
"""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment import ujian
from ajj.assessment.models import INTERVIEW, Ujian
from ajj.assessment.sheet import LETTERS
from ajj.assessment.values.tugas import task_values
from ajj.skema.models import Butir, Muk

Row = dict[str, Any]


def of_ujian(permohonan: Permohonan, groups: list[Row]) -> dict[str, Row]:
    """``ujian``; the items of each kind are put into the ``groups`` that their units belong to."""
    found: dict[str, Row] = {}
    for row in ujian.of_permohonan(permohonan).filter(state__in=ujian.OVER):
        held = ujian.standing(row, row.finished_at or row.given_at)
        if row.muk is None:
            asked = found.setdefault(INTERVIEW, {"pertanyaan": []})["pertanyaan"]
            for item in held.in_order:
                asked.append(_item(item, held) | {"no": str(len(asked) + 1)})
            continue
        if row.task:
            found[row.jenis] = task_values(held, groups)
            continue
        items = sorted(held.items, key=lambda item: item.butir.no)
        found[row.jenis] = _facts(row, held) | {"butir": [_item(each, held) for each in items]}
        for group in groups:
            codes = {unit["kode"] for unit in group["units"]}
            rows = [_item(item, held) for item in items if item.butir.unit.kode in codes]
            group[row.jenis] = rows
    return found


def _facts(row: Ujian, held: ujian.Standing) -> Row:
    minutes = row.minutes + row.extra_minutes
    facts: Row = {"waktu": f"{minutes} menit"} if row.written else {}
    if row.concluded_at is None:
        return facts
    results = list(held.sheet.results.values())
    if row.jenis == Muk.Jenis.PILIHAN_GANDA:
        right = results.count("ya")
        facts |= {"benar": str(right), "salah": str(len(results) - right)}
    return facts | {
        "capaian": "tercapai" if row.tercapai else "belum",
        "belum_tercapai": row.belum_tercapai,
    }


def _item(item: ujian.Item, held: ujian.Standing) -> Row:
    butir = item.butir
    return {
        "no": str(butir.no),
        "pertanyaan": butir.pertanyaan,
        "pilihan": "\n".join(_choices(butir)),
        "kunci": butir.kunci,
        "jawaban": item.value or "tidak dijawab",
        "hasil": held.sheet.results.get(butir.pk, ""),
    }


def _choices(butir: Butir | ujian.Question) -> list[str]:
    return [f"{letter}. {text}" for letter, text in zip(LETTERS, butir.pilihan, strict=False)]
