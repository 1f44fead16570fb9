"""Dates and times as Indonesian readers write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def date_text(day: date) -> str:
    """``23 Juli 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_date_text(day: date) -> str:
    """``Rabu, 23 Juli 2025``."""
    return f"{DAYS[day.weekday()]}, {date_text(day)}"


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT; the zone's own name elsewhere."""
    return ZONE_NAMES.get(zone, zone)


def time_text(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    """``10.00 WIB`` (or ``10.00.30 WIB``) for an aware ``moment`` read in ``zone``."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:{'%H.%M.%S' if seconds else '%H.%M'}} {zone_name(zone)}"


def moment_text(moment: datetime, zone: str) -> str:
    """``Rabu, 23 Juli 2025, 10.00 WIB``."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{long_date_text(local.date())}, {time_text(moment, zone)}"
