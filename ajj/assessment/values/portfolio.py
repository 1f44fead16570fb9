"""FR.IA.08: the evidence by number with its judgements, and what the asesor concluded from it.

``portofolio.belum`` is no field of the form: how many Ya or Tidak lack.
"""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment.portfolio import Folder, folder
from ajj.assessment.vatm import RULES

Row = dict[str, Any]
METHODS = {"observasi": "OBSERVASI LANGSUNG", "terstruktur": "KEGIATAN TERSTRUKTUR"}


def of_portfolio(permohonan: Permohonan) -> dict[str, Row]:
    """``bukti`` and ``portofolio`` of the vocabulary; the latter empty while nothing was said."""
    found = folder(permohonan)
    concluded = _concluded(found) if found.started else {}
    return {"bukti": {"portofolio": _pieces(found)}, "portofolio": concluded}


def _pieces(found: Folder) -> list[Row]:
    return [
        {
            "no": str(each.no),
            "nama": each.given.name,
            "catatan": each.note.value if each.note else "",
            **{rule: each.answers[rule].value if rule in each.answers else "" for rule in RULES},
        }
        for each in found.pieces
    ]


def _concluded(found: Folder) -> Row:
    return {
        "belum": str(found.unjudged),
        "tindak_lanjut": _rows(found),
        "bukti_tambahan": found.review.extra.value if found.review.extra else "",
        **_advice(found),
    }


def _rows(found: Folder) -> list[Row]:
    rows = []
    for row in found.confirmed:
        part = found.part(row["elemen"])
        if part is not None:
            rows.append(
                {
                    "cek": "ya",
                    "unit": f"{part.unit} ({part.kode})",
                    "elemen": part.no,
                    "materi": row["materi"],
                }
            )
    return rows


def _advice(found: Folder) -> Row:
    if found.review.advised is None:
        return {}
    said = found.review.advised.data
    where = {name: said.get(name, "") for name in ("kelompok", "unit", "elemen", "kuk")}
    if said["value"] == "kompeten":
        return {"rekomendasi": "K"}
    return {"rekomendasi": "BK", "metode": METHODS[said["value"]], **where}
