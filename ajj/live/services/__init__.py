"""Commands of the session core.

Log: ``lock``, ``append`` (inside a transaction that holds the lock), ``record``.
Commands from people: ``perform``. Room: ``admit`` (consent, window, t0), ``join``/``leave``/
``heartbeat`` (one connection), ``end``, ``seal``, ``tick``. From scheduling: ``create_for``.
"""

from ajj.live.services.handlers import register_handlers
from ajj.live.services.limits import register_limits
from ajj.live.services.log import SYSTEM, append, lock, record
from ajj.live.services.ops import perform
from ajj.live.services.projectors import register_projectors
from ajj.live.services.room import (
    admit,
    create_for,
    end,
    heartbeat,
    join,
    leave,
    on_jadwal_ditetapkan,
    seal,
    tick,
)
from ajj.live.services.workplace import register_workplace

__all__ = [
    "SYSTEM",
    "admit",
    "append",
    "create_for",
    "end",
    "heartbeat",
    "join",
    "leave",
    "lock",
    "on_jadwal_ditetapkan",
    "perform",
    "record",
    "register_handlers",
    "register_limits",
    "register_projectors",
    "register_workplace",
    "seal",
    "tick",
]
