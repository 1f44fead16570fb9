"""Holds, and destruction of media by two people with minutes.

One proposes, another one approves; then the keys go, the log says so, the minutes are printed and
signed by both, and what lies in storage is deleted until nothing is left.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record as audit
from ajj.documents import services as documents
from ajj.documents.registry import PEMUSNAHAN
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.kernel.numbering import letter_number
from ajj.live import services as live
from ajj.live.models import Session
from ajj.live.services import vault
from ajj.people.models import Role, User
from recordings import minutes, register, retention
from recordings.disposalstates import DisposalEvent, DisposalState, disposal_machine
from recordings.models import Disposal, DisposalItem, DisposalScope, LegalHold
from recordings.services.purge import purge

log = structlog.get_logger(__name__)

PROPOSERS = (Role.ADMIN, Role.MANAJER)
APPROVERS = (Role.DIREKTUR,)
HOLDERS = register.OFFICE
MOST_SESSIONS = 200


def _require(user: User, roles: Sequence[Role]) -> None:
    if not user.has_role(*roles):
        names = ", ".join(str(role.label) for role in roles)
        raise Forbidden(_("Tindakan ini untuk: %(names)s.") % {"names": names}, code="wrong_role")


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Invalid(_("Tulis alasannya."), code="no_reason", fields={"reason": _("Wajib diisi.")})
    return words


@transaction.atomic
def place_hold(session_id: UUID, *, reason: str, actor: User, now: datetime) -> LegalHold:
    """Hold everything of a session from now on; an open proposal waits as long."""
    _require(actor, HOLDERS)
    session = register.session_of(session_id)
    live.lock(session_id)
    hold = LegalHold.objects.create(
        session=session, reason=_words(reason), placed_by=actor, placed_at=now
    )
    audit(actor, "recordings.hold", session, {"hold": hold.pk, "reason": hold.reason}, now=now)
    return hold


@transaction.atomic
def lift_hold(hold_id: int, *, reason: str, actor: User, now: datetime) -> LegalHold:
    """Lift a hold; 404 for none, 409 ``lifted`` for one that is lifted."""
    _require(actor, HOLDERS)
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotFound(_("Penahanan tidak ditemukan."), code="no_hold")
    if hold.lifted_at is not None:
        raise Conflict(_("Penahanan ini sudah dilepas."), code="lifted")
    hold.lifted_by, hold.lifted_at, hold.lift_reason = actor, now, _words(reason)
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    audit(actor, "recordings.lift_hold", hold.session, {"hold": hold.pk}, now=now)
    return hold


@transaction.atomic
def propose(session_ids: Sequence[UUID], *, reason: str, actor: User, now: datetime) -> Disposal:
    """Propose to destroy all media of sessions whose term is over.

    Raises ``Invalid`` (``no_sessions``, ``too_many``), ``Conflict`` (``not_due``, ``frozen``,
    ``taken``) naming the first session that stands against it.
    """
    _require(actor, PROPOSERS)
    chosen = list(dict.fromkeys(session_ids))
    if not chosen:
        raise Invalid(_("Pilih paling sedikit satu sesi."), code="no_sessions")
    if len(chosen) > MOST_SESSIONS:
        raise Invalid(_("Paling banyak 200 sesi dalam satu usulan."), code="too_many")
    disposal = Disposal.objects.create(
        scope=DisposalScope.SESSION, reason=_words(reason), proposed_by=actor, proposed_at=now
    )
    for session in _locked(chosen):
        term = _term(session)
        _require_free(session, term)
        _require_due(session, term, now)
        _add_item(disposal, session, None, term)
    audit(actor, "recordings.propose_disposal", disposal, {"sessions": len(chosen)}, now=now)
    return disposal


@transaction.atomic
def propose_person(
    session_id: UUID, owner_id: int, *, reason: str, early: bool, actor: User, now: datetime
) -> Disposal:
    """Propose to erase one person's media of one session, because that person asked for it.

    Before the term is over only with ``early``: the proposer says that the legal duty to keep the
    recording was weighed (``Conflict`` ``not_due`` without). Raises ``NotFound`` (``no_media``).
    """
    _require(actor, PROPOSERS)
    (session,) = _locked([session_id])
    term = _term(session)
    _require_free(session, term)
    people = {person.user.pk: person for person in register.people_of(session)}
    person = people.get(owner_id)
    if person is None:
        raise NotFound(_("Orang ini tidak mempunyai media pada sesi ini."), code="no_media")
    if not early:
        _require_due(session, term, now)
    disposal = Disposal.objects.create(
        scope=DisposalScope.PERSON,
        reason=_words(reason),
        early=not term.may_destroy(register.local_day(now)),
        proposed_by=actor,
        proposed_at=now,
    )
    _add_item(disposal, session, person.user, term)
    audit(actor, "recordings.propose_erasure", disposal, {"session": str(session_id)}, now=now)
    return disposal


def _locked(session_ids: Sequence[UUID]) -> list[Session]:
    """The sessions, each locked, always in the same order (404 for one that is not kept)."""
    ordered = sorted(session_ids)
    for session_id in ordered:
        live.lock(session_id)
    return [register.session_of(session_id) for session_id in ordered]


def _term(session: Session) -> retention.Term:
    return retention.destruction(register.facts_of([session])[session.pk], register.policy())


def _name(session: Session) -> str:
    permohonan = session.jadwal.permohonan
    return f"{permohonan.asesi.name} ({permohonan.nomor})"


def _require_free(session: Session, term: retention.Term) -> None:
    if term.frozen:
        raise Conflict(
            _("Media %(session)s sedang ditahan atau dibekukan: %(why)s.")
            % {"session": _name(session), "why": "; ".join(each.words for each in term.frozen)},
            code="frozen",
        )


def _require_due(session: Session, term: retention.Term, now: datetime) -> None:
    if not term.may_destroy(register.local_day(now)):
        raise Conflict(
            _("Masa simpan %(session)s belum berakhir.") % {"session": _name(session)},
            code="not_due",
        )


def _add_item(
    disposal: Disposal, session: Session, owner: User | None, term: retention.Term
) -> None:
    if register.open_item_of(session.pk, owner.pk if owner else None) is not None:
        raise Conflict(
            _("Media %(session)s sudah diusulkan atau sudah dimusnahkan.")
            % {"session": _name(session)},
            code="taken",
        )
    DisposalItem.objects.create(
        disposal=disposal, session=session, owner=owner, due=term.due, basis=term.basis.value
    )


def _decide(disposal: Disposal, event: DisposalEvent, actor: User, now: datetime) -> None:
    _require(actor, APPROVERS)
    if disposal.proposed_by_id == actor.pk:
        raise Forbidden(
            _("Pengusul tidak dapat memutuskan usulannya sendiri. Minta orang lain."),
            code="same_person",
        )
    disposal.state = disposal_machine.after(DisposalState(disposal.state), event).value
    disposal.decided_by, disposal.decided_at = actor, now


def _taken(disposal_id: UUID) -> Disposal:
    found = Disposal.objects.select_for_update().filter(pk=disposal_id).first()
    if found is None:
        raise NotFound(_("Usulan pemusnahan tidak ditemukan."), code="no_disposal")
    return found


@transaction.atomic
def reject(disposal_id: UUID, *, note: str, actor: User, now: datetime) -> Disposal:
    """Refuse a proposal, also one that was approved and is not carried out yet."""
    disposal = _taken(disposal_id)
    _decide(disposal, DisposalEvent.REJECT, actor, now)
    disposal.decision_note = _words(note)
    disposal.save()
    audit(actor, "recordings.reject_disposal", disposal, {"note": disposal.decision_note}, now=now)
    return disposal


def approve(disposal_id: UUID, *, note: str, actor: User, now: datetime) -> Disposal:
    """Approve a proposal and carry it out at once; the deletions follow in the background.

    Raises ``Forbidden`` (``wrong_role``, ``same_person``), ``Conflict`` (``wrong_state``,
    ``frozen``, ``not_due``); then nothing was approved.
    """
    with transaction.atomic():
        disposal = _taken(disposal_id)
        _decide(disposal, DisposalEvent.APPROVE, actor, now)
        disposal.decision_note = " ".join(note.split())
        disposal.save()
        _require_lawful(disposal, now)
        audit(actor, "recordings.approve_disposal", disposal, {}, now=now)
    return carry_out(disposal_id, now=now)


def _require_lawful(disposal: Disposal, now: datetime) -> list[DisposalItem]:
    """The items, their sessions locked, none of them frozen or before its time."""
    items = list(disposal.items.select_related("owner").order_by("session_id", "pk"))
    sessions = {session.pk: session for session in _locked([item.session_id for item in items])}
    for item in items:
        session = sessions[item.session_id]
        item.session = session
        term = _term(session)
        _require_free(session, term)
        if not disposal.early:
            _require_due(session, term, now)
    return items


@transaction.atomic
def carry_out(disposal_id: UUID, *, now: datetime) -> Disposal:
    """Destroy the keys of an approved destruction, log it, and print its minutes: all or nothing.

    Raises ``Conflict`` when it is not approved, or frozen meanwhile.
    """
    disposal = _taken(disposal_id)
    target = disposal_machine.after(DisposalState(disposal.state), DisposalEvent.CARRY_OUT)
    items = _require_lawful(disposal, now)
    owners = {item.pk: _measure(item) for item in items}
    day = register.local_day(now)
    running = documents.next_number("surat:BA-PM", day.year)
    disposal.number = letter_number("BA-PM", running, settings.LSP.short_name, day)
    paper = documents.issue(
        PEMUSNAHAN.code,
        PEMUSNAHAN.version,
        minutes.printed(disposal, items, owners, settings.LSP, now),
        subject=f"disposal:{disposal.pk}",
        now=now,
    )
    for item in items:
        session = live.lock(item.session_id)
        for person in owners[item.pk]:
            vault.destroy(
                session.pk, person.user.pk, document=paper, minutes=disposal.number, now=now
            )
            live.append(
                session,
                kind="media.erased",
                actor=str(disposal.decided_by_id),
                data={
                    "owner": str(person.user.pk),
                    "scope": disposal.scope,
                    "ba": disposal.number,
                    "sha256": paper.sha256,
                },
                now=now,
            )
    disposal.state, disposal.document, disposal.carried_out_at = target.value, paper, now
    disposal.save()
    audit(disposal.decided_by, "recordings.destroy", disposal, {"ba": disposal.number}, now=now)
    return disposal


def _measure(item: DisposalItem) -> list[register.Person]:
    """Whose media the item takes; writes down how much it was."""
    people = [
        person
        for person in register.people_of(item.session)
        if not person.destroyed and item.owner_id in {None, person.user.pk}
    ]
    item.segments = sum(person.segments for person in people)
    item.evidence = sum(person.evidence for person in people)
    item.bytes = sum(person.bytes for person in people)
    item.save(update_fields=["segments", "evidence", "bytes"])
    return people


def clear(disposal_id: UUID, *, now: datetime) -> int:
    """Delete what a carried-out destruction left in storage and on disk; how many things went.

    Finished only when a look afterwards finds nothing. Raises the storage's own error.
    """
    disposal = Disposal.objects.get(pk=disposal_id, state=DisposalState.DILAKSANAKAN.value)
    items = list(disposal.items.all())
    gone = sum(purge(item.session_id, item.owner_id) for item in items)
    if not sum(purge(item.session_id, item.owner_id) for item in items):
        Disposal.objects.filter(pk=disposal_id, purged_at=None).update(purged_at=now)
    return gone


def upkeep(*, now: datetime) -> int:
    """What a crash left half done: approved and not carried out, carried out and not deleted.

    For the jobs process, any number of times; one that cannot be finished holds up no other.
    """
    touched = 0
    for disposal in Disposal.objects.filter(state=DisposalState.DISETUJUI.value):
        try:
            carry_out(disposal.pk, now=now)
        except Conflict as error:
            log.warning("destruction waits", disposal=str(disposal.pk), reason=error.code)
        else:
            touched += 1
    for disposal in Disposal.objects.filter(state=DisposalState.DILAKSANAKAN.value, purged_at=None):
        try:
            clear(disposal.pk, now=now)
        except Exception:
            log.exception("destroyed media not deleted yet", disposal=str(disposal.pk))
        else:
            touched += 1
    return touched
