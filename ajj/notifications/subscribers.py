"""Which facts lead to a message. The debt and its task are written together or not at all."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ajj.applications.events import PermohonanBerubah
from ajj.assessment.events import PihakAnswered, PihakInvited, ReportAnswered, ReportSubmitted
from ajj.events.bus import subscribe
from ajj.live.events import SessionSealed
from ajj.notifications import pihak, reports, services, tasks
from ajj.notifications.models import Delivery
from ajj.people.events import AkunDibuat
from ajj.scheduling.events import JadwalDibatalkan, JadwalDitetapkan


def register() -> None:
    """Called once when Django starts."""
    subscribe(JadwalDitetapkan, on_schedule)
    subscribe(JadwalDibatalkan, on_schedule)
    subscribe(AkunDibuat, on_account)
    subscribe(PermohonanBerubah, on_progress)
    subscribe(SessionSealed, on_sealed)
    subscribe(ReportSubmitted, on_report)
    subscribe(ReportAnswered, on_report_answer)
    subscribe(PihakInvited, on_pihak_invited)
    subscribe(PihakAnswered, on_pihak_answered)


@transaction.atomic
def on_schedule(event: JadwalDitetapkan | JadwalDibatalkan) -> None:
    _enqueue(services.owe_schedule(event.jadwal_id, now=timezone.now()))


@transaction.atomic
def on_account(event: AkunDibuat) -> None:
    _enqueue(services.owe_welcome(event.user_id, now=timezone.now()))


@transaction.atomic
def on_progress(event: PermohonanBerubah) -> None:
    _enqueue(services.owe_progress(event.permohonan_id, event.state, now=timezone.now()))


@transaction.atomic
def on_sealed(event: SessionSealed) -> None:
    _enqueue(services.owe_receipt(event.session_id, event.seq, now=timezone.now()))


@transaction.atomic
def on_report(event: ReportSubmitted) -> None:
    _enqueue(reports.owe_report(event.report_id, event.revision, now=timezone.now()))


@transaction.atomic
def on_report_answer(event: ReportAnswered) -> None:
    _enqueue(reports.owe_answer(event.report_id, event.revision, now=timezone.now()))


@transaction.atomic
def on_pihak_invited(event: PihakInvited) -> None:
    _enqueue(pihak.owe_link(event.pihak_id, event.link_no, now=timezone.now()))


@transaction.atomic
def on_pihak_answered(event: PihakAnswered) -> None:
    _enqueue(pihak.owe_answer(event.pihak_id, event.number, now=timezone.now()))


def _enqueue(deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        tasks.send.enqueue(delivery.pk)
