"""A phone as second camera: offered by the asesi, paired by its code, ended by who is concerned."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from ajj.live import ops, pairing, projections, rules
from ajj.live.events import CameraUnpaired
from ajj.live.models import CameraPairing, LogEntry, PairingMiss, Session
from ajj.live.ops import OpContext, OpData
from ajj.live.rules import ASSESSING, SessionRole
from ajj.live.selectors import has_consented
from ajj.live.services.log import append, lock
from ajj.live.states import (
    IN_ROOM,
    PairingEvent,
    PairingState,
    SessionState,
    UnpairReason,
    pairing_machine,
)
from ajj.people.models import User


class TooManyTries(DomainError):
    """Wrong codes came too often from there (429)."""

    status = 429
    code = "too_many_tries"


@dataclass(frozen=True)
class Offer:
    """The two ways in, in clear, for the eyes of the asesi alone; nobody can read them again."""

    pairing: CameraPairing
    digits: str
    secret: str


def _print(text: str) -> str:
    return pairing.fingerprint(text, settings.SECRET_KEY)


def _move(row: CameraPairing, event: PairingEvent) -> None:
    row.state = pairing_machine.after(PairingState(row.state), event).value


def _require_room(session: Session, now: datetime) -> None:
    if SessionState(session.state) not in IN_ROOM:
        raise Conflict(
            _("Kamera kedua dapat ditambah selama ruang sesi terbuka."), code="not_in_room"
        )
    rules.require_window(session, now)


@transaction.atomic
def offer(session_id: UUID, *, user: User, now: datetime) -> Offer:
    """Make a code for the asesi; the one before it is withdrawn.

    403 for everybody else, 409 outside the room (``not_in_room``), without consent, and for too
    many codes in a short time (``too_many_codes``).
    """
    session = lock(session_id)
    if rules.require_role(session, user) is not SessionRole.ASESI:
        raise Forbidden(_("Hanya asesi yang menambah kamera kedua."), code="wrong_role")
    _require_room(session, now)
    if not has_consented(session, user):
        raise Forbidden(_("Setujui perekaman sesi dahulu."), code="consent_required")
    lately = CameraPairing.objects.filter(session=session, offered_at__gt=now - pairing.LIFETIME)
    if lately.count() >= pairing.OFFERS_PER_WINDOW:
        raise Conflict(
            _("Terlalu banyak kode dibuat. Coba lagi beberapa menit lagi."), code="too_many_codes"
        )
    for earlier in CameraPairing.objects.filter(session=session, state=PairingState.OFFERED.value):
        _move(earlier, PairingEvent.WITHDRAW)
        earlier.save(update_fields=["state"])
    secret, digits = secrets.token_urlsafe(20), _free_digits(now)
    row = CameraPairing.objects.create(
        session=session,
        owner=user,
        digits=_print(digits),
        secret=_print(secret),
        offered_at=now,
        expires_at=now + pairing.LIFETIME,
    )
    return Offer(row, digits, secret)


def _free_digits(now: datetime) -> str:
    """Digits that no other open code has."""
    while True:
        digits = pairing.new_digits(secrets.randbelow)
        if not _open(now).filter(digits=_print(digits)).exists():
            return digits


def _open(now: datetime) -> QuerySet[CameraPairing]:
    return CameraPairing.objects.filter(state=PairingState.OFFERED.value, expires_at__gt=now)


def redeem(typed: str, *, address: str, device: str, now: datetime) -> CameraPairing:
    """Pair the phone that has this code; ``address`` is where it calls from.

    An earlier phone of the session is unpaired. 404 (``no_such_code``) for a code that is wrong,
    used or too old, 429 after too many wrong ones, and what ``offer`` raises for a closed room.
    """
    print_of_address = _print(address)
    tries = PairingMiss.objects.filter(address=print_of_address, at__gt=now - pairing.TRIES_WINDOW)
    if tries.count() >= pairing.TRIES_PER_ADDRESS:
        raise TooManyTries(
            _("Terlalu banyak kode yang tidak cocok. Tunggu beberapa menit, atau pindai kode QR.")
        )
    code = pairing.parse(typed)
    found = _found(code, now) if code is not None else None
    if found is None:
        _miss(code, print_of_address, now)
        raise NotFound(
            _("Kode ini tidak cocok atau sudah lewat 5 menit. Minta kode baru dari layar sesi."),
            code="no_such_code",
        )
    return _pair(found, device, now)


def _found(code: pairing.Code, now: datetime) -> CameraPairing | None:
    column = "secret" if code.secret else "digits"
    rows = list(_open(now).filter(**{column: _print(code.text)})[:2])
    if len(rows) != 1:
        return None
    (row,) = rows
    usable = pairing.open_for(
        secret=code.secret, expires_at=row.expires_at, misses=row.misses, now=now
    )
    return row if usable else None


@transaction.atomic
def _miss(code: pairing.Code | None, address: str, now: datetime) -> None:
    """Remember a wrong try: against its address, and, if it was digits, against every open code."""
    PairingMiss.objects.filter(at__lte=now - pairing.TRIES_WINDOW).delete()
    PairingMiss.objects.create(address=address, at=now)
    if code is not None and not code.secret:
        _open(now).update(misses=F("misses") + 1)


@transaction.atomic
def _pair(found: CameraPairing, device: str, now: datetime) -> CameraPairing:
    session = lock(found.session_id)
    _require_room(session, now)
    row = CameraPairing.objects.get(pk=found.pk)
    _move(row, PairingEvent.REDEEM)
    earlier = CameraPairing.objects.filter(session=session, state=PairingState.PAIRED.value).first()
    if earlier is not None:
        _end(session, earlier, UnpairReason.REPLACED, str(row.owner_id), now)
    append(
        session,
        kind="camera.paired",
        actor=str(row.owner_id),
        data={"camera": str(row.pk), "device": device},
        now=now,
    )
    row.refresh_from_db()
    return row


def _end(
    session: Session, row: CameraPairing, reason: UnpairReason, actor: str, now: datetime
) -> LogEntry:
    pairing_machine.after(PairingState(row.state), PairingEvent.END)
    entry = append(
        session,
        kind="camera.unpaired",
        actor=actor,
        data={"camera": str(row.pk), "reason": reason.value},
        now=now,
    )
    publish(CameraUnpaired(session_id=session.pk, owner_id=row.owner_id))
    return entry


@transaction.atomic
def finish(camera: CameraPairing, *, now: datetime) -> None:
    """The phone itself says that it is done; saying so twice is once."""
    session = lock(camera.session_id)
    row = CameraPairing.objects.get(pk=camera.pk)
    if PairingState(row.state) is PairingState.PAIRED and SessionState(session.state) in IN_ROOM:
        _end(session, row, UnpairReason.DEVICE, str(row.owner_id), now)


class UnpairData(OpData):
    camera: str


def _unpair(context: OpContext[UnpairData]) -> int:
    paired = CameraPairing.objects.filter(
        session=context.session, state=PairingState.PAIRED.value
    ).first()
    if paired is None or str(paired.pk) != context.data.camera:
        raise Conflict(_("Kamera kedua itu sudah dilepas."), code="not_paired")
    reason = UnpairReason.ASESI if context.role is SessionRole.ASESI else UnpairReason.ASESOR
    return _end(context.session, paired, reason, str(context.user.pk), context.now).seq


def _project_paired(session: Session, entry: LogEntry) -> None:
    CameraPairing.objects.filter(session=session, pk=entry.data["camera"]).update(
        state=PairingState.PAIRED.value, device=entry.data["device"], paired_ms=entry.at_ms
    )


def _project_unpaired(session: Session, entry: LogEntry) -> None:
    CameraPairing.objects.filter(session=session, pk=entry.data["camera"]).update(
        state=PairingState.ENDED.value, ended_ms=entry.at_ms, reason=entry.data["reason"]
    )


def register_cameras() -> None:
    """Called once, in ``AppConfig.ready()``."""
    ops.register("camera.unpair", _unpair, data=UnpairData, roles=ASSESSING | {SessionRole.ASESI})
    projections.register("camera.paired", _project_paired)
    projections.register("camera.unpaired", _project_unpaired)
