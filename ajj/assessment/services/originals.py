"""The file that a piece of evidence was made from: asked for by an asesor, sent when there is time.

The log knows its hash from the first word about the evidence, so that what comes can be matched.
"""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from ajj.assessment import selectors
from ajj.assessment.filetypes import normal
from ajj.assessment.models import Evidence
from ajj.assessment.tus import MAX_BYTES, Metadata
from ajj.kernel.clock import wall_time
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.live.models import Session
from ajj.live.ops import OpContext, OpData
from ajj.people.models import User

KEPT = timedelta(days=14)
"""How long after the end a device keeps originals, and may still be asked for them."""


class AskData(OpData):
    evidence: Annotated[str, Field(max_length=36)]


def ask(context: OpContext[AskData]) -> int:
    """Ask the sender's device for the original of a piece of evidence; asking twice is once.

    Raises 404 ``evidence_not_found``, 409 ``no_original`` when what was received is the original,
    ``too_large`` beyond what is taken at all, ``too_late`` when devices do not keep it any more,
    ``already_asked``.
    """
    try:
        row = selectors.evidence(context.session.pk, UUID(context.data.evidence))
    except ValueError:
        row = None
    if row is None:
        raise NotFound(_("Bukti ini tidak ditemukan."), code="evidence_not_found")
    if not row.original:
        raise Conflict(_("Berkas ini dikirim sebagaimana aslinya."), code="no_original")
    if row.original["bytes"] > MAX_BYTES:
        raise Conflict(_("Berkas asli terlalu besar untuk dikirim."), code="too_large")
    if row.asked_seq is not None:
        raise Conflict(_("Berkas asli sudah diminta."), code="already_asked")
    _require_time(context.session, context.now)
    return context.append("evidence.asked", {"evidence": str(row.pk)}).seq


def require_wanted(
    session: Session, user: User, *, length: int, metadata: Metadata, now: datetime
) -> Evidence:
    """The evidence whose original this is; 404, 403 or 409 unless it is this one that is wanted."""
    row = selectors.evidence(session.pk, metadata.original_of) if metadata.original_of else None
    if row is None:
        raise NotFound(_("Bukti ini tidak ditemukan."), code="evidence_not_found")
    if row.owner_id != user.pk:
        raise Forbidden(_("Hanya pengirim bukti yang memiliki aslinya."), code="not_owner")
    if row.asked_seq is None:
        raise Conflict(_("Berkas asli tidak diminta."), code="not_asked")
    if Evidence.objects.filter(original_of=row).exists():
        raise Conflict(_("Berkas asli sudah diterima."), code="finished")
    if (length, normal(metadata.filetype)) != (row.original["bytes"], row.original["filetype"]):
        raise Conflict(
            _("Ini bukan berkas asli dari bukti yang diterima."), code="original_differs"
        )
    _require_time(session, now)
    return row


def _require_time(session: Session, now: datetime) -> None:
    if session.opened_at is None or session.ended_ms is None:
        return
    if now > wall_time(session.opened_at, session.ended_ms) + KEPT:
        raise Conflict(_("Berkas asli tidak disimpan perangkat lagi."), code="too_late")
