"""Files that people hand in: what they really are, and where they are kept.

The content decides, never the name or the browser's word. Files are kept under their SHA-256, so
handing in the same file twice stores it once.
"""

import hashlib
from dataclasses import dataclass

import puremagic
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from ajj.kernel.errors import Invalid

LIMIT_BYTES = 8 * 1024 * 1024
SIGNATURES = {
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "application/pdf": (b"%PDF-", "pdf"),
}


@dataclass(frozen=True)
class Stored:
    """The fields of ``StoredDocument`` for a file that lies in storage."""

    file: str
    filename: str
    mime: str
    bytes: int
    sha256: str


def sniff(content: bytes) -> str | None:
    """The MIME type of ``content`` if it is a JPEG, PNG or PDF; ``None`` for anything else."""
    for mime, (signature, _suffix) in SIGNATURES.items():
        if content.startswith(signature) and _confirmed(content, mime):
            return mime
    return None


def _confirmed(content: bytes, mime: str) -> bool:
    try:
        return mime in {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return False


def checked(upload: "UploadedFile[bytes]") -> tuple[bytes, str]:
    """Content and real MIME type of ``upload``.

    Raises ``Invalid`` with codes ``empty_file``, ``too_large`` (over 8 MiB) or ``wrong_type``.
    """
    name = upload.name or "berkas"
    size = upload.size or 0
    if size == 0:
        raise _refused(
            "empty_file", _("Berkas “%(name)s” kosong. Pilih berkas lain.") % {"name": name}
        )
    if size > LIMIT_BYTES:
        shown = f"{size / 1024 / 1024:.1f}".replace(".", ",")
        raise _refused(
            "too_large",
            _("Berkas “%(name)s” berukuran %(size)s MB; batasnya 8 MB. Perkecil lalu unggah lagi.")
            % {"name": name, "size": shown},
        )
    content = upload.read()
    mime = sniff(content)
    if mime is None:
        raise _refused(
            "wrong_type",
            _("Isi berkas “%(name)s” bukan JPEG, PNG, atau PDF. Simpan ulang dalam bentuk itu.")
            % {"name": name},
        )
    return content, mime


def _refused(code: str, message: str) -> Invalid:
    return Invalid(message, code=code, fields={"file": message})


def store(upload: "UploadedFile[bytes]", folder: str) -> Stored:
    """Check ``upload`` and keep it below ``folder``; raises as ``checked``."""
    content, mime = checked(upload)
    sha256 = hashlib.sha256(content).hexdigest()
    path = f"{folder}/{sha256}.{SIGNATURES[mime][1]}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(content))
    filename = (upload.name or f"berkas.{SIGNATURES[mime][1]}").replace("\\", "/")
    return Stored(path, filename.rsplit("/", 1)[-1][-160:], mime, len(content), sha256)
