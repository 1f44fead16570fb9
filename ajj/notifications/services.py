"""Owing a message once, and trying to deliver it a bounded number of times."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from ajj.applications.models import Permohonan
from ajj.applications.states import State
from ajj.gladi.selectors import unready
from ajj.live.models import LogEntry, Session
from ajj.notifications.ics import Person
from ajj.notifications.letters import Letter, guest_letters, letter_for
from ajj.notifications.models import Delivery
from ajj.people.models import User
from ajj.scheduling.models import Jadwal

MAX_ATTEMPTS = 6
FIRST_DELAY = timedelta(seconds=15)
RECENT = timedelta(days=7)
REMIND, LAST_CALL = timedelta(hours=24), timedelta(hours=1)
log = structlog.get_logger(__name__)


@transaction.atomic
def owe(event: str, people: Iterable[User], *, now: datetime) -> list[Delivery]:
    """One delivery per person for ``event``; those that exist already are not returned."""
    fresh = []
    for user in people:
        delivery, created = Delivery.objects.get_or_create(
            event=event,
            user=user,
            channel=Delivery.Channel.EMAIL,
            defaults={"created_at": now},
        )
        if created:
            fresh.append(delivery)
    return fresh


@transaction.atomic
def owe_guest(event: str, name: str, email: str, *, now: datetime) -> list[Delivery]:
    """One delivery to somebody without an account; none when it exists already."""
    delivery, created = Delivery.objects.get_or_create(
        event=event,
        user=None,
        guest_email=email,
        channel=Delivery.Channel.EMAIL,
        defaults={"created_at": now, "guest_name": name},
    )
    return [delivery] if created else []


def owe_schedule(jadwal_id: int, *, now: datetime) -> list[Delivery]:
    """Asesi and everybody with a task hear of this version of the session."""
    jadwal = Jadwal.objects.select_related("permohonan__asesi").get(pk=jadwal_id)
    people = [
        jadwal.permohonan.asesi,
        *(row.user for row in jadwal.penugasan.select_related("user")),
    ]
    return owe(f"jadwal:{jadwal.pk}:{jadwal.sequence}", people, now=now)


def owe_welcome(user_id: int, *, now: datetime) -> list[Delivery]:
    """A new asesi is welcomed once."""
    return owe(f"akun:{user_id}:0", [User.objects.get(pk=user_id)], now=now)


def owe_progress(permohonan_id: int, state: str, *, now: datetime) -> list[Delivery]:
    """The person whose turn it is, or who waits for the answer, hears of the new state."""
    row = Permohonan.objects.select_related("asesi", "asesor").get(pk=permohonan_id)
    reader = row.asesor if state == State.APL02_SUBMITTED else row.asesi
    if reader is None:
        return []
    # A state can be entered twice (returned again): the moment of the change is the version.
    return owe(f"permohonan:{row.pk}:{state}:{row.changed_at.timestamp():.0f}", [reader], now=now)


def owe_receipt(session_id: UUID, seq: int, *, now: datetime) -> list[Delivery]:
    """The asesi hears of each seal: the head at ``seq`` is the receipt."""
    session = Session.objects.select_related("jadwal__permohonan__asesi").get(pk=session_id)
    return owe(f"segel:{session_id}:{seq}", [session.jadwal.permohonan.asesi], now=now)


def unsent_receipts(*, now: datetime) -> list[Delivery]:
    """Receipts that a crash between commit and delivery left out: of recent sessions' last seal."""
    entries = LogEntry.objects.filter(
        kind="session.sealed", session__jadwal__ends_at__gt=now - RECENT
    ).order_by("seq")
    newest = {entry.session_id: int(entry.data["seq"]) for entry in entries}
    known = set(Delivery.objects.filter(event__startswith="segel:").values_list("event", flat=True))
    missed = [(pk, seq) for pk, seq in newest.items() if f"segel:{pk}:{seq}" not in known]
    return [delivery for pk, seq in missed for delivery in owe_receipt(pk, seq, now=now)]


def unsent_schedules(*, now: datetime) -> list[Delivery]:
    """Deliveries that a crash between commit and delivery left out, made up for now."""
    rows = Jadwal.objects.filter(cancelled_at__isnull=True, starts_at__gt=now)
    known = set(
        Delivery.objects.filter(event__startswith="jadwal:").values_list("event", flat=True)
    )
    missed = [row for row in rows if f"jadwal:{row.pk}:{row.sequence}" not in known]
    return [delivery for row in missed for delivery in owe_schedule(row.pk, now=now)]


def due_reminders(*, now: datetime) -> list[Delivery]:
    """From a day to an hour before a session: its asesi, where no rehearsal found them ready."""
    rows = unready(now + LAST_CALL, now + REMIND).select_related("jadwal__permohonan__asesi")
    return [
        delivery
        for row in rows
        for delivery in owe(
            f"gladi:{row.jadwal_id}:{row.jadwal.sequence}",
            [row.jadwal.permohonan.asesi],
            now=now,
        )
    ]


def attempt(delivery_id: int, *, now: datetime) -> timedelta | None:
    """Try once. Returns how long to wait before the next try, ``None`` when there is none.

    A delivery that was sent is never sent again; after ``MAX_ATTEMPTS`` it stays failed, with the
    last reason.
    """
    delivery = Delivery.objects.select_related("user").get(pk=delivery_id)
    if delivery.state != Delivery.State.PENDING:
        return None
    delivery.attempts += 1
    try:
        with translation.override("id"):
            letter = _letter(delivery, now)
            if letter is not None:
                _mail(_reader(delivery), letter)
    except Exception as error:
        return _failed(delivery, error)
    delivery.state = Delivery.State.SENT if letter else Delivery.State.FAILED
    delivery.error = "" if letter else "superseded"
    delivery.sent_at = now if letter else None
    delivery.save()
    _settle(delivery)
    return None


def _letter(delivery: Delivery, now: datetime) -> Letter | None:
    if delivery.user is not None:
        return letter_for(delivery.event, delivery.user, now=now)
    letters, key, version = guest_letters(delivery.event)
    return letters.make(key, version)


def _reader(delivery: Delivery) -> Person:
    if delivery.user is not None:
        return Person(delivery.user.name, delivery.user.email)
    return Person(delivery.guest_name, delivery.guest_email)


def _settle(delivery: Delivery) -> None:
    if delivery.user_id is None:
        letters, key, version = guest_letters(delivery.event)
        letters.settle(key, version)


def _failed(delivery: Delivery, error: Exception) -> timedelta | None:
    delivery.error = f"{type(error).__name__}: {error}"[:240]
    exhausted = delivery.attempts >= MAX_ATTEMPTS
    if exhausted:
        delivery.state = Delivery.State.FAILED
    delivery.save()
    if exhausted:
        _settle(delivery)
    log.warning("delivery failed", delivery=delivery.pk, attempts=delivery.attempts)
    return None if exhausted else FIRST_DELAY * 4 ** (delivery.attempts - 1)


def _mail(user: Person, letter: Letter) -> None:
    context = {"letter": letter, "user": user, "lsp": settings.LSP, "site_url": settings.SITE_URL}
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("notifications/letter.txt", context),
        to=[f"{user.name.replace(',', ' ')} <{user.email}>"],
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    if letter.ics:
        kind = f"text/calendar; charset=utf-8; method={letter.ics_method}"
        message.attach("undangan.ics", letter.ics.decode(), kind)
    if letter.attachment:
        message.attach(letter.attachment_name, letter.attachment, "application/pdf")
    message.send()
