"""Reading about people."""

from django.db.models import Q, QuerySet

from ajj.people.models import AsesiProfile, IdentityDocument, Role, User

REVIEWERS = (Role.ADMIN, Role.MANAJER, Role.DIREKTUR)


def roles_of(user: User) -> list[Role]:
    """The roles of ``user`` in the order of ``Role``."""
    return [role for role in Role if user.has_role(role)]


def with_role(role: Role) -> QuerySet[User]:
    """Active people who hold ``role``, by name."""
    return User.objects.filter(is_active=True, role_grants__role=role).order_by("name")


def active_asesor() -> QuerySet[User]:
    """Asesor with a registration profile."""
    return with_role(Role.ASESOR).filter(asesor__isnull=False).select_related("asesor")


def office_people() -> QuerySet[User]:
    """Active people who are more than asesi: those whom a session may be shown to."""
    more = [role for role in Role if role is not Role.ASESI]
    return User.objects.filter(is_active=True, role_grants__role__in=more).distinct()


def profile_of(user: User) -> AsesiProfile:
    """The profile of ``user``; an unsaved empty one when nothing was filled yet."""
    found = AsesiProfile.objects.filter(user=user).first()
    return found or AsesiProfile(user=user)


def latest_documents(user: User) -> dict[str, IdentityDocument]:
    """The newest document of each kind."""
    latest: dict[str, IdentityDocument] = {}
    for document in IdentityDocument.objects.filter(user=user):
        latest.setdefault(document.kind, document)
    return latest


def visible_documents(user: User) -> QuerySet[IdentityDocument]:
    """Personal documents that ``user`` may open: the own ones, and all of them for reviewers."""
    if user.has_role(*REVIEWERS):
        return IdentityDocument.objects.all()
    return IdentityDocument.objects.filter(Q(user=user))
