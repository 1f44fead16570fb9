"""Reading reports, always as somebody; and saying them in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import TypeAdapter

from ajj.gladi import rules
from ajj.gladi.measured import Measured
from ajj.gladi.models import Gladi
from ajj.gladi.verdicts import Finding, Judgement, Level, Verdict, Words, decide
from ajj.live.models import Session
from ajj.live.rules import SessionRole
from ajj.people.models import User

_MEASURED = TypeAdapter(Measured)


@dataclass(frozen=True)
class Line:
    """One check as it is read: ``level`` is a ``verdicts.Level``."""

    key: str
    label: str
    level: str
    figure: str
    advice: str


@dataclass(frozen=True)
class Report:
    """A gladi as it is read. ``todo``: what to do for a better verdict, the gravest first."""

    pk: int
    who: User
    role: str
    at: datetime
    verdict: str
    title: str
    todo: list[str]
    lines: list[Line]

    @property
    def notes(self) -> list[Line]:
        """What is worth knowing beside the verdict."""
        return [line for line in self.lines if line.level == Level.NOTE]


def reports(session: Session, user: User) -> list[Report]:
    """What ``user`` may read of ``session``'s rehearsals, the latest first."""
    rows = Gladi.objects.filter(rules.visible(user), session=session).distinct()
    return [report(row) for row in rows.select_related("user")]


def latest_of_asesi(sessions: Iterable[Session], user: User) -> dict[UUID, Report]:
    """The last rehearsal of each session's asesi that ``user`` may read, in one query."""
    rows = _of_asesi().filter(rules.visible(user), session__in=list(sessions)).distinct()
    found: dict[UUID, Report] = {}
    for row in rows.select_related("user"):
        if row.session_id not in found:
            found[row.session_id] = report(row)
    return found


def _of_asesi() -> QuerySet[Gladi]:
    return Gladi.objects.filter(user=F("session__jadwal__permohonan__asesi"))


def unready(start: datetime, end: datetime) -> QuerySet[Session]:
    """Sessions that begin in this span and whose asesi no rehearsal has found ready."""
    ready = _of_asesi().filter(session=OuterRef("pk"), verdict=Verdict.READY.value)
    return Session.objects.filter(
        ~Exists(ready),
        jadwal__cancelled_at=None,
        jadwal__starts_at__gt=start,
        jadwal__starts_at__lte=end,
    )


def session_facts(session: Session, role: SessionRole) -> dict[str, Any]:
    """What the room's entrance says: the asesi's last rehearsal, to those who may know it."""
    if role is not SessionRole.ASESI and role not in rules.READERS:
        return {}
    row = _of_asesi().filter(session=session).select_related("user").first()
    if row is None:
        return {"gladi": None}
    said = report(row)
    return {"gladi": {"verdict": said.verdict, "title": said.title, "at": said.at.isoformat()}}


def report(row: Gladi) -> Report:
    """``row`` in the reader's language; the verdict is the one that was given then."""
    judged = decide(_MEASURED.validate_python(row.measured), row.role)
    verdict = Verdict(row.verdict)
    return Report(
        pk=row.pk,
        who=row.user,
        role=row.role,
        at=row.at,
        verdict=verdict.value,
        title=title(verdict, judged),
        todo=[_(one.seen.advice) for one in judged.reasons if one.seen.advice],
        lines=[_line(one) for one in judged.findings],
    )


def title(verdict: Verdict, judged: Judgement) -> str:
    """``Siap``, ``Siap dengan suara saja``, or ``Belum siap: mikrofon tidak diizinkan``."""
    if verdict is Verdict.READY:
        return pgettext("gladi", "Siap")
    if verdict is Verdict.VOICE_ONLY:
        return _("Siap dengan suara saja")
    if not judged.reasons:
        return _("Belum siap")
    first = judged.reasons[0]
    what = f"{_(first.label).lower()} {say(first.seen.figure)}"
    return _("Belum siap: %(what)s") % {"what": what}


def say(words: Words) -> str:
    """``words`` translated, with numbers as the reader's language writes them."""
    params = {
        name: number_format(value, 1) if isinstance(value, float) else value
        for name, value in words.params.items()
    }
    return _(words.text) % params


def _line(one: Finding) -> Line:
    advice = _(one.seen.advice) if one.seen.advice else ""
    return Line(one.key, _(one.label), one.seen.level.value, say(one.seen.figure), advice)
