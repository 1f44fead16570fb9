"""Commands that fill FR.AK.01 and FR.AK.02."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AliasChoices, Field, StringConstraints

from ajj.assessment import selectors
from ajj.assessment.events import Ak01Completed, RecommendationSubmitted
from ajj.assessment.models import Ak01
from ajj.assessment.services.marks import Note
from ajj.documents.data import AK02_EVIDENCE
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Invalid
from ajj.live.models import LogEntry
from ajj.live.ops import OpContext, OpData
from ajj.live.rules import SessionRole
from ajj.live.states import SessionKind
from ajj.skema.models import UnitKompetensi

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Choices = Annotated[list[Word], Field(min_length=1, max_length=12)]


class ProposeData(OpData):
    bukti: Choices
    hari: Word
    waktu: Word
    tuk: Word


class SignData(OpData):
    """``proposed``: the seq of the text that the signer read; another one is refused."""

    proposed: int | None = None


class UnitRow(OpData):
    """``unit``: pk or kode of a unit of the skema; ``bukti``: keys of ``AK02_EVIDENCE``."""

    unit: int | str = Field(validation_alias=AliasChoices("unit", "id", "kode"))
    bukti: list[str] = Field(max_length=12)


class RecommendData(OpData):
    result: Literal["K", "BK"]
    note: Note = ""
    tindak_lanjut: Note = ""
    units: list[UnitRow] = Field(max_length=60)


def ak01_propose(context: OpContext[ProposeData]) -> int:
    """Put FR.AK.01 on the table; a changed text takes the signatures off the old one."""
    held = selectors.ak01(context.session)
    if held is not None and held.complete:
        raise Conflict(_("FR.AK.01 sudah ditandatangani keduanya."), code="ak01_signed")
    data = context.data
    return context.append(
        "ak01.proposed",
        {
            "bukti": list(dict.fromkeys(data.bukti)),
            "hari": data.hari,
            "waktu": data.waktu,
            "tuk": data.tuk,
        },
    ).seq


def ak01_sign(context: OpContext[SignData]) -> int:
    """Sign the proposed FR.AK.01 as what one is in this session."""
    held = selectors.ak01(context.session)
    if held is None:
        raise Conflict(_("FR.AK.01 belum diajukan asesor."), code="ak01_not_proposed")
    if context.data.proposed not in {None, held.proposed_seq}:
        raise Conflict(_("Isi FR.AK.01 telah berubah. Baca lagi."), code="ak01_changed")
    side = "asesi" if context.role is SessionRole.ASESI else "asesor"
    if getattr(held, f"{side}_signed_seq") is not None:
        raise Conflict(_("Anda sudah menandatangani FR.AK.01."), code="ak01_already_signed")
    entry = context.append("ak01.signed", {"as": side})
    if Ak01.objects.get(pk=held.pk).complete:
        publish(Ak01Completed(session_id=context.session.pk))
    return entry.seq


def ak02_recommend(context: OpContext[RecommendData]) -> int:
    """Recommend K or BK with the kinds of evidence per unit (FR.AK.02); the last one counts.

    Refused outside an asesmen (``wrong_kind``), after the komite's decision (``decided``), for a
    unit of another skema (``unit_outside_skema``), an unknown kind of evidence
    (``unknown_evidence``), while two asesor's marks differ (``marks_disputed``), and K without
    evidence for every unit (``evidence_missing``).
    """
    session, data = context.session, context.data
    if session.kind != SessionKind.ASESMEN:
        raise Conflict(_("Rekomendasi diberikan pada sesi asesmen."), code="wrong_kind")
    if LogEntry.objects.filter(session=session, kind="decision").exists():
        raise Conflict(_("Komite sudah memutuskan."), code="decided")
    disputed = selectors.disputed_kuk(session)
    if disputed:
        numbers = ", ".join(kuk.no for kuk in disputed)
        raise Conflict(
            _("Tanda asesor berbeda pada KUK %(numbers)s. Putuskan dahulu.") % {"numbers": numbers},
            code="marks_disputed",
        )
    units = _units(context)
    entry = context.append(
        "ak02.recommended",
        {
            "result": data.result,
            "note": data.note,
            "tindak_lanjut": data.tindak_lanjut,
            "units": units,
        },
    )
    publish(RecommendationSubmitted(session_id=session.pk, seq=entry.seq))
    return entry.seq


def _units(context: OpContext[RecommendData]) -> list[dict[str, Any]]:
    skema_id = context.session.jadwal.permohonan.skema_id
    known = list(
        UnitKompetensi.objects.filter(skema_units__skema_id=skema_id).order_by("skema_units__order")
    )
    by_key: dict[int | str, UnitKompetensi] = {unit.pk: unit for unit in known}
    by_key |= {unit.kode: unit for unit in known}
    chosen: dict[int, list[str]] = {}
    for row in context.data.units:
        unit = by_key.get(row.unit)
        if unit is None:
            raise Invalid(_("Unit ini di luar skema sesi."), code="unit_outside_skema")
        if not set(row.bukti) <= set(AK02_EVIDENCE):
            raise Invalid(_("Jenis bukti tidak dikenal."), code="unknown_evidence")
        chosen[unit.pk] = [key for key in AK02_EVIDENCE if key in row.bukti]
    if context.data.result == "K" and not all(chosen.get(unit.pk) for unit in known):
        raise Invalid(
            _("Setiap unit membutuhkan paling sedikit satu jenis bukti."), code="evidence_missing"
        )
    return [
        {"unit": unit.pk, "kode": unit.kode, "bukti": chosen.get(unit.pk, [])} for unit in known
    ]
