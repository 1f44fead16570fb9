"""How long what is kept of a session must be kept: dates in, decisions out.

Recordings and evidence of a kompeten decision serve as long as the certificate does; of any other
end, for a period in which it can be appealed and looked into. Pure: no clock, no rows.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ajj.live.freezes import Freeze


class RecordType(StrEnum):
    """What is kept."""

    MEDIA = "rekaman"
    EVIDENCE = "bukti"
    FORMS = "formulir"
    LOG = "log"


DESTROYED = (RecordType.MEDIA, RecordType.EVIDENCE)
"""What a destruction takes, together: one key seals both. The rest stays as the proof of it."""


class Basis(StrEnum):
    """Why the date is what it is."""

    RUNNING = "running"
    AWAITING_CERTIFICATE = "awaiting_certificate"
    CERTIFICATE = "certificate"
    DECISION = "decision"
    SESSION = "session"
    PERMANENT = "permanent"


@dataclass(frozen=True)
class Policy:
    """Days that the LSP chose; each at least one.

    ``forms_after``: how much longer forms and files of the application stay than the recording.
    """

    decided: int = 365
    undecided: int = 365
    forms_after: int = 5 * 365


@dataclass(frozen=True)
class Facts:
    """What is known of one session.

    ``ended`` is the day it ended (None: it has not); ``result`` K or BK of the decision made on
    ``decided``; ``certificates`` the last valid days of every certificate that rests on it, those
    of renewals among them.
    """

    ended: date | None
    result: str = ""
    decided: date | None = None
    certificates: tuple[date, ...] = ()
    freezes: tuple[Freeze, ...] = ()


@dataclass(frozen=True)
class Term:
    """The answer for one record type. ``due`` is the first day on which it may be destroyed."""

    basis: Basis
    due: date | None = None
    frozen: tuple[Freeze, ...] = ()

    def may_destroy(self, today: date) -> bool:
        """Whether destruction may be proposed and carried out on ``today``."""
        return self.due is not None and self.due <= today and not self.frozen


def term(record: RecordType, facts: Facts, policy: Policy) -> Term:
    """How long ``record`` is kept: until the latest of all dates that apply to it."""
    if record is RecordType.LOG:
        return Term(Basis.PERMANENT, None, facts.freezes)
    basis, due = _media(facts, policy)
    if record is RecordType.FORMS and due is not None:
        due += timedelta(days=policy.forms_after)
    return Term(basis, due, facts.freezes)


def destruction(facts: Facts, policy: Policy) -> Term:
    """The term of all that a destruction takes."""
    terms = [term(record, facts, policy) for record in DESTROYED]
    if any(each.due is None for each in terms):
        return next(each for each in terms if each.due is None)
    return max(terms, key=lambda each: each.due or date.min)


def _media(facts: Facts, policy: Policy) -> tuple[Basis, date | None]:
    if facts.ended is None:
        return Basis.RUNNING, None
    if facts.result == "K" and not facts.certificates:
        return Basis.AWAITING_CERTIFICATE, None
    dates: list[tuple[date, Basis]] = [
        (last + timedelta(days=1), Basis.CERTIFICATE) for last in facts.certificates
    ]
    if facts.decided is not None:
        dates.append((facts.decided + timedelta(days=policy.decided), Basis.DECISION))
    else:
        dates.append((facts.ended + timedelta(days=policy.undecided), Basis.SESSION))
    due, basis = max(dates)
    return basis, due
