"""What should be recorded against what is. Pure: states in, alarms and actions out.

``Watch`` looks each second and is quick to say that something due is not being recorded.
``decide`` compares everything each half minute and says what to do about the differences; doing
it twice has the effect of once. Moments are session milliseconds unless named otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SILENT_MS = 1_500
MISSING_MS = 2_500
NO_PACKETS_MS = 2_500
BEHIND_MS = 4_000
NOT_SENT_MS = 10_000
WAITING_MS = 60_000
RESTART_EVERY_MS = 10_000

ABSENT = "asesi"
"""What an alarm is about when an asesi in the room publishes nothing."""


class Alarm(StrEnum):
    """What is wrong, the gravest first."""

    NOT_RECORDING = "not_recording"
    STALLED = "stalled"
    DISK = "disk"
    STORAGE = "storage"
    OBJECT_MISSING = "object_missing"
    OBJECT_UNKNOWN = "object_unknown"
    REFUSED = "refused"
    UNSEALED = "unsealed"


TOLD_IN_ROOM = (Alarm.NOT_RECORDING, Alarm.STALLED, Alarm.DISK, Alarm.STORAGE)
"""What the people of a running session are told; the rest is for the admin."""


def gravest(kinds: Collection[str]) -> Alarm | None:
    """The one alarm that a room shows."""
    return next((alarm for alarm in TOLD_IN_ROOM if alarm.value in kinds), None)


@dataclass(frozen=True)
class NodeStream:
    """A publisher as the media node lists it; ``since_epoch_ms`` is when it connected."""

    stream: str
    session: str
    since_epoch_ms: int
    last_packet_ms_ago: int | None
    recorded_until_ms: int | None


@dataclass(frozen=True)
class NodeView:
    """One look at the media node; ``boot_epoch_ms`` is when its process began (0: unknown)."""

    answers: bool
    streams: Mapping[str, NodeStream] = field(default_factory=dict)
    disk: str = "ok"
    boot_epoch_ms: int = 0


@dataclass(frozen=True)
class Due:
    """Something that ought to be recorded now.

    ``stream`` is None for an asesi who is in the room and publishes nothing. ``since_ms``: begin of
    the publication, or of being there. ``held_ms``: length of the longest wait for storage.
    """

    session: str
    stream: str | None
    since_ms: int
    now_ms: int
    held_ms: int = 0


@dataclass(frozen=True, order=True)
class Raised:
    """An alarm that stands. ``about``: the stream, or what of it; empty for the whole session."""

    session: str
    about: str
    kind: Alarm
    since_ms: int = field(compare=False)
    detail: str = field(compare=False, default="")


@dataclass(frozen=True)
class Verdict:
    """``restart``: streams whose recorder the node must begin anew."""

    alarms: frozenset[Raised]
    restart: tuple[str, ...]


@dataclass(frozen=True)
class _Symptom:
    kind: Alarm
    detail: str
    patience_ms: int
    since_ms: int


class Watch:
    """Raises what holds for longer than its patience, and at once lets go of what does not."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, Alarm], tuple[int, int]] = {}
        self._restarted: dict[str, int] = {}

    def look(self, due: Sequence[Due], node: NodeView, *, at_ms: int) -> Verdict:
        """One look at ``at_ms`` (any clock that only goes forward)."""
        alarms: set[Raised] = set()
        restart: list[str] = []
        seen: set[tuple[str, str, Alarm]] = set()
        for one in due:
            for symptom in _symptoms(one, node):
                about = "" if symptom.kind in (Alarm.DISK, Alarm.STORAGE) else one.stream or ABSENT
                key = (one.session, about, symptom.kind)
                seen.add(key)
                first_at, since_ms = self._first.setdefault(key, (at_ms, symptom.since_ms))
                if at_ms - first_at < symptom.patience_ms:
                    continue
                alarms.add(Raised(one.session, about, symptom.kind, since_ms, symptom.detail))
                if symptom.kind is Alarm.STALLED and one.stream is not None:
                    restart += self._restart(one.stream, at_ms)
        self._first = {key: at for key, at in self._first.items() if key in seen}
        return Verdict(frozenset(alarms), tuple(restart))

    def _restart(self, stream: str, at_ms: int) -> list[str]:
        last = self._restarted.get(stream)
        if last is not None and at_ms - last < RESTART_EVERY_MS:
            return []
        self._restarted[stream] = at_ms
        return [stream]


def _symptoms(due: Due, node: NodeView) -> list[_Symptom]:
    found = [_of_publication(due, node)] if due.stream else [_of_absence(due)]
    if node.disk != "ok":
        found.append(_Symptom(Alarm.DISK, node.disk, 0, due.now_ms))
    if due.held_ms >= WAITING_MS:
        found.append(_Symptom(Alarm.STORAGE, "", 0, due.now_ms - due.held_ms))
    return [symptom for symptom in found if symptom is not None]


def _of_absence(due: Due) -> _Symptom | None:
    if due.now_ms - due.since_ms < NOT_SENT_MS:
        return None
    return _Symptom(Alarm.NOT_RECORDING, "not sent", 0, due.since_ms)


def _of_publication(due: Due, node: NodeView) -> _Symptom | None:
    if not node.answers:
        return _Symptom(Alarm.NOT_RECORDING, "media process", SILENT_MS, due.now_ms)
    live = node.streams.get(due.stream or "")
    if live is None:
        return _Symptom(Alarm.NOT_RECORDING, "gone", MISSING_MS, due.now_ms)
    age = due.now_ms - due.since_ms
    quiet = age if live.last_packet_ms_ago is None else live.last_packet_ms_ago
    if quiet >= NO_PACKETS_MS:
        return _Symptom(Alarm.NOT_RECORDING, "no packets", 0, max(0, due.now_ms - quiet))
    written = max(live.recorded_until_ms or 0, due.since_ms)
    if age >= BEHIND_MS and due.now_ms - quiet - written >= BEHIND_MS:
        return _Symptom(Alarm.STALLED, "recorder", 0, written)
    return None


@dataclass(frozen=True)
class OpenPublication:
    """A publication that the database calls open; ``kept_ms``: end of what is known to be kept."""

    stream: str
    session: str
    started_epoch_ms: int
    started_ms: int
    kept_ms: int


@dataclass(frozen=True)
class Kept:
    """One stream's segments: rows, objects in storage, and what lies in the spool.

    ``rows`` were read before storage was listed, ``named`` (what rows name) after it: what is
    stored meanwhile is neither missing nor unknown.
    """

    session: str
    stream: str
    rows: Mapping[int, str]
    objects: frozenset[str]
    named: frozenset[str]
    spooled: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ended:
    """A session that is over and not sealed; ``waits_for``: what the seal waits for."""

    session: str
    ended_ms: int
    over_for_ms: int
    waits_for: str


@dataclass(frozen=True)
class World:
    """All that is compared. ``known``: streams of running sessions that the database has."""

    node: NodeView
    publications: Sequence[OpenPublication] = ()
    known: frozenset[str] = frozenset()
    kept: Sequence[Kept] = ()
    ended: Sequence[Ended] = ()


@dataclass(frozen=True)
class Close:
    """The node has no such publisher: the publication is over."""

    stream: str
    at_ms: int
    reason: str


@dataclass(frozen=True)
class Open:
    """The node has a publisher that the database does not know of."""

    stream: str
    at_epoch_ms: int


@dataclass(frozen=True)
class Reupload:
    """The row's object is gone from storage, and the spool still has the segment."""

    stream: str
    index: int


Action = Close | Open | Reupload


@dataclass(frozen=True)
class Plan:
    """``uncertain``: streams that look gone, to be closed if they still do at the next look."""

    actions: tuple[Action, ...]
    alarms: frozenset[Raised]
    uncertain: frozenset[str]


def decide(world: World, *, suspected: Collection[str] = ()) -> Plan:
    """What to do and what to say. ``suspected``: the ``uncertain`` of the look before.

    A publication is closed only when the node answers and has been without it twice, or began
    after it: a node that says nothing proves nothing.
    """
    actions: list[Action] = []
    uncertain: set[str] = set()
    if world.node.answers:
        for row in world.publications:
            if row.stream in world.node.streams:
                continue
            if world.node.boot_epoch_ms > row.started_epoch_ms:
                actions.append(Close(row.stream, _end_of(row), "media process"))
            elif row.stream in suspected:
                actions.append(Close(row.stream, _end_of(row), "network"))
            else:
                uncertain.add(row.stream)
        open_ones = {row.stream for row in world.publications}
        actions += [
            Open(live.stream, live.since_epoch_ms)
            for live in world.node.streams.values()
            if live.stream in world.known - open_ones and live.last_packet_ms_ago is not None
        ]
    alarms = {alarm for kept in world.kept for alarm in _of_kept(kept)}
    actions += [
        Reupload(kept.stream, index)
        for kept in world.kept
        for index, name in sorted(kept.rows.items())
        if name not in kept.objects and index in kept.spooled
    ]
    alarms |= {
        Raised(one.session, "", Alarm.UNSEALED, one.ended_ms, one.waits_for)
        for one in world.ended
        if one.over_for_ms > WAITING_MS
    }
    return Plan(tuple(actions), frozenset(alarms), frozenset(uncertain))


def _end_of(row: OpenPublication) -> int:
    return max(row.started_ms, row.kept_ms)


def _of_kept(kept: Kept) -> list[Raised]:
    def about(what: str) -> str:
        return f"{kept.stream}/{what}"

    missing = [
        Raised(kept.session, about(str(index)), Alarm.OBJECT_MISSING, 0, name)
        for index, name in kept.rows.items()
        if name not in kept.objects
    ]
    unknown = [
        Raised(kept.session, about(name[:48]), Alarm.OBJECT_UNKNOWN, 0, name)
        for name in kept.objects - kept.named
        if not any(name.startswith(f"{index:06d}-") for index in kept.spooled)
    ]
    refused = [
        Raised(kept.session, about(str(index)), Alarm.REFUSED, 0, f"{index:06d}.json.refused")
        for index in kept.refused
    ]
    return missing + unknown + refused
