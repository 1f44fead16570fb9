"""What an evidence file really is. Pure: its first bytes decide, never its name or its label."""

from collections.abc import Iterator

import puremagic

HEAD_BYTES = 4096
ALLOWED = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/heic",
        "application/pdf",
        "video/mp4",
        "video/webm",
        "video/quicktime",
        "video/3gpp",
    }
)
_ALIASES = {"image/jpg": "image/jpeg", "image/heif": "image/heic", "video/x-m4v": "video/mp4"}
_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_BRANDS = (
    (b"qt  ", "video/quicktime"),
    (b"3gp", "video/3gpp"),
    (b"3g2", "video/3gpp"),
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"mif1", "image/heic"),
    (b"isom", "video/mp4"),
    (b"iso", "video/mp4"),
    (b"mp4", "video/mp4"),
    (b"avc1", "video/mp4"),
    (b"M4V", "video/mp4"),
    (b"dash", "video/mp4"),
)


def normal(label: str) -> str:
    """A declared type as it is compared: lower case, no parameters, one name per format."""
    plain = label.partition(";")[0].strip().lower()
    return _ALIASES.get(plain, plain)


def sniff(head: bytes) -> str | None:
    """The type of a file by its first ``HEAD_BYTES``; ``None`` for anything not allowed.

    A signature of our own decides and puremagic must not say otherwise.
    """
    found = _by_signature(head)
    if found is None:
        return None
    others = {normal(mime) for mime in _by_puremagic(head) if mime}
    return found if not others or found in others else None


def _by_signature(head: bytes) -> str | None:
    for prefix, mime in _PREFIXES:
        if head.startswith(prefix):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return next((mime for brand, mime in _BRANDS if head[8:12].startswith(brand)), None)
    # EBML: DocType (0x4282) tells WebM from other Matroska.
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"\x42\x82\x84webm" in head[:64]:
        return "video/webm"
    return None


def _by_puremagic(head: bytes) -> Iterator[str]:
    try:
        for match in puremagic.magic_string(head):
            yield match.mime_type
    except (puremagic.PureError, ValueError):
        return
