"""The day before a session its asesi is reminded of the rehearsal, unless one found them ready."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from ajj.gladi import services as gladi
from ajj.notifications import services
from ajj.notifications.models import Delivery
from tests.factories.live import Room, room
from tests.unit.gladi.test_verdicts import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_allowance():
    cache.clear()


def rehearse(made: Room, measured) -> None:
    gladi.keep(made.id, user=made.asesi, run=uuid.uuid4(), measured=measured, now=timezone.now())


def coming(hours: float) -> Room:
    return room(starts_at=timezone.now() + timedelta(hours=hours))


def reminded() -> list[str]:
    rows = services.due_reminders(now=timezone.now())
    return [delivery.user.email for delivery in rows if delivery.user]


def test_once_from_a_day_to_an_hour_before():
    tomorrow = coming(20)
    coming(0.5)
    coming(30)
    assert reminded() == [tomorrow.asesi.email]
    assert reminded() == []


def test_who_is_ready_is_left_alone():
    ready, voice = coming(20), coming(20)
    rehearse(ready, GOOD)
    rehearse(voice, replace(GOOD, camera="missing"))
    assert reminded() == [voice.asesi.email]


def test_the_letter_says_how_the_last_one_went_and_where_to_go(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = coming(20)
    rehearse(made, replace(GOOD, microphone="denied"))
    (delivery,) = services.due_reminders(now=timezone.now())
    services.attempt(delivery.pk, now=timezone.now())
    (letter,) = mail.outbox
    assert f"/sesi/{made.id}/gladi/" in str(letter.body)
    assert "Belum siap: mikrofon tidak diizinkan" in str(letter.body)


def test_who_became_ready_before_it_went_out_does_not_get_it():
    made = coming(20)
    (delivery,) = services.due_reminders(now=timezone.now())
    rehearse(made, GOOD)
    services.attempt(delivery.pk, now=timezone.now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (Delivery.State.FAILED, "superseded")
    assert mail.outbox == []
