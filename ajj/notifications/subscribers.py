"""Which facts lead to a message. The debt and its task are written together or not at all."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ajj.applications.events import PermohonanBerubah
from ajj.events.bus import subscribe
from ajj.live.events import SessionSealed
from ajj.notifications import services, tasks
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


def _enqueue(deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        tasks.send.enqueue(delivery.pk)
