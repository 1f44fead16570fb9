"""Reading sessions and their logs, always as somebody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from ajj.kernel.clock import epoch_ms, session_ms
from ajj.kernel.errors import NotFound
from ajj.live import facts, fold, rules
from ajj.live.agenda import steps_of
from ajj.live.entry import frame, linked
from ajj.live.irregularities import CATALOGUE
from ajj.live.models import Consent, ConsentText, LogEntry, Presence, Session
from ajj.live.rules import SessionRole, Viewer
from ajj.live.states import IN_ROOM, SessionState
from ajj.live.waiting import admitted_ids, has_door, waits
from ajj.people.models import User
from ajj.scheduling.models import Penugasan

MAX_LOG_PAGE = 1000
IDENTITY_KINDS = ("joined", "left", "stream.started", "identity.pictured", "identity.checked")


def sessions() -> QuerySet[Session]:
    """Every session with what its pages and rules read, in three queries."""
    return Session.objects.select_related(
        "jadwal__permohonan__asesi", "jadwal__permohonan__skema"
    ).prefetch_related(
        Prefetch("jadwal__penugasan", queryset=Penugasan.objects.select_related("user")), "pauses"
    )


def visible_sessions(user: User) -> QuerySet[Session]:
    """The sessions ``user`` has a role in, the latest first."""
    return sessions().filter(rules.visible(user)).distinct().order_by("-jadwal__starts_at", "-pk")


def get_session(session_id: UUID) -> Session:
    """One session (404 ``not_found``); the caller asks ``rules`` who may see it."""
    try:
        return sessions().get(pk=session_id)
    except Session.DoesNotExist:
        raise NotFound(_("Sesi tidak ditemukan.")) from None


def session_for(session_id: UUID, user: User) -> tuple[Session, SessionRole]:
    """One session and what ``user`` is in it (404, or 403 ``not_member``)."""
    session = get_session(session_id)
    return session, rules.require_role(session, user)


def viewer_of(session: Session, user: User) -> Viewer:
    """``user`` as a reader of ``session`` (403 ``not_member``)."""
    return Viewer(user_id=user.pk, role=rules.require_role(session, user))


def read_log(session_id: UUID, *, after: int, limit: int, viewer: Viewer) -> list[dict[str, Any]]:
    """Entries with ``seq`` > ``after`` as wire frames: in order, no holes, hidden rule applied.

    ``limit`` is held between 1 and 1000. Who stands in the waiting room reads nothing yet.
    """
    session = Session.objects.select_related("jadwal").get(pk=session_id)
    if waits(session, viewer.user_id, viewer.role):
        return []
    in_room = SessionState(session.state) in IN_ROOM
    entries = LogEntry.objects.filter(session_id=session_id, seq__gt=after).order_by("seq")
    return [
        frame(entry, hidden=not rules.may_see(viewer.role, entry.kind, in_room=in_room))
        for entry in entries[: max(1, min(limit, MAX_LOG_PAGE))]
    ]


def full_log(session_id: UUID) -> Iterable[dict[str, Any]]:
    """The whole log unhidden, as ``kernel.chain.verify`` and ``fold`` read it."""
    entries = LogEntry.objects.filter(session_id=session_id).order_by("seq")
    return (linked(entry) for entry in entries.iterator())


def told(session: Session, kinds: Iterable[str]) -> fold.SessionState:
    """What the entries of ``kinds`` alone say: one question, by the entries that answer it."""
    rows = LogEntry.objects.filter(session=session, kind__in=kinds).order_by("seq")
    return fold.fold_some(linked(row) for row in rows)


def head_seq(session_id: UUID) -> int:
    """The highest seq (0 for an empty log or no session): the look that backs every wake-up."""
    found = Session.objects.filter(pk=session_id).values_list("head_seq", flat=True).first()
    return found or 0


def head_seqs(session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The highest seq of each session, in one query."""
    found = Session.objects.filter(pk__in=list(session_ids))
    return dict(found.values_list("pk", "head_seq"))


def consent_text() -> ConsentText | None:
    """The current text to agree to."""
    return ConsentText.objects.first()


def has_consented(session: Session, user: User) -> bool:
    """Whether ``user`` agreed, in this session, to the current text."""
    text = consent_text()
    return (
        text is not None
        and Consent.objects.filter(session=session, user=user, version=text.version).exists()
    )


def members(session: Session) -> list[dict[str, Any]]:
    """The asesi and everyone assigned: ``{id, name, role}``."""
    asesi = session.jadwal.permohonan.asesi
    people = [{"id": str(asesi.pk), "name": asesi.name, "role": SessionRole.ASESI.value}]
    people += [
        {"id": str(item.user_id), "name": item.user.name, "role": item.role}
        for item in session.jadwal.penugasan.all()
    ]
    return people


def presence(session: Session) -> list[dict[str, Any]]:
    """Members and guests: ``{id, name, role, online, since_ms, hand, waiting}``, the asesi first.

    ``since_ms`` is when the person came online, or was last there; null when never. ``waiting``:
    not let in yet.
    """
    people = {person["id"]: person for person in members(session)}
    rows = Presence.objects.filter(session=session).select_related("user").order_by("joined_ms")
    seen: dict[str, list[Presence]] = {}
    for row in rows:
        key = str(row.user_id)
        people.setdefault(key, {"id": key, "name": row.user.name, "role": row.role})
        seen.setdefault(key, []).append(row)
    hands = {str(pk) for pk in session.hands.values_list("user_id", flat=True)}
    inside = {str(pk) for pk in admitted_ids(session.pk)}
    held = {role.value for role in rules.WAITING} if has_door(session) else set()
    return [
        {
            **person,
            **_standing(seen.get(key, [])),
            "hand": key in hands,
            "waiting": person["role"] in held and key not in inside,
        }
        for key, person in people.items()
    ]


def _standing(rows: list[Presence]) -> dict[str, Any]:
    here = [row.joined_ms for row in rows if row.left_ms is None]
    if here:
        return {"online": True, "since_ms": min(here)}
    gone = [row.left_ms for row in rows if row.left_ms is not None]
    return {"online": False, "since_ms": max(gone, default=None)}


def catalogue(role: SessionRole) -> list[dict[str, str]]:
    """The irregularities that somebody in ``role`` may write down, in their language."""
    if role not in rules.ROOM_ROLES or not rules.may_see(role, "incident"):
        return []
    return [
        {
            "code": row.code,
            "kelompok": row.kelompok.value,
            "tingkat": row.tingkat.value,
            "judul": _(row.judul),
            "tindakan": _(row.tindakan),
        }
        for row in CATALOGUE
    ]


def summary(session: Session, role: SessionRole, now: datetime) -> dict[str, Any]:
    """The session as the API gives it to somebody in ``role``. Moments are ISO 8601, or ``_ms``."""
    jadwal = session.jadwal
    skema = jadwal.permohonan.skema
    text = consent_text()
    t0 = session.opened_at
    return {
        "id": str(session.pk),
        "kind": session.kind,
        "state": session.state,
        "skema": {"id": skema.pk, "judul": skema.judul, "nomor": skema.nomor},
        "starts_at": jadwal.starts_at.isoformat(),
        "ends_at": jadwal.ends_at.isoformat(),
        "opens_at": jadwal.opens_at.isoformat(),
        "closes_at": rules.closes_at(session, now).isoformat(),
        "t0": epoch_ms(t0) if t0 else None,
        "paused_ms": rules.paused_for(session, now) // timedelta(milliseconds=1),
        "now_ms": session_ms(t0, now) if t0 else None,
        "role": role.value,
        "members": members(session),
        "agenda": [
            {"step": step.step, "judul": _(step.judul), "arahan": _(step.arahan)}
            for step in steps_of(session.kind)
        ],
        "consent_version": text.version if text else None,
        "head_seq": session.head_seq,
        "tuk": jadwal.tuk,
        **facts.of(session, role),
    }
