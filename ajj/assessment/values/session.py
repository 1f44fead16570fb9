"""What the log of a session says: agreement, checklist, record and report."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.assessment import selectors
from ajj.assessment.models import Ak01, Evidence, Recommendation
from ajj.assessment.rules import KukStanding
from ajj.assessment.unmet import Unmet, retake_text, unmet
from ajj.assessment.values import gaps, rescue, words
from ajj.assessment.values.happened import aspects
from ajj.assessment.values.scheme import Row, grouped
from ajj.assessment.values.scheme import unit as plain_unit
from ajj.kernel.clock import clock_text, wall_time
from ajj.kernel.dates import long_date_text, moment_text
from ajj.live.models import Consent, Presence, Session
from ajj.live.rules import SessionRole
from ajj.people.models import User
from ajj.scheduling.models import Penugasan
from ajj.skema.models import SkemaUnit


def of_session(session: Session) -> dict[str, Any]:
    """``asesmen``, ``persetujuan``, ``ceklis``, ``rekaman``, ``laporan``, ``log`` as they stand."""
    last = selectors.recommendation(session)
    rows = list(selectors.skema_units(session.jadwal.permohonan.skema))
    return {
        "asesmen": _held(session, rows, last),
        "persetujuan": _agreement(session),
        "ceklis": _checklist(session, rows, last),
        "rekaman": _record(session, rows, last),
        "laporan": _report(session, last),
        "log": {
            "sesi": str(session.pk),
            "catatan_ke": str(session.head_seq),
            "kepala": session.head_hash,
        },
    }


def asesor_of(session: Session) -> User:
    """The lead asesor of ``session``."""
    task = Penugasan.objects.select_related("user").get(
        jadwal=session.jadwal, role=SessionRole.ASESOR.value
    )
    return task.user


def _held(session: Session, rows: list[SkemaUnit], last: Recommendation | None) -> Row:
    asesi = session.jadwal.permohonan.asesi
    ended = session.ended_ms
    if ended is None and last is not None:
        ended = last.at_ms
    listed = {
        "hasil": last.result if last else "",
        "keterangan": "; ".join(each.named for each in _failed(session, rows, last)),
    }
    return {
        "asesi": words.person(asesi),
        "asesor": words.person(asesor_of(session)),
        "tuk": session.jadwal.tuk,
        "tanggal": words.day(_wall(session, 0)),
        "mulai": _moment(session, 0),
        "selesai": "" if ended is None else _moment(session, ended),
        "asesi_daftar": [listed],
        "hadir": attendance(session),
    }


def _agreement(session: Session) -> Row:
    """FR.AK.01 as it was signed, in whichever session of the permohonan that was."""
    plans = Ak01.objects.filter(
        session__jadwal__permohonan_id=session.jadwal.permohonan_id
    ).select_related("session__jadwal")
    plan = next(iter(sorted(plans, key=lambda each: each.session_id != session.pk)), None)
    if plan is None:
        return {}
    place = plan.session
    asesi, asesor = session.jadwal.permohonan.asesi, asesor_of(place)
    return {
        "bukti": list(plan.bukti),
        "hari": _day(plan.hari),
        "waktu": plan.waktu,
        "tuk": plan.tuk,
        "asesi": _signed(place, asesi, plan.asesi_signed_ms),
        "asesor": _signed(place, asesor, plan.asesor_signed_ms),
        "perekaman": _consent(place, asesi),
    }


def _checklist(session: Session, rows: list[SkemaUnit], last: Recommendation | None) -> Row:
    units = _marked(session, rows)
    values: Row = {
        "kelompok": grouped(session.jadwal.permohonan.skema, rows, units),
        "units": units,
        "asesi": words.person(session.jadwal.permohonan.asesi),
    }
    if last is None:
        return values | {"asesor": words.person(asesor_of(session))}
    return values | {
        "capaian": "tercapai" if last.result == "K" else "belum",
        "rekomendasi": last.result,
        "belum_pada": ""
        if last.result == "K"
        else "; ".join(each.with_kuk for each in unmet(units)),
        "asesor": _signed(session, last.author, last.at_ms),
    }


def _record(session: Session, rows: list[SkemaUnit], last: Recommendation | None) -> Row:
    asesi = words.person(session.jadwal.permohonan.asesi)
    if last is None:
        units = [plain_unit(row) for row in rows]
        return {"units": units, "asesi": asesi, "asesor": words.person(asesor_of(session))}
    chosen = {row["kode"]: list(row["bukti"]) for row in last.units}
    files = Evidence.objects.filter(session=session).order_by("seq")
    attached = ["FR.APL.01", "FR.APL.02", "FR.AK.01", "FR.IA.01"]
    retake = retake_text(_failed(session, rows, last))
    attached += files.filter(original_of=None).values_list("filename", flat=True)
    return {
        "units": [{**plain_unit(row), "bukti": chosen.get(row.unit.kode, [])} for row in rows],
        "hasil": last.result,
        "tindak_lanjut": "\n".join(filter(None, (last.tindak_lanjut.strip(), retake))),
        "komentar": last.note,
        "lampiran": [
            {"no": str(number), "teks": name} for number, name in enumerate(attached, start=1)
        ],
        "asesi": asesi,
        "asesor": _signed(session, last.author, last.at_ms),
    }


def _report(session: Session, last: Recommendation | None) -> Row:
    rows, lost = gaps.of(session)
    if last is None:
        return {}
    return {
        "aspek": " ".join(filter(None, (aspects(session), rescue.told(session)))),
        "penolakan": "Tidak ada penolakan yang dicatat dalam sesi.",
        "saran": last.tindak_lanjut or "Tidak ada.",
        "catatan": last.note,
        "celah": rows,
        "catatan_celah": lost,
    }


def attendance(session: Session) -> list[Row]:
    """Who was in the room, first in and last out, by the log's own joins."""
    spans: dict[int, list[Presence]] = {}
    rows = Presence.objects.filter(session=session).select_related("user").order_by("joined_ms")
    for row in rows:
        spans.setdefault(row.user_id, []).append(row)
    return [
        {
            "no": str(number),
            "nama": held[0].user.name,
            "peran": held[0].role.replace("_", " ").capitalize(),
            "masuk": clock_text(held[0].joined_ms),
            "keluar": _left(held),
        }
        for number, held in enumerate(spans.values(), start=1)
    ]


def _left(held: list[Presence]) -> str:
    ends = [row.left_ms for row in held]
    return "" if None in ends else clock_text(max(end for end in ends if end is not None))


def _marked(session: Session, rows: list[SkemaUnit]) -> list[Row]:
    standing = selectors.marks_state(session)
    asesor = str(asesor_of(session).pk)
    units = []
    for row in rows:
        made = plain_unit(row)
        for elemen, filled in zip(row.unit.elemen.all(), made["elemen"], strict=True):
            filled["kuk"] = [
                {"no": kuk.no, "teks": kuk.teks, **_mark(session, standing.get(kuk.pk), asesor)}
                for kuk in elemen.kuk.all()
            ]
        units.append(made)
    return units


def _mark(session: Session, state: KukStanding | None, asesor: str) -> Row:
    """The asesor's last mark with its moment, and what a second author says beside it."""
    if state is None or not state.current:
        return {}
    mark = next((each for each in state.current if each.author == asesor), state.current[-1])
    others = [
        _("asesor lain: %(value)s %(note)s") % {"value": each.value, "note": each.note}
        for each in state.current
        if each.author != mark.author and (each.value != mark.value or each.note)
    ]
    settled = state.resolution if state.resolved else None
    value = settled.value if settled else mark.value
    word = _("diputuskan: %(note)s") % {"note": settled.note} if settled else ""
    later = ["Penilaian lanjut"] if value == "lanjut" else []
    said = (*later, mark.note, *others, word, rescue.note_of(session, mark.at_ms))
    notes = "; ".join(text.strip() for text in said if text.strip())
    return {"hasil": value, "catatan": f"{notes} ({clock_text(mark.at_ms)})".strip()}


def unmet_in(session: Session, rows: list[SkemaUnit] | None = None) -> list[Unmet]:
    """The units of ``session`` with a KUK that was judged and not met, as the marks stand now."""
    units = rows or list(selectors.skema_units(session.jadwal.permohonan.skema))
    return unmet(_marked(session, units))


def _failed(session: Session, rows: list[SkemaUnit], last: Recommendation | None) -> list[Unmet]:
    """The same when the recommendation is BK; nothing else."""
    return unmet_in(session, rows) if last is not None and last.result == "BK" else []


def _wall(session: Session, at_ms: int) -> datetime:
    if session.opened_at is None:
        raise ValueError("the session has not been held")
    return wall_time(session.opened_at, at_ms)


def _moment(session: Session, at_ms: int) -> str:
    return moment_text(_wall(session, at_ms), settings.LSP.zone)


def _day(text: str) -> str:
    """An ISO date in words; any other text as it was written."""
    try:
        return long_date_text(date.fromisoformat(text))
    except ValueError:
        return text


def _signed(session: Session, user: User, at_ms: int | None) -> words.Person:
    return words.person(user, None if at_ms is None else _wall(session, at_ms))


def _consent(session: Session, asesi: User) -> str:
    given = Consent.objects.filter(session=session, user=asesi).order_by("seq").last()
    if given is None:
        return ""
    return _("Asesi menyetujui perekaman sesi, naskah versi %(version)s, pada %(moment)s.") % {
        "version": given.version,
        "moment": _moment(session, given.at_ms),
    }
