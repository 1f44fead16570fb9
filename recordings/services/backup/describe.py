"""What a device says of a slice when it begins to send it (tus, Upload-Metadata). Pure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ajj.live.tus import MIB, TusError, metadata_pairs

MAX_BYTES = 32 * MIB
MAX_SPAN_MS = 120_000
MAX_CLOCK_ERROR_MS = 600_000
FAMILIES = {"webm": "webm", "x-matroska": "webm", "mp4": "mp4"}
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EBML = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True)
class Described:
    """A slice by its device's words; ``run`` may be empty. Times as in ``BackupSlice``."""

    slice: str
    run: str
    kind: str
    filetype: str
    start_ms: int
    end_ms: int
    clock_error_ms: int
    wall_ms: int
    sha256: str


def described(header: str) -> Described:
    """The header's fields; 400 ``bad_metadata`` for what does not parse or cannot be."""
    pairs = metadata_pairs(header)
    found = Described(
        slice=_name(pairs.get("slice", ""), "slice"),
        run=_name(pairs["run"], "run") if pairs.get("run") else "",
        kind=pairs.get("kind", ""),
        filetype=pairs.get("filetype", "").strip().lower()[:80],
        start_ms=_number(pairs, "start_ms"),
        end_ms=_number(pairs, "end_ms"),
        clock_error_ms=_number(pairs, "clock_error_ms"),
        wall_ms=_number(pairs, "wall_ms"),
        sha256=pairs.get("sha256", "").lower(),
    )
    if not _SHA256.fullmatch(found.sha256):
        raise _bad("sha256")
    if not 0 < found.end_ms - found.start_ms <= MAX_SPAN_MS or found.end_ms <= 0:
        raise _bad("end_ms")
    if not 0 <= found.clock_error_ms <= MAX_CLOCK_ERROR_MS:
        raise _bad("clock_error_ms")
    if found.wall_ms < 0:
        raise _bad("wall_ms")
    return found


def family(filetype: str) -> str | None:
    """``webm`` or ``mp4``, by a declared type such as ``video/webm;codecs=vp8``; None: neither."""
    kind, _slash, name = filetype.partition(";")[0].strip().lower().partition("/")
    return FAMILIES.get(name) if kind in {"video", "audio"} else None


def family_of(head: bytes) -> str | None:
    """``webm`` or ``mp4``, by a file's first bytes."""
    if head[:4] == _EBML:
        return "webm"
    return "mp4" if head[4:8] == b"ftyp" else None


def _name(value: str, field: str) -> str:
    if not _ID.fullmatch(value):
        raise _bad(field)
    return value


def _number(pairs: dict[str, str], field: str) -> int:
    try:
        value = round(float(pairs.get(field, "")))
    except (ValueError, OverflowError) as error:
        raise _bad(field) from error
    if abs(value) >= 2**53:
        raise _bad(field)
    return value


def _bad(field: str) -> TusError:
    return TusError(
        400,
        "bad_metadata",
        _("Keterangan rekaman cadangan tidak sah: %(field)s.") % {"field": field},
    )
