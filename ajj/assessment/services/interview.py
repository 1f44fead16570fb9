"""The interview on a portfolio (FR.IA.09): a ujian whose questions are entries of its own log."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers, rules
from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian
from ajj.assessment.portfolio import ASKED
from ajj.assessment.services.portfolio import hold, is_closed
from ajj.assessment.services.ujian import Writer
from ajj.assessment.sheet import Kind
from ajj.assessment.states import UjianState
from ajj.audit.services import record as audit
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.people.models import User
from ajj.skema.models import UnitKompetensi

MOST_CHARS = 2000
MOST_QUESTIONS = 100
OPEN = (UjianState.READY.value, UjianState.RUNNING.value)


@dataclass(frozen=True)
class Asking:
    """A question to come: ``unit`` and ``kuk`` by id, ``bukti`` by number on FR.IA.08."""

    unit: int
    kuk: tuple[int, ...]
    bukti: tuple[int, ...]
    pertanyaan: str


def open_interview(permohonan: Permohonan) -> Ujian | None:
    """The interview that is not over yet."""
    return reading.of_permohonan(permohonan).filter(muk=None, state__in=OPEN).first()


@transaction.atomic
def put(
    permohonan: Permohonan,
    added: Sequence[Asking],
    changed: Mapping[int, str] | None = None,
    *,
    actor: User,
    now: datetime,
) -> Ujian:
    """Put questions into the open interview of this asesi, or into a new one.

    ``changed`` words by number of the question; empty words take it back. What was asked already
    stays as it was asked. Raises ``Forbidden`` (``not_your_file``), ``Conflict``
    (``ak01_required``, ``form_issued``, ``already_asked``), ``Invalid`` (``no_questions``,
    ``too_long``, ``other_skema``).
    """
    if papers.reader_of(actor, permohonan) != "asesor":
        raise Forbidden(_("Wawancara disusun oleh asesornya."), code="not_your_file")
    if not rules.ak01_signed(permohonan.pk):
        raise Conflict(_("FR.AK.01 belum ditandatangani asesi dan asesor."), code="ak01_required")
    if is_closed(permohonan, ASKED):
        message = _("FR.IA.09 sudah ditandatangani dan tidak dapat diubah.")
        raise Conflict(message, code="form_issued")
    asked = [each for each in added if each.pertanyaan.strip()]
    _check(permohonan, asked, changed or {})
    hold(permohonan)
    ujian = open_interview(permohonan)
    if ujian is None and not asked:
        raise Invalid(_("Pilih atau tulis paling sedikit satu pertanyaan."), code="no_questions")
    if ujian is None:
        ujian = Ujian.objects.create(
            permohonan=permohonan, seed=uuid4().hex, minutes=0, allowance_minutes=0,
            given_at=now, given_by=actor,
        )  # fmt: skip
        audit(actor, "assessment.interview_given", ujian, now=now)
    held = Ujian.objects.select_for_update(of=("self",)).get(pk=ujian.pk)
    if held.state not in OPEN:
        raise Conflict(_("Wawancara ini sudah selesai."), code="wrong_state")
    writer = Writer(held, actor, now)
    _change(writer, changed or {})
    last = max(writer.read.questions, default=0)
    for number, each in enumerate(asked, start=last + 1):
        data = {"butir": number, **asdict(each), "pertanyaan": each.pertanyaan.strip()}
        data |= {"kuk": list(each.kuk), "bukti": list(each.bukti)}
        writer.append(uuid4(), Kind.QUESTION, data, writer.now_ms)
    return held


def _change(writer: Writer, changed: Mapping[int, str]) -> None:
    known = dict(writer.read.questions)
    for butir, words in changed.items():
        before = known.get(butir)
        if before is None or before["pertanyaan"] == words.strip():
            continue
        if butir in writer.read.asked or butir in writer.read.answers:
            raise Conflict(
                _("Pertanyaan %(no)d sudah ditanyakan dan tidak dapat diubah.") % {"no": butir},
                code="already_asked",
            )
        data = {**before, "pertanyaan": words.strip()}
        writer.append(uuid4(), Kind.QUESTION, data, writer.now_ms)


def _check(permohonan: Permohonan, asked: Sequence[Asking], changed: Mapping[int, str]) -> None:
    words = [*(each.pertanyaan for each in asked), *changed.values()]
    if any(len(text) > MOST_CHARS for text in words) or len(words) > MOST_QUESTIONS:
        message = _("Paling banyak %(most)d huruf.") % {"most": MOST_CHARS}
        raise Invalid(message, code="too_long")
    units = UnitKompetensi.objects.filter(skema_units__skema=permohonan.skema_id)
    if not {each.unit for each in asked} <= set(units.values_list("pk", flat=True)):
        raise Invalid(_("Unit ini bukan bagian dari skema."), code="other_skema")
