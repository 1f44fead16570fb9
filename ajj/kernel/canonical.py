"""Canonical JSON (RFC 8785): the one byte string that a hash is taken over."""

import hashlib
from typing import Any

import rfc8785

from ajj.kernel.errors import Invalid


def canonical_json(value: Any) -> bytes:
    """UTF-8 bytes of ``value`` in RFC 8785 form.

    Raises ``Invalid`` for what JSON cannot say exactly (NaN, integers beyond 2**53, other types).
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise Invalid(f"Data tidak dapat dicatat: {error}", code="not_json") from error


def digest(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
