"""What may be believed of a person's data. Pure but for the key of the lookup."""

import hashlib
import hmac
import re
from datetime import date

from django.conf import settings

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
NIK_SHAPE = re.compile(r"\d{16}")
PHONE_SHAPE = re.compile(r"\+?\d{8,15}")


def normal_phone(text: str) -> str:
    """Digits (and a leading plus) of a phone number as typed with spaces, dots or hyphens."""
    return re.sub(r"[\s.()-]", "", text)


def is_phone(text: str) -> bool:
    """8 to 15 digits (E.164), with or without a plus."""
    return PHONE_SHAPE.fullmatch(normal_phone(text)) is not None


def is_nik(text: str) -> bool:
    """16 digits whose birth part (DDMMYY, day + 40 for women) can be a date."""
    if NIK_SHAPE.fullmatch(text) is None:
        return False
    day, month = int(text[6:8]), int(text[8:10])
    if day > 40:
        day -= 40
    return 1 <= day <= 31 and 1 <= month <= 12


def nik_lookup(nik: str) -> str:
    """Hex HMAC-SHA-256 under a key of this site: equal numbers meet without being readable."""
    key = hashlib.sha256(f"nik:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, nik.encode(), hashlib.sha256).hexdigest()


def masked_nik(nik: str) -> str:
    """The NIK as lists show it: ``3273••••••••0004``."""
    return f"{nik[:4]}{'•' * 8}{nik[-4:]}" if len(nik) == 16 else nik


def token_hash(token: str) -> str:
    """What is kept of an API token: hex SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def met_valid_on(met: str, met_until: date | None, day: date) -> bool:
    """Whether an asesor's registration is there and not expired on ``day``."""
    return bool(met) and (met_until is None or day <= met_until)
