"""The calendar object itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ajj.notifications.ics import Invitation, Person, calendar

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=7)))
BASE = Invitation(
    uid="abc@contoh.test",
    sequence=2,
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    summary="Asesmen: Junior Web Programmer",
    description="Baris satu\nBaris dua",
    location="Sewaktu, Asesmen Jarak Jauh",
    url="https://contoh.test/sesi/1/",
    organizer=Person("LSP", "halo@contoh.test"),
    attendees=(Person("Melati", "melati@contoh.test"), Person("Bagas, S.Kom.", "b@contoh.test")),
)


def event_of(content: bytes):
    body = Calendar.from_ical(content)
    (event,) = body.walk("VEVENT")
    return body, event


def test_a_request_carries_uid_sequence_and_utc_times():
    content = calendar(BASE, stamp=START)
    body, event = event_of(content)
    assert body["method"] == "REQUEST"
    assert event["uid"] == "abc@contoh.test"
    assert event["sequence"] == 2
    assert b"DTSTART:20261124T020000Z" in content.replace(b"\r\n ", b"")
    assert event.decoded("dtend") == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert [str(row) for row in event["attendee"]] == [
        "mailto:melati@contoh.test",
        "mailto:b@contoh.test",
    ]
    assert len(event.walk("VALARM")) == 2


def test_lines_end_with_crlf_and_are_folded():
    content = calendar(BASE, stamp=START)
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_cancellation_says_so_and_rings_no_bell():
    body, event = event_of(calendar(replace(BASE, cancelled=True), stamp=START))
    assert body["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"
    assert event.walk("VALARM") == []


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200))
def test_any_words_survive_the_way_through_the_calendar(words):
    _, event = event_of(calendar(replace(BASE, summary=words), stamp=START))
    assert str(event.get("summary", "")) == words
