"""A concluded ujian as one document: what was asked, its whole log, what the asesor concluded.

The session's log names its SHA-256, so that the capsule carries the ujian as it carries evidence.
The same ujian gives the same bytes for ever: a MUK in use is locked, entries are never changed.
"""

from typing import Any

from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian, UjianEntry
from ajj.kernel.canonical import canonical_json
from ajj.kernel.clock import epoch_ms
from ajj.skema.models import Butir

FIELDS = ("seq", "at_ms", "kind", "data", "hash", "received_ms", "device", "n")


def record_of(ujian: Ujian, seq: int) -> bytes:
    """Canonical JSON (RFC 8785) of a concluded ujian with its log up to and including ``seq``.

    ``entries`` are linked as ``kernel.chain`` says, ``session`` standing for the ujian. What a
    device sent after the conclusion is not in it.
    """
    return canonical_json(
        {
            "ujian": str(ujian.pk),
            "permohonan": ujian.permohonan.nomor,
            "jenis": ujian.jenis,
            "muk": {"id": ujian.muk.pk, "version": ujian.muk.version} if ujian.muk else None,
            "seed": ujian.seed,
            "minutes": ujian.minutes,
            "extra": {"minutes": ujian.extra_minutes, "reason": ujian.extra_reason},
            "allowance_minutes": ujian.allowance_minutes,
            "given": _act(ujian.given_by_id, epoch_ms(ujian.given_at)),
            "started_ms": epoch_ms(ujian.started_at) if ujian.started_at else None,
            "finished_ms": epoch_ms(ujian.finished_at) if ujian.finished_at else None,
            "items": _items(ujian),
            "entries": _entries(ujian, seq),
            "concluded": _act(
                ujian.concluded_by_id, epoch_ms(ujian.concluded_at) if ujian.concluded_at else None
            ),
            "tercapai": ujian.tercapai,
            "belum_tercapai": ujian.belum_tercapai,
            **({"umpan_balik": ujian.umpan_balik} if ujian.task else {}),
        }
    )


def _act(actor: int | None, at_ms: int | None) -> dict[str, Any]:
    return {"by": str(actor or ""), "at_ms": at_ms}


def _items(ujian: Ujian) -> list[dict[str, Any]]:
    """As the MUK has them; ``shown`` is the number on this asesi's screen."""
    held = reading.standing(ujian, ujian.concluded_at or ujian.given_at)
    return [
        {
            "butir": item.butir.pk,
            "no": item.butir.no,
            "shown": item.no,
            "unit": item.butir.unit.kode,
            "pertanyaan": item.butir.pertanyaan,
            "pilihan": [
                {"letter": choice.letter, "shown": choice.shown, "text": choice.text}
                for choice in item.by_letter
            ],
            "kunci": item.butir.kunci,
            **_task(item.butir),
        }
        for item in held.in_order
    ]


def _task(butir: Butir | reading.Question) -> dict[str, Any]:
    """What a task says beyond its scenario."""
    return {"tugas": butir.tugas} if isinstance(butir, Butir) and butir.tugas else {}


def _entries(ujian: Ujian, seq: int) -> list[dict[str, Any]]:
    rows = UjianEntry.objects.filter(ujian=ujian, seq__lte=seq).order_by("seq")
    return [
        {**{name: getattr(row, name) for name in FIELDS}, "actor": str(row.actor_id)}
        for row in rows
    ]
