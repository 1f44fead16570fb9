"""What may stand in a log entry, and how an entry looks on the wire."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ajj.kernel.canonical import canonical_json
from ajj.kernel.errors import Invalid

if TYPE_CHECKING:
    from ajj.live.models import LogEntry

MAX_DATA_BYTES = 64 * 1024
SAFE_NUMBER = 2**53


def normalised(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` as any database and any reader gives it back, so that its hash holds for ever.

    Raises ``Invalid`` (``not_json``) for NUL or lone surrogates in text, numbers of 2**53 and
    more, and anything over 64 KiB.
    """
    try:
        raw = canonical_json(dict(data))
    except UnicodeEncodeError as error:
        raise Invalid(_("Teks memuat karakter yang tidak sah."), code="not_json") from error
    if len(raw) > MAX_DATA_BYTES:
        raise Invalid(_("Isi terlalu panjang."), code="too_long")
    value: dict[str, Any] = json.loads(raw)
    _check(value)
    return value


def _check(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise Invalid(_("Teks memuat karakter yang tidak sah."), code="not_json")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key)
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, int | float) and abs(value) >= SAFE_NUMBER:
        raise Invalid(_("Angka terlalu besar."), code="not_json")


def linked(entry: "LogEntry") -> dict[str, Any]:
    """The fields that the hash covers, and the hash: what ``kernel.chain.verify`` reads."""
    return {
        "session": str(entry.session_id),
        "seq": entry.seq,
        "at_ms": entry.at_ms,
        "kind": entry.kind,
        "actor": entry.actor,
        "data": entry.data,
        "hash": entry.hash,
    }


def frame(entry: "LogEntry", *, hidden: bool) -> dict[str, Any]:
    """The entry as socket and ``/log`` send it; a hidden one keeps only its place in the chain."""
    if hidden:
        return {"seq": entry.seq, "at_ms": entry.at_ms, "kind": "hidden", "hash": entry.hash}
    return {
        "seq": entry.seq,
        "at_ms": entry.at_ms,
        "kind": entry.kind,
        "actor": entry.actor,
        "data": entry.data,
        "hash": entry.hash,
    }
