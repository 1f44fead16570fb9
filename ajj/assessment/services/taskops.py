"""What may be done in a task, by whom, and how a file is named in its log.

The asesi answers, attaches and hands in; the asesor asks after the presentation, under numbers
below zero, so that questions and tasks never meet.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from ajj.assessment.sheet import Kind
from ajj.assessment.tus import MAX_BYTES
from ajj.kernel.errors import Forbidden, Invalid

BY_ASESOR: Final = frozenset({Kind.ASKED, Kind.ANSWER, Kind.RESULT, Kind.HERE})
BY_ASESI: Final = frozenset({Kind.HERE, Kind.ANSWER, Kind.FILE, Kind.DROP, Kind.FINISH})
MOST_NAME: Final = 160
MOST_TYPE: Final = 80


def require(kind: Kind, data: Mapping[str, Any], *, asks: bool) -> None:
    """Raise ``Forbidden`` (``not_your_part``) for what is the other one's to do."""
    butir = data.get("butir", 0)
    mine = not isinstance(butir, int) or butir == 0 or (butir < 0) is asks
    if kind not in (BY_ASESOR if asks else BY_ASESI) or not mine:
        raise Forbidden(_("Bagian tugas ini diisi oleh orang lain."), code="not_your_part")


def file_data(data: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """A file as the log names it, or its id alone; raises ``Invalid`` (``bad_file``)."""
    evidence = _uuid(data.get("evidence"))
    if not whole:
        return {"evidence": evidence}
    name, filetype = str(data.get("name") or ""), str(data.get("type") or "")
    size, sha256 = data.get("bytes"), str(data.get("sha256") or "")
    known = isinstance(size, int) and not isinstance(size, bool) and 0 < size <= MAX_BYTES
    if not known or not name.strip() or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise _bad()
    return {
        "evidence": evidence,
        "name": "".join(char for char in name if char.isprintable()).strip()[-MOST_NAME:],
        "type": filetype[:MOST_TYPE],
        "bytes": size,
        "sha256": sha256,
    }


def _uuid(value: object) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise _bad() from error


def _bad() -> Invalid:
    return Invalid(_("Berkas ini tidak dikenali. Lampirkan lagi."), code="bad_file")
