"""What a client says of an evidence file when it begins to send it (tus, Upload-Metadata)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ajj.live.tus import MIB, TusError, metadata_pairs

MAX_BYTES = 50 * MIB


@dataclass(frozen=True)
class Metadata:
    """What the client says of the file; ``kuk`` are pks, ``taken_ms`` session milliseconds."""

    filename: str
    filetype: str
    kuk: tuple[int, ...]
    taken_ms: int | None


def metadata(header: str) -> Metadata:
    """The header's fields; 400 for what does not parse."""
    pairs = metadata_pairs(header)
    filename = _safe_name(pairs.get("filename", ""))
    filetype = pairs.get("filetype", "")
    if not filename or not filetype:
        raise TusError(
            400, "bad_metadata", _("Upload-Metadata harus memuat filename dan filetype.")
        )
    return Metadata(filename, filetype, _kuk(pairs.get("kuk", "")), _taken(pairs.get("taken_ms")))


def _safe_name(raw: str) -> str:
    last = raw.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[-160:]


def _kuk(raw: str) -> tuple[int, ...]:
    parts = [part.strip() for part in raw.strip("[] ").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in parts):
        raise TusError(400, "bad_metadata", _("kuk harus daftar nomor."))
    return tuple(sorted({int(part) for part in parts}))


def _taken(raw: str | None) -> int | None:
    if not raw:
        return None
    try:
        taken = int(float(raw))
    except (ValueError, OverflowError) as error:
        raise TusError(400, "bad_metadata", _("taken_ms harus bilangan.")) from error
    return max(0, min(taken, 2**53 - 1))
