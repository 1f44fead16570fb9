"""The codes by which a phone joins as second camera. Pure: time and chance are arguments.

Two ways in, one use: six digits that a person can type, and a long secret that only the QR
carries. The secret cannot be guessed; the digits could be, so their tries are counted three ways:
per network address, per code (whoever tried), and by the code's short life.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

DIGITS = 6
LIFETIME = timedelta(minutes=5)
OFFERS_PER_WINDOW = 10
"""How many codes one session may ask for within ``LIFETIME``."""
TRIES_PER_ADDRESS = 8
TRIES_WINDOW = timedelta(minutes=5)
MISSES_PER_CODE = 100
"""Wrong digits, from anywhere, after which a code takes no digits any more: at most one guess in
10 000 can succeed, however many addresses guess. Its QR still works."""

_DIGITS = re.compile(rf"\d{{{DIGITS}}}\Z", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")


@dataclass(frozen=True)
class Code:
    """What was typed or scanned; ``secret`` is the QR's, else it is six digits."""

    text: str
    secret: bool


def new_digits(below: Callable[[int], int]) -> str:
    """Six digits by ``below(n)``, which draws from 0 to n - 1."""
    return f"{below(10**DIGITS):0{DIGITS}d}"


def parse(typed: str) -> Code | None:
    """The code in what a person typed or a QR carried; None when it can be neither."""
    text = typed.strip()
    digits = re.sub(r"[\s.\-]", "", text)
    if _DIGITS.match(digits):
        return Code(digits, secret=False)
    return Code(text, secret=True) if _SECRET.match(text) else None


def fingerprint(text: str, key: str) -> str:
    """What is stored of a code or an address: keyed, since a million digits are soon hashed."""
    return hmac.new(f"pairing:{key}".encode(), text.encode(), hashlib.sha256).hexdigest()


def open_for(*, secret: bool, expires_at: datetime, misses: int, now: datetime) -> bool:
    """Whether an offered code may still be used this way."""
    return now < expires_at and (secret or misses < MISSES_PER_CODE)


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_name(user_agent: str) -> str:
    """A phone in words a person knows it by, from its User-Agent: ``Chrome, Android``."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)[:60]
