"""Invitations over a real SMTP conversation, once per person, with bounded retries."""

import email
import socket
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from icalendar import Calendar

from ajj.live.models import Session
from ajj.notifications import services, tasks
from ajj.notifications.models import Delivery
from ajj.people import services as people_services
from ajj.scheduling import services as scheduling
from tests.factories import scheduling as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class Postbox:
    """Keeps what arrives; refuses the first ``refusals`` messages as a busy server would."""

    def __init__(self):
        self.messages: list[EmailMessage] = []
        self.refusals = 0

    async def handle_DATA(self, server, session, envelope):
        if self.refusals:
            self.refusals -= 1
            return "451 4.3.0 try again later"
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def to(self, user) -> list[EmailMessage]:
        return [row for row in self.messages if user.email in str(row["to"])]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def postbox(settings):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


def work() -> None:
    """Run what is due with the worker of the product."""
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False, reload=False)


def invitation(message: EmailMessage) -> Calendar:
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    assert part.get_filename() == "undangan.ics"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return Calendar.from_ical(content)


def test_everybody_in_a_session_gets_one_invitation_with_its_calendar_entry(postbox, settings):
    jadwal, case = factory.fixed()
    work()

    (to_asesi,) = [m for m in postbox.to(case.asesi) if "Pra-asesmen" in m["subject"]]
    (to_asesor,) = [m for m in postbox.to(case.asesor) if "Pra-asesmen" in m["subject"]]
    assert {p.get_content_type() for p in to_asesi.walk()} >= {
        "text/plain",
        "text/html",
        "text/calendar",
    }
    text = to_asesi.get_body(("plain",)).get_content()
    room = f"{settings.SITE_URL}/sesi/{Session.objects.get(jadwal=jadwal).pk}/"
    assert room in text
    assert f"{room}gladi/" in text
    assert f"{room}gladi/" in to_asesi.get_body(("html",)).get_content()
    assert "Selasa, 24 November 2026, 09.00 WIB" in text
    calendar = invitation(to_asesor)
    assert calendar["method"] == "REQUEST"
    (event,) = calendar.walk("VEVENT")
    assert str(jadwal.uid) in str(event["uid"])
    assert event["sequence"] == 0
    assert event.decoded("dtstart") == jadwal.starts_at
    assert event.decoded("dtend") == jadwal.ends_at
    assert event["url"] == room
    attendees = event.to_ical().decode().replace("\r\n ", "")
    assert case.asesi.email in attendees
    assert case.asesor.email in attendees


def test_a_moved_session_keeps_its_uid_and_raises_the_sequence(postbox):
    jadwal, case = factory.fixed()
    scheduling.reschedule(
        jadwal,
        starts_at=NOW + timedelta(hours=48),
        ends_at=NOW + timedelta(hours=49),
        actor=case.admin,
        now=NOW,
    )
    work()
    # The first version was overtaken before it left: only the newer one is worth reading.
    (message,) = [m for m in postbox.to(case.asesi) if "Jadwal" in m["subject"]]
    (event,) = invitation(message).walk("VEVENT")
    assert event["sequence"] == 1
    assert str(jadwal.uid) in str(event["uid"])


def test_a_cancelled_session_says_so_in_calendar_and_words(postbox):
    jadwal, case = factory.fixed()
    work()
    scheduling.cancel(jadwal, reason="Asesor sakit", actor=case.admin, now=NOW)
    work()
    (message,) = [m for m in postbox.to(case.asesi) if m["subject"].startswith("Dibatalkan")]
    assert invitation(message)["method"] == "CANCEL"
    assert "Asesor sakit" in message.get_body(("plain",)).get_content()


def test_the_same_event_twice_is_one_message(postbox):
    jadwal, case = factory.fixed()
    assert services.owe_schedule(jadwal.pk, now=NOW) == []
    assert tasks.catch_up() == 0
    work()
    for delivery in Delivery.objects.filter(event__startswith="jadwal"):
        tasks.send.enqueue(delivery.pk)
    work()
    assert len([m for m in postbox.to(case.asesi) if "Pra-asesmen" in m["subject"]]) == 1


def test_a_refusing_server_is_tried_again_and_in_the_end_given_up(postbox):
    jadwal, case = factory.fixed()
    delivery = Delivery.objects.get(event=f"jadwal:{jadwal.pk}:0", user=case.asesi)
    postbox.refusals = services.MAX_ATTEMPTS + 5
    waits = [services.attempt(delivery.pk, now=NOW) for _ in range(services.MAX_ATTEMPTS)]
    delays = [wait for wait in waits if wait is not None]
    assert waits == [*delays, None]
    assert delays == sorted(delays)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED
    assert "451" in delivery.error


def test_a_server_that_recovers_gets_the_message_once(postbox):
    jadwal, case = factory.fixed()
    delivery = Delivery.objects.get(event=f"jadwal:{jadwal.pk}:0", user=case.asesor)
    postbox.refusals = 1
    assert services.attempt(delivery.pk, now=NOW) is not None
    assert services.attempt(delivery.pk, now=NOW) is None
    assert services.attempt(delivery.pk, now=NOW) is None
    assert len(postbox.to(case.asesor)) == 1


def test_a_new_asesi_is_welcomed(postbox):
    user = people_services.register_asesi(
        email="baru@contoh.test",
        name="Baru Daftar",
        password="kapal-layar-7713",
        phone="0812 3456 7890",
        zone="Asia/Makassar",
        now=NOW,
    )
    work()
    (message,) = postbox.to(user)
    assert "Selamat datang" in message["subject"]


def test_a_session_left_out_by_a_crash_is_made_up_for(postbox):
    jadwal, case = factory.fixed(hours=24 * 700)
    Delivery.objects.all().delete()
    assert tasks.catch_up() == 2
    assert Delivery.objects.filter(event=f"jadwal:{jadwal.pk}:0", user=case.asesi).exists()
