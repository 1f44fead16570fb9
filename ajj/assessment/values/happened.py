"""What the report says of the room: irregularities by their printed names, who was recognised."""

from collections.abc import Sequence

from ajj.kernel.clock import clock_text
from ajj.live import fold
from ajj.live.acted import moment
from ajj.live.irregularities import named_incident
from ajj.live.models import LogEntry, Session
from ajj.live.selectors import IDENTITY_KINDS, told

IDENTITY = {
    fold.IdentityState.UNCHECKED: "belum diperiksa",
    fold.IdentityState.SHOWN: "kartu ditunjukkan",
    fold.IdentityState.MATCH: "cocok",
    fold.IdentityState.MISMATCH: "tidak cocok",
    fold.IdentityState.UNSURE: "ragu",
}


def aspects(session: Session) -> str:
    """The report's positive and negative aspects, from the log."""
    rows = LogEntry.objects.filter(session=session, kind="incident").order_by("seq")
    incidents = "; ".join(
        f"{clock_text(moment(row.at_ms, row.data))} {named_incident(row.data)}" for row in rows
    )
    said = (
        f"Kejadian: {incidents}." if incidents else "Tidak ada kejadian yang dicatat selama sesi."
    )
    return f"{said} {identity_text(told(session, IDENTITY_KINDS).identity_story)}"


def identity_text(story: Sequence[tuple[str, fold.Identity]]) -> str:
    """What was known of the asesi's identity and from when: each change, not each connection."""
    changes: list[fold.Identity] = []
    for _person, identity in story:
        fell = identity.state is fold.IdentityState.UNCHECKED
        if not (fell and changes and changes[-1].state is identity.state):
            changes.append(identity)
    if not any(each.actor for each in changes):
        return "Identitas asesi tidak diperiksa dalam sesi."
    said = (f"{clock_text(each.at_ms)} {IDENTITY[each.state]} {each.note}" for each in changes)
    return f"Identitas asesi: {'; '.join(text.strip() for text in said)}."
