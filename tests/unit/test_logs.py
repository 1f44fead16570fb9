"""The private links of third parties stay out of the log files."""

import logging

from ajj.config.logs import PrivatePaths

TOKEN = "Ab-_" * 10 + "xyz"


def told(message: str, *arguments: str) -> str:
    record = logging.LogRecord("django.request", 30, "", 0, message, arguments, None)
    assert PrivatePaths().filter(record), "the line itself is kept"
    return record.getMessage()


def test_no_log_file_holds_a_token(settings):
    (handler,) = settings.LOGGING["handlers"].values()
    assert handler["filters"] == ["private"]
    assert told("Conflict: %s", f"/pihak-ketiga/{TOKEN}/") == "Conflict: /pihak-ketiga/…/"


def test_other_addresses_are_told_as_they_are():
    other = "Not Found: /permohonan/2026-0001/pihak-ketiga/0e6b8502-7702-4405-b137-a1fc5c3bb057/"
    assert told(other) == other
