"""The hash chain over a session's log.

An entry's hash is SHA-256 over the previous entry's hash (32 bytes, zeros before the first)
followed by the canonical JSON of the entry. Anyone can recompute it with a standard library.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ajj.kernel.canonical import canonical_json

GENESIS = "0" * 64
LINKED_FIELDS = ("session", "seq", "at_ms", "kind", "actor", "data")


def entry_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """Hex hash of ``entry`` (the six linked fields) after ``previous`` (hex, 64 digits)."""
    body = canonical_json({field: entry[field] for field in LINKED_FIELDS})
    return hashlib.sha256(bytes.fromhex(previous) + body).hexdigest()


def short_head(head: str) -> str:
    """A head for eyes and paper: ``3fa9-12bc-77d0-e41b``, its first 64 bits."""
    return "-".join(head[place : place + 4] for place in range(0, 16, 4))


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold: the ``seq`` where it shows, and what is wrong."""

    seq: int
    problem: str


def verify(entries: Iterable[Mapping[str, Any]], *, head: str | None = None) -> list[Fault]:
    """Every break in a log read from its first entry on: holes, reorderings, altered entries.

    After a break the check goes on from the stored hash, so that each fault is named once.
    ``head`` is the hash the last entry must have (from the session row or a seal): without it a
    truncation cannot be seen.
    """
    faults: list[Fault] = []
    previous, expected_seq = GENESIS, 1
    for entry in entries:
        seq = int(entry["seq"])
        if seq != expected_seq:
            faults.append(Fault(seq, f"expected seq {expected_seq}"))
        if entry_hash(previous, entry) != entry["hash"]:
            faults.append(Fault(seq, "hash does not match its content and predecessor"))
        previous, expected_seq = str(entry["hash"]), seq + 1
    if head is not None and previous != head:
        faults.append(Fault(expected_seq, "log does not end at the recorded head"))
    return faults
