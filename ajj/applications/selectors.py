"""Reading applications: which ones, in whose hands, and what they still lack."""

from datetime import date

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from ajj.applications import apl01, rules
from ajj.applications.models import Apl01, Apl02Row, Permohonan, Syarat
from ajj.applications.states import State
from ajj.kernel.errors import NotFound
from ajj.people.models import Role, User
from ajj.people.selectors import profile_of

WAITS_FOR_ASESI = (State.DRAFT, State.RETURNED, State.ACCEPTED, State.APL02_RETURNED)


def visible_permohonan(user: User) -> QuerySet[Permohonan]:
    """Every permohonan that ``user`` may see, latest change first."""
    return (
        Permohonan.objects.filter(rules.visible(user))
        .select_related("asesi", "skema", "asesor")
        .distinct()
    )


def permohonan_for(user: User, nomor: str) -> Permohonan:
    """One permohonan by number; raises ``NotFound`` when it is not there or not visible."""
    found = visible_permohonan(user).filter(nomor=nomor).first()
    if found is None:
        raise NotFound(_("Permohonan ini tidak ada, atau bukan untuk akun Anda."))
    return found


def waiting_for(user: User) -> QuerySet[Permohonan]:
    """What stands still until ``user`` acts, longest waiting first."""
    mine = Q(asesi=user, state__in=WAITS_FOR_ASESI)
    if user.has_role(Role.ASESOR):
        mine |= Q(asesor=user, state=State.APL02_SUBMITTED)
    if rules.may_review(user):
        mine |= Q(state=State.SUBMITTED) | Q(state=State.APL02_VERIFIED, jadwal__isnull=True)
    return visible_permohonan(user).filter(mine).order_by("changed_at")


def queue(user: User, *, state: str = "", skema: str = "", query: str = "") -> QuerySet[Permohonan]:
    """The office's list: what waits for the office first, then the latest changes."""
    rows = visible_permohonan(user).exclude(state=State.DRAFT)
    if state:
        rows = rows.filter(state=state)
    if skema.isdigit():
        rows = rows.filter(skema_id=int(skema))
    if query:
        rows = rows.filter(
            Q(nomor__icontains=query)
            | Q(asesi__name__icontains=query)
            | Q(asesi__email__icontains=query)
        )
    urgency = Case(
        When(state=State.SUBMITTED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return rows.annotate(urgency=urgency).order_by("urgency", "-changed_at")


def ready_to_schedule() -> QuerySet[Permohonan]:
    """Applications whose APL-02 an asesor has verified."""
    return Permohonan.objects.filter(state=State.APL02_VERIFIED).select_related(
        "asesi", "skema", "asesor"
    )


def form_values(form: Apl01) -> dict[str, str]:
    """FR.APL.01 part 1 as typed, with the NIK put back in."""
    return {**form.data, "nik": form.nik or ""}


def prefilled(user: User) -> dict[str, str]:
    """What is known of ``user`` already, in the fields of FR.APL.01."""
    profile = profile_of(user)
    values: dict[str, object] = {"name": user.name, "email": user.email, "phone": user.phone}
    for key in apl01.KEYS - values.keys():
        values[key] = getattr(profile, key, "")
    return apl01.tidy({key: value for key, value in values.items() if value})


def apl01_problems(permohonan: Permohonan, today: date) -> dict[str, str]:
    """Why FR.APL.01 cannot be handed in yet, per field; ``syarat`` stands for the documents."""
    found = apl01.problems(form_values(permohonan.apl01), today)
    rows = list(permohonan.syarat.all())
    if not any(row.jenis == "ktp" and row.document_id for row in rows):
        found["syarat"] = _("Unggah KTP atau kartu identitas lain sebelum mengirim.")
    elif any(row.verdict == Syarat.Verdict.RETURNED for row in rows):
        found["syarat"] = _("Ganti dokumen yang dikembalikan sebelum mengirim lagi.")
    return found


def apl02_rows(permohonan: Permohonan) -> QuerySet[Apl02Row]:
    """The answers of FR.APL.02 in packaging order, with unit, elemen and KUK."""
    return (
        Apl02Row.objects.filter(apl02__permohonan=permohonan)
        .filter(elemen__unit__skema_units__skema=permohonan.skema)
        .select_related("elemen__unit", "portofolio")
        .prefetch_related("elemen__kuk")
        .order_by("elemen__unit__skema_units__order", "elemen__no")
    )


def apl02_problems(permohonan: Permohonan) -> dict[int, str]:
    """Per elemen id why FR.APL.02 cannot be handed in yet."""
    found = {}
    for row in apl02_rows(permohonan):
        if not row.claim:
            found[row.elemen_id] = _("Pilih K atau BK.")
        elif row.claim == Apl02Row.Claim.K and not (row.evidence.strip() or row.portofolio_id):
            found[row.elemen_id] = _("Tulis bukti yang relevan atau pilih berkas.")
    return found


def with_documents(rows: QuerySet[Permohonan]) -> QuerySet[Permohonan]:
    """The same rows with their requirements and documents at hand."""
    syarat = Prefetch("syarat", queryset=Syarat.objects.select_related("document", "judged_by"))
    return rows.prefetch_related(syarat)
