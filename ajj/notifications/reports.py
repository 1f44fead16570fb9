"""Letters of the report package: to the office that it came, to the asesor what was answered."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.applications.rules import REVIEWERS
from ajj.assessment.models import ReportRevision
from ajj.kernel.dates import moment_text
from ajj.notifications import letters
from ajj.notifications.letters import Letter
from ajj.notifications.models import Delivery
from ajj.notifications.services import owe
from ajj.people.models import User

COMING, ANSWER = "laporan", "laporan-jawab"


def register() -> None:
    """Called once when Django starts."""
    letters.register(COMING, _coming)
    letters.register(ANSWER, _answer)


def owe_report(report_id: int, revision: int, *, now: datetime) -> list[Delivery]:
    """Everybody in the office who may receive a report hears of this revision."""
    roles = [role.value for role in REVIEWERS]
    office = User.objects.filter(is_active=True, role_grants__role__in=roles).distinct()
    return owe(f"{COMING}:{report_id}:{revision}", office, now=now)


def owe_answer(report_id: int, revision: int, *, now: datetime) -> list[Delivery]:
    """The asesor who handed this revision in hears of the answer."""
    row = _row(report_id, revision)
    return owe(f"{ANSWER}:{report_id}:{revision}", [row.submitted_by] if row else [], now=now)


def _row(report_id: int, revision: int) -> ReportRevision | None:
    rows = ReportRevision.objects.select_related(
        "report__permohonan__asesi", "report__permohonan__skema", "submitted_by", "answered_by"
    )
    return rows.filter(report_id=report_id, number=revision).first()


def _coming(key: str, version: str, user: User) -> Letter | None:
    row = _row(int(key), int(version))
    if row is None or row.answer or row.report.revision != row.number:
        return None
    return Letter(
        subject=_("Laporan asesmen menunggu diterima (%(nomor)s)") % {"nomor": row.report.nomor},
        lines=(_("Periksa kelengkapannya, lalu terima atau kembalikan dengan catatan."),),
        facts=_facts(row, user, _("Diajukan"), row.submitted_by.name, row.submitted_at),
        action=_("Buka laporan"),
        url=_url(row),
        reader=user,
    )


def _answer(key: str, version: str, user: User) -> Letter | None:
    row = _row(int(key), int(version))
    if row is None or row.answered_by is None or row.answered_at is None:
        return None
    nomor = {"nomor": row.report.nomor}
    if row.received:
        subject = _("Laporan asesmen diterima (%(nomor)s)") % nomor
        line = _("Tanda terimanya ada di halaman laporan. Tidak ada yang perlu Anda lakukan.")
    else:
        subject = _("Laporan asesmen perlu diperbaiki (%(nomor)s)") % nomor
        line = _("Isian tetap tersimpan. Perbaiki menurut catatan, lalu ajukan lagi.")
    facts = _facts(row, user, _("Dijawab"), row.answered_by.name, row.answered_at)
    noted = tuple((each["label"].partition("@")[0], each["note"]) for each in row.noted())
    said = ((_("Catatan"), row.note),) if row.note else ()
    return Letter(
        subject=subject,
        lines=(line,),
        facts=(*facts, *said, *noted),
        action=_("Buka laporan"),
        url=_url(row),
        reader=user,
    )


def _facts(
    row: ReportRevision, user: User, did: str, who: str, at: datetime
) -> tuple[tuple[str, str], ...]:
    permohonan = row.report.permohonan
    return (
        (_("Permohonan"), permohonan.nomor),
        (_("Skema"), permohonan.skema.judul),
        (_("Asesi"), permohonan.asesi.name),
        (_("Revisi"), str(row.number)),
        (did, f"{who}, {moment_text(at, user.zone)}"),
    )


def _url(row: ReportRevision) -> str:
    return f"{settings.SITE_URL}/permohonan/{row.report.permohonan.nomor}/laporan/"
