"""People, days and moments as forms print them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localtime

from ajj.kernel.dates import date_text, long_date_text, moment_text, time_text
from ajj.people.models import User

Person = dict[str, str]


def person(user: User | None, signed_at: datetime | None = None, *, name: str = "") -> Person:
    """``PERSON`` of the vocabulary; ``name`` is how it was signed. Empty when nobody is known."""
    if user is None:
        return {}
    made = {"nama": name or user.name, "met": met_of(user)}
    return made | ({"ditandatangani": moment(signed_at)} if signed_at else {})


def met_of(user: User) -> str:
    """The MET number of an asesor; empty for everybody else."""
    profile = getattr(user, "asesor", None)
    return profile.met if profile is not None else ""


def moment(at: datetime) -> str:
    """``Rabu, 23 Juli 2025, 10.00 WIB`` in the LSP's zone."""
    return moment_text(at, settings.LSP.zone)


def day(at: datetime) -> str:
    """``Rabu, 23 Juli 2025`` in the LSP's zone."""
    return long_date_text(local_day(at))


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """``09.00 WIB s.d. 11.00 WIB``."""
    zone = settings.LSP.zone
    return f"{time_text(starts_at, zone)} s.d. {time_text(ends_at, zone)}"


def iso_day(text: str) -> str:
    """An ISO date as ``5 Juli 2000``; any other text as it was written."""
    try:
        return date_text(date.fromisoformat(text))
    except ValueError:
        return text


def local_day(at: datetime) -> date:
    """The day of ``at`` in the LSP's zone."""
    return localtime(at, ZoneInfo(settings.LSP.zone)).date()
