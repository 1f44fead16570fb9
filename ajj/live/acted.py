"""When a person acted, as their own device tells it, and how far that is believed. Pure.

An entry's ``at_ms`` is its arrival. What was done without a network arrives late; its ``acted``
says when it was done. The device measures the session clock itself (frontend/src/shared/clock.ts)
and says how far its reading may be off; here is decided what of that can be true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# What a moment may be off without a word; beyond it a reading is called unsure.
PROMISED_MS = 1000


@dataclass(frozen=True)
class Claim:
    """A device's word: session ms of the act, and how far that may be off.

    ``device`` is the device's id, ``n`` counts its acts in this session from 1.
    """

    ms: int
    error_ms: int
    device: str
    n: int


class Corrected(StrEnum):
    """Why a claim was not taken as it came."""

    FUTURE = "future"
    BEFORE_JOIN = "before_join"
    ORDER = "order"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Acted:
    """The moment that counts (session ms), how far it may be off, and what was corrected."""

    ms: int
    error_ms: int
    claim: Claim
    corrected: Corrected | None = None

    def data(self) -> dict[str, Any]:
        """As it stands in the entry, under ``acted``."""
        found: dict[str, Any] = {
            "ms": self.ms,
            "error_ms": self.error_ms,
            "device": self.claim.device,
            "n": self.claim.n,
        }
        if self.corrected is not None:
            found |= {"claimed_ms": self.claim.ms, "corrected": self.corrected.value}
        return found


def place(
    claim: Claim,
    *,
    arrived_ms: int,
    joined_ms: int,
    after_ms: int | None = None,
    before_ms: int | None = None,
) -> Acted:
    """Decide the moment of a claim that arrived at ``arrived_ms``.

    It lies between the person's first join and the arrival, and between what the same device did
    before and after it (``after_ms``, ``before_ms``; None where there is nothing). A claim that is
    less exact than the arrival itself gives way to it. The result never leaves these bounds.
    """
    earliest = min(max(joined_ms, after_ms or 0), arrived_ms)
    latest = arrived_ms if before_ms is None else min(arrived_ms, before_ms)
    latest = max(earliest, latest)
    ms, why = claim.ms, None
    if claim.error_ms > PROMISED_MS and claim.error_ms >= abs(arrived_ms - claim.ms):
        ms, why = latest, Corrected.UNSURE
    elif ms > latest:
        why = Corrected.FUTURE if ms > arrived_ms else Corrected.ORDER
    elif ms < earliest:
        why = Corrected.BEFORE_JOIN if ms < joined_ms else Corrected.ORDER
    ms = min(max(ms, earliest), latest)
    moved = abs(ms - claim.ms)
    # Within its own error a claim is only rounded, not corrected.
    if why is Corrected.UNSURE:
        # The act lies within the claim's error of the claim, which is ``moved`` from here.
        return Acted(ms=ms, error_ms=claim.error_ms + moved, claim=claim, corrected=why)
    if moved <= claim.error_ms:
        why = None
    return Acted(ms=ms, error_ms=max(claim.error_ms, moved), claim=claim, corrected=why)


def moment(at_ms: int, data: Mapping[str, Any]) -> int:
    """Session ms at which what an entry tells was done: as ``acted`` says, else its arrival."""
    acted = data.get("acted")
    return int(acted["ms"]) if acted else at_ms
