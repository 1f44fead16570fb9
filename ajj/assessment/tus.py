"""What a client says of an evidence file when it begins to send it (tus, Upload-Metadata)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ajj.assessment.capture import Claim, Moment, Original, Source
from ajj.assessment.filetypes import normal
from ajj.live.tus import MIB, TusError, metadata_pairs

MAX_BYTES = 50 * MIB
MAX_STREAM = 80


@dataclass(frozen=True)
class Metadata:
    """What the client says of the file; ``kuk`` are pks, ``taken_ms`` session milliseconds.

    ``id`` names the upload, so that creating it again is not a second one; ``owner`` is whom the
    device took it for. ``original_of``: the evidence that was made from this file.
    """

    filename: str
    filetype: str
    kuk: tuple[int, ...]
    taken_ms: int | None
    id: UUID | None = None
    owner: int | None = None
    claim: Claim | None = None
    original: Original | None = None
    original_of: UUID | None = None


def metadata(header: str) -> Metadata:
    """The header's fields; 400 for what does not parse."""
    pairs = metadata_pairs(header)
    filename = _safe_name(pairs.get("filename", ""))
    filetype = pairs.get("filetype", "")
    if not filename or not filetype:
        raise TusError(
            400, "bad_metadata", _("Upload-Metadata harus memuat filename dan filetype.")
        )
    return Metadata(
        filename,
        filetype,
        _kuk(pairs.get("kuk", "")),
        _milliseconds(pairs, "taken_ms"),
        id=_uuid(pairs, "id"),
        owner=_whole(pairs, "owner"),
        claim=_claim(pairs),
        original=_original(pairs),
        original_of=_uuid(pairs, "original_of"),
    )


def _claim(pairs: Mapping[str, str]) -> Claim | None:
    raw = pairs.get("source")
    if not raw:
        return None
    if raw not in {each.value for each in Source}:
        raise _bad("source")
    stream = pairs.get("stream", "")
    if len(stream) > MAX_STREAM or not stream.isprintable():
        raise _bad("stream")
    return Claim(
        source=Source(raw),
        clock_error_ms=_milliseconds(pairs, "clock_error_ms"),
        wall_ms=_milliseconds(pairs, "wall_ms"),
        stream=stream,
        moment=_moment(pairs.get("moment", "")),
    )


def _moment(raw: str) -> Moment | None:
    if not raw:
        return None
    found = re.fullmatch(r"([0-9]{1,9}):([0-9a-f]{16,64})", raw, re.ASCII)
    if found is None:
        raise _bad("moment")
    return Moment(int(found[1]), found[2])


def _original(pairs: Mapping[str, str]) -> Original | None:
    sha256 = pairs.get("original_sha256")
    if not sha256:
        return None
    size, filetype = _whole(pairs, "original_bytes"), normal(pairs.get("original_type", ""))
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not size or not filetype:
        raise _bad("original_sha256")
    return Original(sha256, size, filetype[:80])


def _uuid(pairs: Mapping[str, str], name: str) -> UUID | None:
    raw = pairs.get(name)
    if not raw:
        return None
    try:
        return UUID(raw)
    except ValueError as error:
        raise _bad(name) from error


def _whole(pairs: Mapping[str, str], name: str) -> int | None:
    raw = pairs.get(name)
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 15:
        raise _bad(name)
    return int(raw)


def _bad(name: str) -> TusError:
    return TusError(
        400, "bad_metadata", _("Upload-Metadata: %(name)s tidak dapat dibaca.") % {"name": name}
    )


def _safe_name(raw: str) -> str:
    last = raw.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[-160:]


def _kuk(raw: str) -> tuple[int, ...]:
    parts = [part.strip() for part in raw.strip("[] ").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in parts):
        raise TusError(400, "bad_metadata", _("kuk harus daftar nomor."))
    return tuple(sorted({int(part) for part in parts}))


def _milliseconds(pairs: Mapping[str, str], name: str) -> int | None:
    raw = pairs.get(name)
    if not raw:
        return None
    try:
        value = int(float(raw))
    except (ValueError, OverflowError) as error:
        raise TusError(
            400, "bad_metadata", _("%(name)s harus bilangan.") % {"name": name}
        ) from error
    return max(0, min(value, 2**53 - 1))
