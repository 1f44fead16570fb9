"""What is typed on a form itself is kept, until the form is issued with signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers
from ajj.assessment.models import FormAnswers
from ajj.assessment.services.grouping import share
from ajj.assessment.values.review import SLOT as REVIEW
from ajj.audit.services import record as audit
from ajj.documents.entries import overlaid, typed
from ajj.kernel.errors import Conflict, Forbidden
from ajj.people.models import User

PARTLY, CHANGED = "_sebagian", "_ubah"


@dataclass(frozen=True)
class Kept:
    """``wrong`` names entries that are too long: nothing was stored then."""

    answers: FormAnswers | None
    isi: dict[str, object]
    wrong: Mapping[str, str]


@transaction.atomic
def keep_answers(
    permohonan: Permohonan,
    paper: papers.Paper,
    posted: Mapping[str, Sequence[str]],
    *,
    actor: User,
    now: datetime,
) -> Kept:
    """Store what was ``posted`` on ``paper``; the same again changes nothing.

    With ``PARTLY`` only the units named by ``CHANGED`` are taken from it; the rest stays as stored.
    Raises ``Forbidden`` (``not_your_form``), ``Conflict`` (``form_issued``).
    """
    reader = papers.reader_of(actor, permohonan)
    if reader is None or not papers.may_fill(paper.form, reader):
        raise Forbidden(_("Formulir ini diisi oleh orang lain."), code="not_your_form")
    if papers.issued_as(permohonan, paper.name):
        raise Conflict(_("Formulir ini sudah terbit dan tidak dapat diubah."), code="form_issued")
    held = (
        FormAnswers.objects.select_for_update()
        .filter(permohonan=permohonan, label=paper.name)
        .first()
    )
    tree = papers.tree_of(permohonan, paper.form)
    if PARTLY in posted:
        posted = overlaid(paper.form, tree, posted, frozenset(posted.get(CHANGED, ())))
    isi, wrong = typed(paper.form, tree, posted)
    if wrong:
        return Kept(held, isi, wrong)
    if paper.form.slot == REVIEW:
        share(permohonan, paper.form, isi, actor=actor, now=now)
    if held is not None and held.isi == isi:
        return Kept(held, isi, wrong)
    kept, _new = FormAnswers.objects.update_or_create(
        permohonan=permohonan,
        label=paper.name,
        defaults={"isi": isi, "saved_at": now, "saved_by": actor},
    )
    audit(actor, "assessment.form_filled", permohonan, {"form": paper.name}, now=now)
    return Kept(kept, isi, wrong)
