"""A plan begun from an earlier one, and answers adjusted (FR.AK.07) without being overwritten."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers, planning
from ajj.assessment.manuscripts import standing_manuscript
from ajj.assessment.models import FormAnswers, FormAnswersVersion
from ajj.assessment.services.signatures import supersede
from ajj.audit.services import record as audit
from ajj.documents.schema import FormTemplate
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import User

MAX_REASON = 1000


@transaction.atomic
def adjust_answers(
    permohonan: Permohonan, form: FormTemplate, *, reason: str, actor: User, now: datetime
) -> FormAnswers:
    """Keep the answers as they stand and begin the next version from them.

    What was signed stays as it was signed; the next version is to be signed anew.

    Raises ``Forbidden`` (``not_your_form``), ``Invalid`` (``reason_missing``), ``Conflict``
    (``no_adjustment`` while FR.AK.07 asks for none, ``form_issued``, ``nothing_to_adjust``).
    """
    _require_asesor(actor, permohonan, form)
    _require_own(permohonan, form)
    words = reason.strip()[:MAX_REASON]
    if not words:
        raise Invalid(
            _("Tuliskan apa yang disesuaikan dan mengapa."),
            code="reason_missing",
            fields={"reason": _("Wajib diisi.")},
        )
    if form.label not in planning.adjustable(permohonan):
        raise Conflict(
            _("FR.AK.07 belum menyatakan bahwa penyesuaian diperlukan."), code="no_adjustment"
        )
    held = _locked(permohonan, form)
    if held is None or not held.isi:
        raise Conflict(
            _("Formulir ini belum diisi. Isi dahulu, sesuaikan kemudian."),
            code="nothing_to_adjust",
        )
    signed = supersede(permohonan, form.label, actor=actor, now=now)
    FormAnswersVersion.objects.create(
        answers=held,
        version=held.version,
        isi=held.isi,
        reason=held.reason,
        document=signed.pk if signed else None,
        saved_at=held.saved_at,
        saved_by_id=held.saved_by_id,
        replaced_at=now,
        replaced_by=actor,
    )
    held.version += 1
    held.reason = words
    held.adjusted_at = held.saved_at = now
    held.saved_by = actor
    held.save()
    said = {"form": form.label, "version": held.version}
    audit(actor, "assessment.form_adjusted", permohonan, said, now=now)
    return held


@transaction.atomic
def copy_plan(
    permohonan: Permohonan, form: FormTemplate, *, source: str, actor: User, now: datetime
) -> FormAnswers:
    """Begin ``form`` of ``permohonan`` from that of the permohonan with number ``source``.

    A copy of what ``planning.begun_from`` allows: later changes on either side stay there, and the
    potensi and every result are the asesi's own. Raises ``Forbidden``, ``NotFound`` (``no_plan``),
    ``Conflict`` (``already_filled``).
    """
    _require_asesor(actor, permohonan, form)
    _require_unissued(permohonan, form)
    found = planning.earlier_plans(permohonan, form).filter(permohonan__nomor=source).first()
    if found is None:
        raise NotFound(_("Rencana itu tidak ada untuk skema ini."), code="no_plan")
    held = _locked(permohonan, form)
    if held is not None and held.isi:
        raise Conflict(
            _("Formulir ini sudah terisi. Isiannya tidak ditimpa."), code="already_filled"
        )
    isi = planning.begun_from(form, found.isi)
    kept, _new = FormAnswers.objects.update_or_create(
        permohonan=permohonan,
        label=form.label,
        defaults={"isi": isi, "saved_at": now, "saved_by": actor, "copied_from": source},
    )
    said = {"form": form.label, "from": source}
    audit(actor, "assessment.plan_copied", permohonan, said, now=now)
    return kept


def _require_asesor(actor: User, permohonan: Permohonan, form: FormTemplate) -> None:
    reader = papers.reader_of(actor, permohonan)
    if reader != "asesor" or not papers.may_fill(form, reader):
        raise Forbidden(_("Hanya asesor yang mengubah rencana ini."), code="not_your_form")


def _require_unissued(permohonan: Permohonan, form: FormTemplate) -> None:
    if papers.issued_as(permohonan, form.label):
        raise Conflict(_("Formulir ini sudah terbit dan tidak dapat diubah."), code="form_issued")


def _require_own(permohonan: Permohonan, form: FormTemplate) -> None:
    """What the log issued by itself is not adjusted; what people signed gets a next version."""
    if standing_manuscript(permohonan, form.label) is None:
        _require_unissued(permohonan, form)


def _locked(permohonan: Permohonan, form: FormTemplate) -> FormAnswers | None:
    rows = FormAnswers.objects.select_for_update()
    return rows.filter(permohonan=permohonan, label=form.label).first()
