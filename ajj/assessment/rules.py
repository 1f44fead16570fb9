"""What may be marked, judged and recommended, and what counts of it. Pure where no row is asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ajj.assessment.models import Ak01
from ajj.documents.models import Document
from ajj.documents.registry import codes_of
from ajj.documents.rules import Reader
from ajj.kernel.errors import Conflict, Invalid
from ajj.live.fold import Mark, Resolution
from ajj.live.models import Session
from ajj.live.rules import SessionRole, role_in
from ajj.live.states import SessionKind
from ajj.people.models import User
from ajj.skema.models import Kuk


@dataclass(frozen=True)
class KukStanding:
    """How one KUK stands: every mark ever made, and those that count (one per author).

    ``resolution`` is the last one; it holds as long as nothing it did not settle says otherwise.
    """

    kuk: int
    marks: tuple[Mark, ...]
    current: tuple[Mark, ...]
    resolution: Resolution | None = None

    @property
    def differs(self) -> bool:
        """Two authors say different things: both are shown, resolved or not."""
        return len({mark.value for mark in self.current}) > 1

    @property
    def resolved(self) -> bool:
        """They differ, and the resolution settles every mark that says something else than it."""
        held = self.resolution
        return (
            held is not None
            and self.differs
            and all(mark.value == held.value or mark.seq in held.settles for mark in self.current)
        )

    @property
    def disputed(self) -> bool:
        """They differ and nothing settles it."""
        return self.differs and not self.resolved

    @property
    def value(self) -> str:
        """What the authors agree on or what was resolved; empty when unmarked or disputed."""
        if self.resolved and self.resolution is not None:
            return self.resolution.value
        values = {mark.value for mark in self.current}
        return values.pop() if len(values) == 1 else ""


def standing(
    marks: Iterable[Mark], resolutions: Iterable[Resolution] = ()
) -> dict[int, KukStanding]:
    """Per KUK: all marks in the order they were made; per author the last not undone counts.

    Not the last to arrive: what was marked offline counts from when it was marked. Of several
    resolutions of one KUK the last one made counts.
    """
    last = {made.kuk: made for made in sorted(resolutions, key=lambda made: (made.at_ms, made.seq))}
    by_kuk: dict[int, list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: (mark.at_ms, mark.seq)):
        by_kuk[mark.kuk].append(mark)
    return {
        kuk: KukStanding(kuk, tuple(row), tuple(_counting(row)), last.get(kuk))
        for kuk, row in by_kuk.items()
    }


def _counting(row: list[Mark]) -> list[Mark]:
    last: dict[str, Mark] = {}
    for mark in row:
        if mark.undone_seq is None:
            last[mark.author] = mark
    return sorted(last.values(), key=lambda mark: mark.seq)


def require_kuk(session: Session, kuk: Collection[int]) -> None:
    """Raises ``Invalid`` (``kuk_outside_skema``) unless every pk belongs to the session's skema."""
    wanted = set(kuk)
    known = Kuk.objects.filter(
        pk__in=wanted, elemen__unit__skema_units__skema_id=session.jadwal.permohonan.skema_id
    )
    if len(wanted) != known.values("pk").distinct().count():
        raise Invalid(_("KUK ini di luar skema sesi."), code="kuk_outside_skema")


def ak01_signed(permohonan_id: int) -> bool:
    """Whether FR.AK.01 of this permohonan has both signatures, in whichever of its sessions."""
    return Ak01.objects.filter(
        session__jadwal__permohonan_id=permohonan_id,
        asesor_signed_seq__isnull=False,
        asesi_signed_seq__isnull=False,
    ).exists()


def may_open_print(user: Reader, document: Document) -> bool:
    """Prints of ``session:<uuid>``: for who has a part in it; checklist and FR.AK.02 not asesi."""
    if not isinstance(user, User):
        return False
    session = Session.objects.filter(pk=document.subject.partition(":")[2]).first()
    role = role_in(session, user) if session else None
    if role is SessionRole.ASESI:
        return document.code in codes_of("persetujuan")
    return role is not None


def require_checklist(session: Session) -> None:
    """FR.IA.01 opens in an asesmen (``no_checklist``) and after FR.AK.01 (``ak01_required``)."""
    if session.kind != SessionKind.ASESMEN:
        raise Conflict(_("Ceklis hanya ada pada sesi asesmen."), code="no_checklist")
    if not ak01_signed(session.jadwal.permohonan_id):
        raise Conflict(_("FR.AK.01 belum ditandatangani asesi dan asesor."), code="ak01_required")
