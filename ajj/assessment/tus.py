"""The tus 1.0.0 protocol, as bytes and headers: no request, no row, no disk.

Section names are those of the protocol text (tus.io/protocols/resumable-upload).
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from django.utils.translation import gettext as _

from ajj.kernel.errors import DomainError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha256", "sha1")
MAX_BYTES = 50 * 1024 * 1024
BODY_TYPE = "application/offset+octet-stream"
MAX_METADATA = 4096


class TusError(DomainError):
    """A refusal with the status that the protocol gives it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message, code=code)
        self.status = status


def require_version(headers: Mapping[str, str]) -> None:
    """Core protocol, Tus-Resumable: any other version is 412."""
    if headers.get("Tus-Resumable") != VERSION:
        raise TusError(
            412, "tus_version", _("Hanya tus %(version)s yang didukung.") % {"version": VERSION}
        )


def upload_length(headers: Mapping[str, str]) -> int:
    """Creation, Upload-Length: whole bytes; 400 if it is missing, 413 beyond ``MAX_BYTES``."""
    if "Upload-Defer-Length" in headers:
        raise TusError(400, "length_required", _("Ukuran berkas harus diketahui di awal."))
    length = _number(headers.get("Upload-Length"), "Upload-Length")
    if length > MAX_BYTES:
        raise TusError(413, "too_large", _("Berkas melebihi 50 MB. Perkecil lalu kirim lagi."))
    return length


def upload_offset(headers: Mapping[str, str]) -> int:
    """Core protocol, Upload-Offset."""
    return _number(headers.get("Upload-Offset"), "Upload-Offset")


def _number(raw: str | None, name: str) -> int:
    if raw is None or not (raw.isascii() and raw.isdigit()) or len(raw) > 15:
        raise TusError(400, "bad_header", _("%(name)s harus bilangan bulat.") % {"name": name})
    return int(raw)


def require_body_type(headers: Mapping[str, str]) -> None:
    """Core protocol, PATCH: any other Content-Type is 415."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise TusError(
            415, "bad_content_type", _("Content-Type harus %(type)s.") % {"type": BODY_TYPE}
        )


@dataclass(frozen=True)
class Metadata:
    """What the client says of the file; ``kuk`` are pks, ``taken_ms`` session milliseconds."""

    filename: str
    filetype: str
    kuk: tuple[int, ...]
    taken_ms: int | None


def metadata(header: str) -> Metadata:
    """Creation, Upload-Metadata: comma-separated ``key base64``; 400 for what does not parse."""
    if len(header) > MAX_METADATA:
        raise TusError(400, "bad_metadata", _("Upload-Metadata terlalu panjang."))
    pairs = dict(_pair(part.strip()) for part in header.split(",") if part.strip())
    filename = _safe_name(pairs.get("filename", ""))
    filetype = pairs.get("filetype", "")
    if not filename or not filetype:
        raise TusError(
            400, "bad_metadata", _("Upload-Metadata harus memuat filename dan filetype.")
        )
    return Metadata(filename, filetype, _kuk(pairs.get("kuk", "")), _taken(pairs.get("taken_ms")))


def _pair(part: str) -> tuple[str, str]:
    key, _space, value = part.partition(" ")
    try:
        return key, base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise TusError(400, "bad_metadata", _("Upload-Metadata tidak dapat dibaca.")) from error


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


class Checksum:
    """Checksum extension: fed with the body, says whether it is what the client promised."""

    def __init__(self, header: str | None) -> None:
        self._wanted: bytes | None = None
        self._hash = hashlib.sha256()
        if header is None:
            return
        algorithm, _space, value = header.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            raise TusError(400, "bad_checksum", _("Algoritma checksum tidak didukung."))
        try:
            self._wanted = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise TusError(400, "bad_checksum", _("Checksum tidak dapat dibaca.")) from error
        # SHA-1 is here only because the protocol demands it; evidence is proven by SHA-256.
        self._hash = hashlib.new(algorithm, usedforsecurity=False)

    def feed(self, block: bytes) -> None:
        self._hash.update(block)

    def check(self) -> None:
        """Raises 460 (Checksum Mismatch): the body is to be discarded."""
        if self._wanted is not None and self._hash.digest() != self._wanted:
            raise TusError(
                460, "checksum_mismatch", _("Data rusak di jalan. Kirim lagi bagian ini.")
            )


def expires(moment: datetime) -> str:
    """Expiration, Upload-Expires: an HTTP date of an aware UTC ``moment``."""
    return format_datetime(moment, usegmt=True)
