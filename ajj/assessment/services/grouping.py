"""FR.AK.06 is written once for a group: the same answers stand in the file of each of its asesi."""

from collections.abc import Mapping
from datetime import datetime

from ajj.applications.models import Permohonan
from ajj.assessment import papers
from ajj.assessment.models import FormAnswers
from ajj.assessment.values.review import reviewed_with
from ajj.audit.services import record as audit
from ajj.documents.schema import FormTemplate
from ajj.people.models import User


def share(
    permohonan: Permohonan,
    form: FormTemplate,
    isi: Mapping[str, object],
    *,
    actor: User,
    now: datetime,
) -> int:
    """Store ``isi`` for the others of the group of ``permohonan``; for how many it was new.

    Left out are a file with another edition of the form, one in which it is signed already, and one
    that ``actor`` does not fill. The caller's transaction.
    """
    others = [row for row in reviewed_with(permohonan) if row.pk != permohonan.pk]
    return sum(_put(other, form, isi, actor, now) for other in others if _takes(other, form, actor))


def _takes(other: Permohonan, form: FormTemplate, actor: User) -> bool:
    reader = papers.reader_of(actor, other)
    return (
        form.label in other.forms
        and reader is not None
        and papers.may_fill(form, reader)
        and not papers.issued_as(other, form.label)
    )


def _put(
    other: Permohonan, form: FormTemplate, isi: Mapping[str, object], actor: User, now: datetime
) -> bool:
    rows = FormAnswers.objects.select_for_update().filter(permohonan=other, label=form.label)
    held = rows.first()
    if held is not None and held.isi == isi:
        return False
    FormAnswers.objects.update_or_create(
        permohonan=other,
        label=form.label,
        defaults={"isi": dict(isi), "saved_at": now, "saved_by": actor},
    )
    audit(actor, "assessment.form_filled", other, {"form": form.label, "group": True}, now=now)
    return True
