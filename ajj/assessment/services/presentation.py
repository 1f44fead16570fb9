"""After a task: the asesor's questions on a project (FR.IA.04B), and late work admitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.assessment import papers
from ajj.assessment.models import Ujian, UjianEntry
from ajj.assessment.services.ujian import Writer
from ajj.assessment.sheet import Kind
from ajj.assessment.states import UjianState
from ajj.audit.services import record as audit
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.people.models import User
from ajj.skema.models import Kuk

MOST_CHARS = 2000
MOST_QUESTIONS = 100


@dataclass(frozen=True)
class Probe:
    """A question on a project: ``lingkup`` of what was presented, ``kuk`` by id."""

    lingkup: str
    pertanyaan: str
    kuk: Sequence[int]


@transaction.atomic
def put(
    ujian: Ujian, probe: Probe, *, op: UUID, actor: User, now: datetime, number: int | None = None
) -> int:
    """Write a question down, or other words for ``number``; gives its number.

    Empty words take it back. The same ``op`` again is the same question. What was asked already
    stays as it was asked. Raises ``Forbidden`` (``not_your_file``), ``Conflict`` (``no_project``,
    ``wrong_state``, ``already_asked``), ``Invalid`` (``bad_question``) by field.
    """
    held = _held(ujian, actor)
    known = UjianEntry.objects.filter(ujian=held, op=op).first()
    if known is not None:
        return -int(known.data["butir"])
    if not held.muk or held.muk.jenis != held.muk.Jenis.TERSTRUKTUR.value:
        raise Conflict(_("Pertanyaan presentasi milik FR.IA.04A."), code="no_project")
    writer = Writer(held, actor, now)
    writer.close_if_over()
    if held.state != UjianState.DONE.value:
        message = _("Pertanyaan ditulis setelah tugas dikumpulkan dan sebelum disimpulkan.")
        raise Conflict(message, code="wrong_state")
    before = writer.read.questions
    butir = -number if number else min((pk for pk in before if pk < 0), default=0) - 1
    if number and butir not in before:
        raise Invalid(_("Pertanyaan ini tidak ada."), code="bad_question")
    if butir in writer.read.asked or butir in writer.read.answers:
        raise Conflict(
            _("Pertanyaan %(no)d sudah ditanyakan dan tidak dapat diubah.") % {"no": -butir},
            code="already_asked",
        )
    data = {"butir": butir, **_checked(held, probe, count=len(before), taken_back=bool(number))}
    writer.append(op, Kind.QUESTION, data, writer.now_ms)
    return -butir


def _checked(held: Ujian, probe: Probe, *, count: int, taken_back: bool) -> dict[str, object]:
    words, lingkup = probe.pertanyaan.strip(), probe.lingkup.strip()
    wrong: dict[str, str] = {}
    if not words and not taken_back:
        wrong["pertanyaan"] = _("Tulis pertanyaannya.")
    if words and not lingkup:
        wrong["lingkup"] = _("Tulis bagian penyajian yang ditanyakan.")
    for name, text in {"pertanyaan": words, "lingkup": lingkup}.items():
        if len(text) > MOST_CHARS:
            wrong[name] = _("Paling banyak %(most)d huruf.") % {"most": MOST_CHARS}
    rows = Kuk.objects.filter(pk__in=set(probe.kuk), butir__muk=held.muk_id).distinct()
    found = list(rows.order_by("elemen__unit", "elemen__no", "urutan").values("pk", "elemen__unit"))
    if words and (not found or len(found) != len(set(probe.kuk))):
        wrong["kuk"] = _("Pilih KUK dari tugas ini.")
    if count >= MOST_QUESTIONS:
        wrong["pertanyaan"] = _("Paling banyak %(most)d pertanyaan.") % {"most": MOST_QUESTIONS}
    if wrong:
        raise Invalid(_("Pertanyaan belum tersimpan."), code="bad_question", fields=wrong)
    unit = found[0]["elemen__unit"] if found else 0
    return {
        "unit": unit,
        "kuk": [row["pk"] for row in found],
        "bukti": [],
        "lingkup": lingkup,
        "pertanyaan": words,
    }


@transaction.atomic
def admit(ujian: Ujian, seq: int, reason: str, *, actor: User, now: datetime) -> None:
    """Let a late answer or file count, with a reason that stays in the log; once.

    Raises ``Forbidden`` (``not_your_file``), ``Conflict`` (``wrong_state``), ``Invalid``
    (``not_late``, ``reason``).
    """
    held = _held(ujian, actor)
    writer = Writer(held, actor, now)
    writer.close_if_over()
    if held.state != UjianState.DONE.value:
        message = _("Pekerjaan terlambat diterima setelah tugas selesai, sebelum disimpulkan.")
        raise Conflict(message, code="wrong_state")
    why = reason.strip()
    if not why or len(why) > MOST_CHARS:
        message = _("Tulis alasan menerima pekerjaan yang terlambat.")
        raise Invalid(message, code="reason", fields={"reason": message})
    late = UjianEntry.objects.filter(ujian=held, seq=seq, kind__in=[Kind.ANSWER, Kind.FILE]).first()
    if late is None or not late.data.get("late"):
        raise Invalid(_("Ini bukan pekerjaan yang terlambat."), code="not_late")
    if seq in writer.read.work.admitted:
        return
    writer.append(uuid4(), Kind.ADMIT, {"seq": seq, "reason": why}, writer.now_ms)
    audit(actor, "assessment.ujian_admitted", held, {"seq": seq}, now=now)


def _held(ujian: Ujian, actor: User) -> Ujian:
    rows = Ujian.objects.select_for_update(of=("self",)).select_related("muk", "permohonan__asesi")
    held = rows.get(pk=ujian.pk)
    if papers.reader_of(actor, held.permohonan) != "asesor":
        raise Forbidden(_("Tugas dinilai oleh asesornya."), code="not_your_file")
    return held
