"""What is left to be assessed again after BELUM KOMPETEN, for whoever looks."""

from ajj.applications.models import Permohonan
from ajj.assessment.papers import reader_of
from ajj.assessment.selectors import recommendation
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
    session = Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        kind=SessionKind.ASESMEN.value,
    ).first()
    if reader is None or session is None:
        return []
    if reader == "asesi":
        decided = Case.objects.filter(session=session, result=Result.BK.value).exists()
        found = unmet_in(session) if decided else []
        return [Unmet(each.kode, each.judul, ()) for each in found]
    last = recommendation(session)
    return unmet_in(session) if last is not None and last.result == Result.BK.value else []
