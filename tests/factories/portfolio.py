"""A portfolio that was judged, and the interview that followed from it."""

from datetime import datetime

from ajj.applications.models import Permohonan
from ajj.assessment import portfolio, vatm
from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian
from ajj.assessment.services import interview, ujian
from ajj.assessment.services import portfolio as services
from ajj.assessment.sheet import Kind
from ajj.people.models import User
from ajj.skema.models import UnitKompetensi
from tests.factories.ujian import op

WHERE = {"kelompok": "1", "unit": "Unit 1", "elemen": "1", "kuk": "1.1"}


def judged(
    permohonan: Permohonan, failing: dict[int, str], *, by: User, at: datetime
) -> portfolio.Folder:
    """Every piece Ya, but for the one rule that ``failing`` names by the number of the piece."""
    for piece in portfolio.folder(permohonan).pieces:
        rules = dict.fromkeys(vatm.RULES, "ya")
        if piece.no in failing:
            rules[failing[piece.no]] = "tidak"
        services.judge(permohonan, piece.given.key, rules, actor=by, now=at)
    return portfolio.folder(permohonan)


def followed(permohonan: Permohonan, *, by: User, at: datetime) -> portfolio.Folder:
    """Everything that is proposed, confirmed as it is proposed."""
    found = portfolio.folder(permohonan)
    rows = [services.Confirmed(row.part.id, "") for row in vatm.follow_ups(found.reached)]
    services.follow_up(permohonan, rows, actor=by, now=at)
    return portfolio.folder(permohonan)


def planned(permohonan: Permohonan, *, by: User, at: datetime) -> Ujian:
    """An interview with a question for each row that was confirmed."""
    found = portfolio.folder(permohonan)
    asking = []
    for row in found.confirmed:
        part = found.part(row["elemen"])
        assert part is not None
        asking.append(
            interview.Asking(
                UnitKompetensi.objects.get(kode=part.kode).pk,
                tuple(row["kuk"]),
                tuple(row["bukti"]),
                vatm.question(row["bukti"], row["materi"]),
            )
        )
    return interview.put(permohonan, asking, actor=by, now=at)


def interviewed(held: Ujian, *, by: User, at: datetime) -> Ujian:
    """Asked, answered, handed in and judged: every question Ya."""
    ujian.start(held, actor=by, now=at)
    asked = reading.questions(held, reading.sheet_of(held))
    ops = [op(Kind.ASKED, butir=each.pk) for each in asked]
    ops += [op(Kind.ANSWER, butir=each.pk, value="Menjelaskan dengan contoh.") for each in asked]
    ujian.store(held, [*ops, op(Kind.FINISH)], actor=by, now=at)
    results = {each.pk: "ya" for each in asked}
    return ujian.conclude(
        reading.tests().get(pk=held.pk), results, tercapai=True, belum_tercapai="", actor=by, now=at
    )


def everything_followed(permohonan: Permohonan, *, by: User, at: datetime) -> None:
    """The first piece is not sufficient: clarified in an interview, concluded and recommended."""
    judged(permohonan, {1: "memadai"}, by=by, at=at)
    first = portfolio.folder(permohonan).pieces[0]
    services.note(permohonan, first.given.key, "Belum lengkap.", actor=by, now=at)
    followed(permohonan, by=by, at=at)
    interviewed(planned(permohonan, by=by, at=at), by=by, at=at)
    services.advise(permohonan, "observasi", WHERE, "Surat tugas", actor=by, now=at)
