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
BODY_TYPE = "application/offset+octet-stream"
MAX_METADATA = 4096
MIB = 1024 * 1024
MOST_WAIT_S = 3


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


def upload_length(headers: Mapping[str, str], *, limit: int) -> int:
    """Creation, Upload-Length: whole bytes; 400 if it is missing, 413 beyond ``limit`` bytes."""
    if "Upload-Defer-Length" in headers:
        raise TusError(400, "length_required", _("Ukuran berkas harus diketahui di awal."))
    length = _number(headers.get("Upload-Length"), "Upload-Length")
    if length > limit:
        raise TusError(
            413,
            "too_large",
            _("Berkas melebihi %(limit)s MB. Perkecil lalu kirim lagi.") % {"limit": limit // MIB},
        )
    return length


def upload_offset(headers: Mapping[str, str]) -> int:
    """Core protocol, Upload-Offset."""
    return _number(headers.get("Upload-Offset"), "Upload-Offset")


def _number(raw: str | None, name: str) -> int:
    if raw is None or not (raw.isascii() and raw.isdigit()) or len(raw) > 15:
        raise TusError(400, "bad_header", _("%(name)s harus bilangan bulat.") % {"name": name})
    return int(raw)


@dataclass(frozen=True)
class Preferences:
    """What a client asks of us beyond the protocol (RFC 7240). ``wait_s`` is bounded."""

    lenient: bool = False
    wait_s: float = 0.0


def preferences(headers: Mapping[str, str]) -> Preferences:
    """``Prefer: handling=lenient, wait=N``; what is not understood is ignored, as the RFC says."""
    given = [part.strip().lower() for part in headers.get("Prefer", "").split(",")]
    waits = [part[5:] for part in given if part.startswith("wait=")]
    seconds = int(waits[0]) if waits and waits[0].isdigit() else 0
    return Preferences("handling=lenient" in given, float(min(seconds, MOST_WAIT_S)))


def require_body_type(headers: Mapping[str, str]) -> None:
    """Core protocol, PATCH: any other Content-Type is 415."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise TusError(
            415, "bad_content_type", _("Content-Type harus %(type)s.") % {"type": BODY_TYPE}
        )


def metadata_pairs(header: str) -> dict[str, str]:
    """Creation, Upload-Metadata: comma-separated ``key base64``; 400 for what does not parse."""
    if len(header) > MAX_METADATA:
        raise TusError(400, "bad_metadata", _("Upload-Metadata terlalu panjang."))
    return dict(_pair(part.strip()) for part in header.split(",") if part.strip())


def _pair(part: str) -> tuple[str, str]:
    key, _space, value = part.partition(" ")
    try:
        return key, base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise TusError(400, "bad_metadata", _("Upload-Metadata tidak dapat dibaca.")) from error


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
        # SHA-1 is here only because the protocol demands it; files are proven by SHA-256.
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
