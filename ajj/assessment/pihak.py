"""Reading third parties (FR.IA.10): whose word was accepted, which sheets the form prints."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import guestlink
from ajj.assessment.models import PihakAnswer, PihakKetiga
from ajj.assessment.states import ANSWERABLE, PihakState
from ajj.documents.registry import labelled
from ajj.documents.schema import FormTemplate
from ajj.kernel.chain import short_head
from ajj.kernel.dates import moment_text
from ajj.kernel.errors import NotFound
from ajj.people.models import User
from ajj.scheduling.models import Penugasan

SLOT = "pihak_ketiga"
EVIDENCE = "pihak_ketiga"
"""The column of FR.AK.02 that an accepted answer is proposed for."""
Isi = dict[str, Any]


def form_of(permohonan: Permohonan) -> FormTemplate:
    """FR.IA.10 in the version that ``permohonan`` keeps; ``NotFound`` where its set has none."""
    forms = (labelled(label) for label in permohonan.forms)
    found = next((form for form in forms if form.slot == SLOT), None)
    if found is None:
        raise NotFound(_("Perangkat permohonan ini tidak memuat verifikasi pihak ketiga."))
    return found


def people() -> QuerySet[PihakKetiga]:
    """Third parties with what their pages read of them."""
    answers = PihakAnswer.objects.select_related("judged_by").order_by("number")
    return PihakKetiga.objects.select_related(
        "invited_by", "permohonan__asesi", "permohonan__skema__standar"
    ).prefetch_related(Prefetch("answers", queryset=answers))


def of_permohonan(permohonan: Permohonan) -> list[PihakKetiga]:
    """Everybody who was asked about this asesi, the first first."""
    return list(people().filter(permohonan=permohonan))


def one(permohonan: Permohonan, pk: UUID) -> PihakKetiga:
    """One of them; raises ``NotFound`` (``no_pihak``)."""
    found = people().filter(permohonan=permohonan, pk=pk).first()
    if found is None:
        raise NotFound(_("Pihak ketiga ini tidak ada pada permohonan ini."), code="no_pihak")
    return found


def by_token(token: str, now: datetime) -> PihakKetiga | None:
    """Whose link this is; None alike for unknown, replaced, revoked and old ones."""
    if not guestlink.well_formed(token):
        return None
    found = people().filter(token_hash=guestlink.fingerprint(token)).first()
    return found if found is not None and found.works(now) else None


def waiting_for(user: User) -> QuerySet[PihakKetiga]:
    """Third parties whose answer waits for this asesor's look, the longest waiting first."""
    task = Q(
        permohonan__jadwal__cancelled_at=None,
        permohonan__jadwal__penugasan__user=user,
        permohonan__jadwal__penugasan__role=Penugasan.Role.ASESOR.value,
    )
    rows = people().filter(task | Q(permohonan__asesor=user), state=PihakState.SUBMITTED.value)
    return rows.annotate(since=Max("answers__signed_at")).order_by("since").distinct()


def open_for(permohonan: Permohonan) -> int:
    """How many were asked and have not answered yet."""
    states = [state.value for state in ANSWERABLE]
    return PihakKetiga.objects.filter(permohonan=permohonan, state__in=states).count()


def accepted(permohonan: Permohonan) -> list[PihakAnswer]:
    """The answers that stand, in the order in which they were asked for."""
    rows = PihakAnswer.objects.filter(
        pihak__permohonan=permohonan,
        pihak__state=PihakState.ACCEPTED.value,
        verdict=PihakAnswer.Verdict.ACCEPTED,
    )
    return list(rows.select_related("pihak").order_by("pihak__invited_at", "pihak__pk"))


def sheet(answer: PihakAnswer) -> Isi:
    """``answer`` as FR.IA.10 prints it: with name, moment and digest on its line."""
    said = f"{moment_text(answer.signed_at, settings.LSP.zone)}, lewat tautan pribadi."
    said += f" Sidik isian: {short_head(answer.sha256)}"
    return guestlink.signed(labelled(answer.pihak.label), answer.isi, answer.name, said)


def on_form(permohonan: Permohonan, form: FormTemplate, typed: Mapping[str, Any]) -> Isi:
    """What stands on ``form`` itself: ``isi``, and for FR.IA.10 ``lembar``, one for each accepted
    answer and one for what the asesor typed besides (a letter on paper), in that order.
    """
    if form.slot != SLOT:
        return {"isi": typed}
    sheets = [sheet(answer) for answer in accepted(permohonan)]
    if sheets and typed:
        sheets.append(dict(typed))
    return {"isi": typed, "lembar": sheets}


def last_accepted(permohonan: Permohonan, form: FormTemplate) -> datetime | None:
    """When the newest answer that ``form`` prints was accepted."""
    rows = accepted(permohonan) if form.slot == SLOT else []
    return max((row.judged_at for row in rows if row.judged_at), default=None)


def proposed(permohonan: Permohonan) -> list[str]:
    """The evidence of FR.AK.02 that third parties gave: for every unit, as FR.IA.10 asks it."""
    return [EVIDENCE] if accepted(permohonan) else []


def suggested(permohonan: Permohonan) -> dict[str, str]:
    """What FR.APL.01 knows of where the asesi works: a start for the invitation."""
    form = getattr(permohonan, "apl01", None)
    place = str(form.data.get("institution", "")).strip() if form else ""
    if not place:
        return {}
    relation = _("Atasan atau penyelia asesi di %(place)s") % {"place": place}
    return {"workplace": place, "relation": relation}


def url_of(token: str) -> str:
    """The address that a guest is sent."""
    return f"{settings.SITE_URL}/pihak-ketiga/{token}/"
