"""The device's own recording: taken in, and put where the server's has holes."""

from recordings.services.backup.asks import ask
from recordings.services.backup.describe import MAX_BYTES, described
from recordings.services.backup.filling import drop_old, due, fill
from recordings.services.backup.intake import begin, claim, finish, receive, terminate, tick

__all__ = [
    "MAX_BYTES",
    "ask",
    "begin",
    "claim",
    "described",
    "drop_old",
    "due",
    "fill",
    "finish",
    "receive",
    "terminate",
    "tick",
]
