"""Calendar invitations (RFC 5545, iTIP REQUEST and CANCEL of RFC 5546). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

PRODID = "-//LSP Asesmen Jarak Jauh//ajj//ID"


@dataclass(frozen=True)
class Person:
    """A name and an e-mail address."""

    name: str
    email: str


@dataclass(frozen=True)
class Invitation:
    """One session. All moments are aware; they are written in UTC.

    ``uid`` stays the same for the life of the session and ``sequence`` grows with every change, so
    that calendars move the entry they have.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: Person
    attendees: tuple[Person, ...]
    cancelled: bool = False


def calendar(invitation: Invitation, *, stamp: datetime) -> bytes:
    """The iCalendar object as UTF-8 with CRLF line ends."""
    body = Calendar()
    body.add("prodid", PRODID)
    body.add("version", "2.0")
    body.add("method", method(invitation))
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", invitation.summary)
    event.add("description", invitation.description)
    event.add("location", invitation.location)
    event.add("url", invitation.url)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("organizer", _address(invitation.organizer))
    for person in invitation.attendees:
        address = _address(person)
        address.params["ROLE"] = vText("REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
        event.add("attendee", address, encode=False)
    if not invitation.cancelled:
        for early in (timedelta(days=1), timedelta(minutes=30)):
            event.add_component(_reminder(invitation.summary, early))
    body.add_component(event)
    return bytes(body.to_ical())


def method(invitation: Invitation) -> str:
    """REQUEST, or CANCEL for a session that will not take place."""
    return "CANCEL" if invitation.cancelled else "REQUEST"


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name)
    return address


def _reminder(text: str, early: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -early)
    return alarm
