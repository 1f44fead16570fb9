"""How a piece of evidence says that it came to be, and what speaks against it. Pure.

A device tells when and from which running camera a picture was taken. None of that can be proved
by the device alone; the rule here names what does not fit with what the server itself knows. What
is left is for the komite to see: the recording at that very second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CLOCK_ERROR_MS = 5_000
"""Beyond this a device does not know the session's clock."""

SLACK_MS = 2_000
"""What two honest readings of one clock may lie apart beyond the error that the device names."""


class Source(StrEnum):
    """Where a file comes from."""

    LIVE = "live"
    GALLERY = "gallery"


class Doubt(StrEnum):
    """What does not fit."""

    NO_TIME = "no_time"
    CLOCK = "clock"
    FUTURE = "future"
    BEFORE_MOMENT = "before_moment"
    NO_MOMENT = "no_moment"
    NO_STREAM = "no_stream"
    LATE = "late"


@dataclass(frozen=True)
class Moment:
    """An entry of the log that the device had read when it took the picture.

    ``hash`` begins the entry's hash, which nobody can know before the entry is there.
    """

    seq: int
    hash: str


@dataclass(frozen=True)
class Original:
    """The file as the device first had it, before it was made smaller."""

    sha256: str
    bytes: int
    filetype: str

    def as_data(self) -> dict[str, Any]:
        """As the log tells it."""
        return {"sha256": self.sha256, "bytes": self.bytes, "filetype": self.filetype}


@dataclass(frozen=True)
class Claim:
    """What a device says of a file.

    ``wall_ms`` is its own wall clock, of a file from the gallery that file's date.
    """

    source: Source
    clock_error_ms: int | None = None
    wall_ms: int | None = None
    stream: str = ""
    moment: Moment | None = None


@dataclass(frozen=True)
class Known:
    """What the server knows when it first hears of the file.

    ``streams``: by id, when each of the owner's streams began. ``moment_ms``: when the entry that
    the claim names was written, ``None`` when there is no such entry or its hash is another.
    ``late``: the session was over.
    """

    now_ms: int
    streams: Mapping[str, int] = field(default_factory=dict)
    moment_ms: int | None = None
    late: bool = False


def doubts(claim: Claim, taken_ms: int | None, known: Known) -> list[Doubt]:
    """What speaks against a claim to be live, in a fixed order; a gallery's file claims nothing."""
    return list(_doubts(claim, taken_ms, known)) if claim.source is Source.LIVE else []


def _doubts(claim: Claim, taken_ms: int | None, known: Known) -> Iterator[Doubt]:
    if taken_ms is None or claim.clock_error_ms is None:
        yield Doubt.NO_TIME
    else:
        within = claim.clock_error_ms + SLACK_MS
        if claim.clock_error_ms > CLOCK_ERROR_MS:
            yield Doubt.CLOCK
        if taken_ms > known.now_ms + within:
            yield Doubt.FUTURE
        if known.moment_ms is not None and taken_ms + within < known.moment_ms:
            yield Doubt.BEFORE_MOMENT
        started = known.streams.get(claim.stream)
        if started is None or taken_ms + within < started:
            yield Doubt.NO_STREAM
    if known.moment_ms is None:
        yield Doubt.NO_MOMENT
    if known.late:
        yield Doubt.LATE


def as_data(claim: Claim, found: list[Doubt]) -> dict[str, Any]:
    """The claim and what speaks against it, as the log tells them."""
    data: dict[str, Any] = {"source": claim.source.value, "doubts": [each.value for each in found]}
    if claim.clock_error_ms is not None:
        data["clock_error_ms"] = claim.clock_error_ms
    if claim.wall_ms is not None:
        data["wall_ms"] = claim.wall_ms
    if claim.stream:
        data["stream"] = claim.stream
    if claim.moment is not None:
        data["moment"] = {"seq": claim.moment.seq, "hash": claim.moment.hash}
    return data
