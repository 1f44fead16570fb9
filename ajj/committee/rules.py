"""Who may review, how a tim is composed, and what votes add up to."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from ajj.committee.models import Case, CasePart, Jabatan, Part, Result
from ajj.kernel.errors import Forbidden, Invalid
from ajj.people.models import Role, User

MIN_MEMBERS = 3
KOMITE_PARTS = (Part.KETUA.value, Part.ANGGOTA.value)
OVERSEERS = (Role.ADMIN, Role.MANAJER, Role.DIREKTUR)


def check_composition(members: Sequence[tuple[User, str]]) -> None:
    """A tim is odd, three or more, all different, all komite, with exactly one ketua.

    Raises ``Invalid`` with ``tim_size``, ``tim_twice``, ``tim_ketua`` or ``tim_role``.
    """
    if len(members) < MIN_MEMBERS or len(members) % 2 == 0:
        raise Invalid(_("Tim teknis berjumlah ganjil, paling sedikit tiga orang."), code="tim_size")
    if len({user.pk for user, _jabatan in members}) != len(members):
        raise Invalid(_("Setiap anggota tim harus orang yang berbeda."), code="tim_twice")
    if [jabatan for _user, jabatan in members].count(Jabatan.KETUA.value) != 1:
        raise Invalid(_("Tim teknis mempunyai tepat satu ketua."), code="tim_ketua")
    for user, _jabatan in members:
        if not user.has_role(Role.KOMITE):
            raise Invalid(
                _("%(name)s bukan anggota komite teknis.") % {"name": user.name}, code="tim_role"
            )


def conflicted(members: Iterable[User], involved: Collection[int]) -> list[User]:
    """Members who had a part in the assessment (``involved`` holds keys of people)."""
    return [user for user in members if user.pk in involved]


def check_independence(members: Iterable[User], involved: Collection[int]) -> None:
    """Raises ``Forbidden`` (403, ``conflict_of_interest``) if somebody assessed this asesi.

    ISO/IEC 17024 9.4: who takes the decision took no part in the assessment.
    """
    found = conflicted(members, involved)
    if found:
        names = ", ".join(user.name for user in found)
        raise Forbidden(
            _("%(names)s ikut mengases asesi ini, jadi tidak boleh menilai berkasnya.")
            % {"names": names},
            code="conflict_of_interest",
        )


def outcome(votes: Sequence[str]) -> tuple[str, bool]:
    """The result of a pleno and whether it is unanimous.

    Consensus, else a strict majority; with neither, or a majority for it, clarification is asked.
    """
    if not votes:
        raise Invalid(_("Belum ada putusan anggota."), code="no_votes")
    (value, count), *_rest = Counter(votes).most_common()
    if count == len(votes):
        return value, True
    return (value if count * 2 > len(votes) else Result.KLARIFIKASI.value), False


def visible(user: User) -> Q:
    """Which berkas ``user`` may open: the own ones of a komite member, all for overseers."""
    if user.has_role(*OVERSEERS):
        return ~Q(parts__user=user, parts__part__in=(Part.ASESI.value, Part.ASESSING.value))
    return Q(parts__user=user, parts__part__in=KOMITE_PARTS)


def part_in(case: Case, user: User) -> CasePart | None:
    """The seat of ``user`` in the komite of this berkas."""
    return next(
        (p for p in case.parts.all() if p.user_id == user.pk and p.part in KOMITE_PARTS), None
    )


def require_seat(case: Case, user: User) -> CasePart:
    """The seat; raises ``Forbidden`` (403, ``not_assigned``) without one."""
    seat = part_in(case, user)
    if seat is None:
        raise Forbidden(_("Berkas ini tidak ditugaskan kepada Anda."), code="not_assigned")
    return seat


def sees_votes(case: Case, user: User) -> bool:
    """Others' votes show once one's own is cast; to people without a seat once it is decided."""
    if part_in(case, user) is not None:
        return any(vote.user_id == user.pk for vote in case.votes.all())
    return case.pleno_id is not None
