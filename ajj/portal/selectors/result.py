"""What the asesi is told once the komite has decided: what to take again, what the asesor says."""

from dataclasses import dataclass

from ajj.applications.models import Permohonan
from ajj.assessment.papers import reader_of
from ajj.assessment.selectors import recommendation
from ajj.assessment.states import UjianState
from ajj.assessment.ujian import of_permohonan
from ajj.assessment.unmet import Unmet
from ajj.assessment.values.session import unmet_in
from ajj.committee.models import Case, Result
from ajj.live.models import Session
from ajj.live.states import SessionKind
from ajj.people.models import User


def to_retake(permohonan: Permohonan, viewer: User) -> list[Unmet]:
    """The units to be assessed again.

    The asesor and the LSP see them from the recommendation on, with the KUK; the asesi from the
    komite's decision on, and the units alone: marks are never theirs to see.
    """
    reader = reader_of(viewer, permohonan)
    session = _asesmen(permohonan)
    if reader is None or session is None:
        return []
    if reader == "asesi":
        found = unmet_in(session) if _decided(session) == Result.BK.value else []
        return [Unmet(each.kode, each.judul, ()) for each in found]
    last = recommendation(session)
    return unmet_in(session) if last is not None and last.result == Result.BK.value else []


@dataclass(frozen=True)
class UjianFeedback:
    """The feedback block of FR.IA.02 to FR.IA.07: ``gaps`` is what was not reached yet."""

    form: str
    reached: bool
    gaps: str
    words: str


@dataclass(frozen=True)
class Feedback:
    """The asesor's words to the asesi: of FR.AK.02 (``words``, ``next_step``) and of each test."""

    words: str
    next_step: str
    tests: tuple[UjianFeedback, ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.next_step or self.tests)


def feedback(permohonan: Permohonan, viewer: User) -> Feedback | None:
    """What the asesor has to say to the asesi, for the asesi, from the komite's decision on."""
    session = _asesmen(permohonan)
    if session is None or reader_of(viewer, permohonan) != "asesi":
        return None
    last = recommendation(session)
    if last is None or not _decided(session):
        return None
    concluded = of_permohonan(permohonan).filter(state=UjianState.CONCLUDED.value)
    tests = tuple(
        UjianFeedback(row.form, bool(row.tercapai), row.belum_tercapai, row.umpan_balik)
        for row in concluded
        if row.belum_tercapai or row.umpan_balik
    )
    return Feedback(last.note, last.tindak_lanjut, tests)


def _asesmen(permohonan: Permohonan) -> Session | None:
    return Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        kind=SessionKind.ASESMEN.value,
    ).first()


def _decided(session: Session) -> str:
    """K or BK as the komite decided; empty before."""
    results = (Result.K.value, Result.BK.value)
    case = Case.objects.filter(session=session, result__in=results).first()
    return case.result if case is not None else ""
