"""What the forms of a session say: projections of its log, ready to print.

The forms' fixed sentences are part of their templates; here is only what this session adds.
They are Indonesian, whatever the signer's screen speaks.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from ajj.assessment import selectors
from ajj.assessment.gaps import KINDS, MissingPart, missing_parts
from ajj.assessment.models import Ak01, Recommendation
from ajj.assessment.rules import KukStanding
from ajj.documents import data as forms
from ajj.kernel.clock import clock_text, wall_time
from ajj.kernel.dates import long_date_text, moment_text
from ajj.live.models import Consent, LogEntry, Session
from ajj.live.rules import SessionRole
from ajj.live.selectors import members
from ajj.people.models import User
from ajj.scheduling.models import Penugasan
from ajj.skema.models import SkemaUnit


@override("id")
def ak01(session: Session, plan: Ak01) -> forms.Ak01:
    """FR.AK.01@2023 as both signed it, with the consent to recording as annex."""
    return forms.Ak01(
        header=_header(session),
        units=[forms.Unit(kode=row.unit.kode, judul=row.unit.judul) for row in _units(session)],
        bukti=list(plan.bukti),
        hari=_day(plan.hari),
        waktu=plan.waktu,
        tuk=plan.tuk,
        asesi=_signature(session, _asesi(session), plan.asesi_signed_ms),
        asesor=_signature(session, asesor_of(session), plan.asesor_signed_ms),
        recording_consent=_consent(session),
        proof=_proof(session),
    )


@override("id")
def ia01(session: Session, last: Recommendation) -> forms.Ia01:
    """FR.IA.01@2023: per KUK the asesor's last mark, its moment, and what a second one said."""
    standing = selectors.marks_state(session)
    asesor = str(asesor_of(session).pk)
    groups: dict[str, list[forms.UnitRows]] = {}
    for row in _units(session):
        groups.setdefault(row.kelompok, []).append(_unit_rows(row, standing, asesor))
    return forms.Ia01(
        header=_header(session),
        kelompok=[
            forms.Kelompok(nama=name or session.jadwal.permohonan.skema.judul, units=units)
            for name, units in groups.items()
        ],
        umpan_balik="",
        result=_result(last),
        belum_pada=_not_yet(groups),
        asesi=_signature(session, _asesi(session), None),
        asesor=_signature(session, last.author, last.at_ms),
        proof=_proof(session),
    )


@override("id")
def ak02(session: Session, last: Recommendation) -> forms.Ak02:
    """FR.AK.02@2023: the kinds of evidence per unit and the recommendation."""
    chosen = {row["kode"]: list(row["bukti"]) for row in last.units}
    return forms.Ak02(
        header=_header(session),
        mulai=_moment(session, 0),
        selesai=_moment(session, session.ended_ms if session.ended_ms is not None else last.at_ms),
        units=[
            forms.UnitEvidence(
                kode=row.unit.kode, judul=row.unit.judul, bukti=chosen.get(row.unit.kode, [])
            )
            for row in _units(session)
        ],
        result=_result(last),
        tindak_lanjut=last.tindak_lanjut,
        komentar=last.note,
        asesi=_signature(session, _asesi(session), None),
        asesor=_signature(session, last.author, last.at_ms),
        lampiran=["FR.APL.01", "FR.APL.02", "FR.AK.01", "FR.IA.01", *_evidence_names(session)],
        proof=_proof(session),
    )


@override("id")
def ak05(session: Session, last: Recommendation) -> forms.Ak05:
    """FR.AK.05@2023: the result, what happened, and every span that was not recorded."""
    gaps = missing_in(session)
    lost_ms = sum(gap.end_ms - gap.start_ms for gap in gaps if not gap.filled_by and not gap.media)
    names = {str(row["id"]): row["name"] for row in members(session)}
    return forms.Ak05(
        header=_header(session),
        units=[forms.Unit(kode=row.unit.kode, judul=row.unit.judul) for row in _units(session)],
        rows=[
            forms.ReportRow(
                asesi=_asesi(session).name, result=_result(last), keterangan=_failed(session, last)
            )
        ],
        aspek=_incidents(session) or "Tidak ada kejadian yang dicatat selama sesi.",
        penolakan="Tidak ada penolakan yang dicatat dalam sesi.",
        saran=last.tindak_lanjut or "Tidak ada.",
        catatan=last.note,
        gaps=[
            forms.GapRow(
                siapa=names.get(gap.owner, gap.owner),
                aliran=" ".join(
                    filter(None, (STREAMS.get(gap.kind, gap.kind), ONLY.get(gap.media, "")))
                ),
                dari=clock_text(gap.start_ms),
                sampai=clock_text(gap.end_ms),
                lama=length_text(gap.end_ms - gap.start_ms),
                sebab=CAUSES.get(gap.cause, gap.cause),
                diisi=FILLERS.get(gap.filled_by, gap.filled_by),
            )
            for gap in gaps
        ],
        gap_note=f"Jumlah yang tidak terisi: {length_text(lost_ms)}.",
        asesor=_signature(session, last.author, last.at_ms),
        proof=_proof(session),
    )


CAUSES = {
    "network": "jaringan terputus",
    "stopped": "dimatikan oleh pemiliknya",
    "muted": "perangkat dibisukan atau nonaktif",
    "stalled": "pengiriman tersendat",
    "media process": "proses media",
    "storage": "tempat simpan",
    "not yet joined": "belum bergabung",
    "not recorded": "tidak terekam",
}
STREAMS = {
    "camera": "Kamera",
    "screen": "Layar",
    "second_camera": "Kamera kedua",
}
ONLY = {"video": "(gambar)", "audio": "(suara)"}
FILLERS = {
    "": "tidak terisi",
    "device backup": "cadangan perangkat",
}


def length_text(milliseconds: int) -> str:
    """A length in words: ``1,9 dtk``, ``1 mnt 2 dtk``, ``1 jam 5 mnt``."""
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.1f}".replace(".", ",") + " dtk"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} mnt {rest} dtk" if minutes else f"{rest} dtk"
    return f"{minutes // 60} jam {minutes % 60} mnt"


def missing_in(session: Session) -> list[MissingPart]:
    """What the session's log says was not recorded."""
    rows = LogEntry.objects.filter(session=session, kind__in=KINDS).order_by("seq")
    return missing_parts(rows.values_list("kind", "data"))


def _incidents(session: Session) -> str:
    rows = LogEntry.objects.filter(session=session, kind="incident").order_by("seq")
    return "; ".join(
        f"{clock_text(row.at_ms)} {row.data['text'] or row.data['code']}" for row in rows
    )


def _failed(session: Session, last: Recommendation) -> str:
    """Units with a KUK that is not met, when the recommendation is BK."""
    if last.result == "K":
        return ""
    standing = selectors.marks_state(session)
    asesor = str(asesor_of(session).pk)
    rows = [(row.unit, _unit_rows(row, standing, asesor)) for row in _units(session)]
    return "; ".join(f"{unit.kode} {unit.judul}" for unit, made in rows if _not_yet({"": [made]}))


def asesor_of(session: Session) -> User:
    """The lead asesor of ``session``."""
    task = Penugasan.objects.select_related("user").get(
        jadwal=session.jadwal, role=SessionRole.ASESOR.value
    )
    return task.user


def _asesi(session: Session) -> User:
    asesi: User = session.jadwal.permohonan.asesi
    return asesi


def _units(session: Session) -> list[SkemaUnit]:
    return list(selectors.skema_units(session.jadwal.permohonan.skema))


def _header(session: Session) -> forms.Header:
    skema = session.jadwal.permohonan.skema
    day = _wall(session, 0).astimezone(ZoneInfo(settings.LSP.zone)).date()
    return forms.Header(
        skema_jenis=skema.jenis,
        skema_judul=skema.judul,
        skema_nomor=skema.nomor,
        tuk=session.jadwal.tuk,
        asesor=asesor_of(session).name,
        asesi=_asesi(session).name,
        tanggal=long_date_text(day),
    )


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


def _signature(session: Session, user: User, at_ms: int | None) -> forms.Signature:
    signed = "" if at_ms is None else _moment(session, at_ms)
    profile = getattr(user, "asesor", None)
    if profile is None:
        return forms.Signature(name=user.name, signed=signed)
    return forms.Signature(name=user.name, signed=signed, met=profile.met)


def _proof(session: Session) -> forms.Proof:
    return forms.Proof(session=str(session.pk), seq=session.head_seq, head=session.head_hash)


def _consent(session: Session) -> str:
    given = Consent.objects.filter(session=session, user=_asesi(session)).order_by("seq").last()
    if given is None:
        return ""
    return _("Asesi menyetujui perekaman sesi, naskah versi %(version)s, pada %(moment)s.") % {
        "version": given.version,
        "moment": _moment(session, given.at_ms),
    }


def _unit_rows(row: SkemaUnit, standing: dict[int, KukStanding], asesor: str) -> forms.UnitRows:
    return forms.UnitRows(
        kode=row.unit.kode,
        judul=row.unit.judul,
        elemen=[
            forms.ElemenRows(
                no=str(elemen.no),
                judul=elemen.judul,
                kuk=[
                    _kuk_row(kuk.no, kuk.teks, standing.get(kuk.pk), asesor)
                    for kuk in elemen.kuk.all()
                ],
            )
            for elemen in row.unit.elemen.all()
        ],
    )


def _kuk_row(no: str, teks: str, state: KukStanding | None, asesor: str) -> forms.KukRow:
    empty = forms.KukRow(no=no, teks=teks, value="", note="", at="")
    if state is None or not state.current:
        return empty
    mark = next((each for each in state.current if each.author == asesor), state.current[-1])
    others = [
        _("asesor lain: %(value)s %(note)s") % {"value": each.value, "note": each.note}
        for each in state.current
        if each.author != mark.author and (each.value != mark.value or each.note)
    ]
    notes = "; ".join(text.strip() for text in (mark.note, *others) if text.strip())
    row = forms.KukRow(no=no, teks=teks, value="", note=notes, at=clock_text(mark.at_ms))
    match mark.value:
        case "ya" | "tidak" | "lanjut" as value:
            row["value"] = value
    return row


def _not_yet(groups: dict[str, list[forms.UnitRows]]) -> str:
    """Unit and KUK that are marked and not ``ya``: what BELUM KOMPETEN refers to."""
    found = []
    for unit in (unit for units in groups.values() for unit in units):
        rows = [
            kuk["no"]
            for elemen in unit["elemen"]
            for kuk in elemen["kuk"]
            if kuk["value"] in {"tidak", "lanjut"}
        ]
        if rows:
            found.append(f"{unit['kode']} KUK {', '.join(rows)}")
    return "; ".join(found)


def _result(last: Recommendation) -> forms.Result:
    return "K" if last.result == "K" else "BK"


def _evidence_names(session: Session) -> list[str]:
    return [row["filename"] for row in selectors.evidence_list(session)]
