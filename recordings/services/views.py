"""Nobody watches unseen: what a player tells of itself, and what the server handed out anyway."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record as audit
from ajj.committee.watched import Span, merged
from ajj.kernel.errors import Conflict
from ajj.live.models import Session
from ajj.people.models import User
from recordings.models import View
from recordings.selectors import duration_ms

SITTING = timedelta(minutes=30)
"""Bytes fetched later than this after the last sign of life begin another view."""

DIRECT = "direct"
"""The page of a view that no player announced: somebody fetched the bytes themselves."""


def note_view(
    view_id: UUID, *, session: Session, user: User, page: str, spans: Iterable[Span], now: datetime
) -> View:
    """Begin or go on with a view; the same spans twice are there once.

    ``spans`` are (start, end) in session ms. Raises ``Conflict`` (``foreign_view``) when the id
    belongs to somebody else's view or to another session's.
    """
    with transaction.atomic():
        view, created = View.objects.select_for_update().get_or_create(
            pk=view_id,
            defaults={
                "session": session,
                "user": user,
                "page": page,
                "started_at": now,
                "last_at": now,
            },
        )
        if (view.session_id, view.user_id) != (session.pk, user.pk):
            raise Conflict(_("Tontonan ini milik orang lain."), code="foreign_view")
        limit = None if session.ended_ms is None else duration_ms(session)
        view.ranges = [list(s) for s in merged([*_spans(view.ranges), *spans], limit_ms=limit)]
        view.last_at = max(view.last_at, now)
        view.save(update_fields=["ranges", "last_at"])
        if created:
            _tell(view, now)
        return view


def note_fetch(*, session: Session, user: User, span: Span, now: datetime) -> None:
    """The bytes of ``span`` went to ``user``: into the view that is under way, or a new one."""
    with transaction.atomic():
        view = (
            View.objects.select_for_update()
            .filter(session=session, user=user, last_at__gte=now - SITTING)
            .order_by("-last_at")
            .first()
        )
        if view is None:
            view = View(session=session, user=user, page=DIRECT, started_at=now, last_at=now)
            view.fetched = [list(span)]
            view.save(force_insert=True)
            _tell(view, now)
            return
        known = _spans(view.fetched)
        if any(start <= span[0] and span[1] <= end for start, end in known):
            return
        view.fetched = [list(s) for s in merged([*known, span])]
        view.last_at = max(view.last_at, now)
        view.save(update_fields=["fetched", "last_at"])


def _spans(rows: list[list[int]]) -> list[Span]:
    return [(start, end) for start, end in rows]


def _tell(view: View, now: datetime) -> None:
    data = {"session": str(view.session_id), "page": view.page}
    audit(view.user, "recordings.view", view, data, now=now)
