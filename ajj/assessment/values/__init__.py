"""What the product knows of an assessment, in the vocabulary of ``documents.sources``.

One tree fills every form in every version: a form picks what it names. Words are Indonesian,
whatever the reader's screen speaks. What is not known is left out.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import override

from ajj.applications.models import Permohonan
from ajj.assessment import pictures
from ajj.assessment.values.application import of_application
from ajj.assessment.values.file import of_file
from ajj.assessment.values.instruments import of_instruments
from ajj.assessment.values.portfolio import of_portfolio
from ajj.assessment.values.schedule import of_schedule
from ajj.assessment.values.scheme import of_scheme
from ajj.assessment.values.session import attendance, of_session
from ajj.assessment.values.ujian import of_ujian
from ajj.live.models import Session
from ajj.live.states import SessionKind
from ajj.skema.models import Skema

Tree = dict[str, Any]

__all__ = ["blank", "for_permohonan", "for_session"]


@override("id")
def blank(skema: Skema) -> Tree:
    """What is known before anybody applied: the scheme, and who heads the LSP."""
    return {"pejabat": {"ketua": {"nama": settings.LSP.chairman}}, **of_scheme(skema)}


@override("id")
def for_permohonan(permohonan: Permohonan) -> Tree:
    """Everything known of ``permohonan``: with the facts of its asesmen once that was opened."""
    session = (
        Session.objects.filter(
            jadwal__permohonan=permohonan, jadwal__cancelled_at=None, opened_at__isnull=False
        )
        .filter(kind=SessionKind.ASESMEN.value)
        .select_related("jadwal")
        .first()
    )
    return _tree(permohonan, session)


@override("id")
def for_session(session: Session) -> Tree:
    """Everything known of the permohonan of ``session``, as the log of that session says it."""
    return _tree(session.jadwal.permohonan, session)


def _tree(permohonan: Permohonan, session: Session | None) -> Tree:
    tree = blank(permohonan.skema) | of_application(permohonan)
    tree |= {"ujian": of_ujian(permohonan, tree["skema"]["kelompok"])}
    tree |= of_portfolio(permohonan) | of_instruments(permohonan)
    tree["bukti"] |= {"gambar": pictures.of_permohonan(permohonan)}
    tree |= of_file(permohonan, tree)
    planned = of_schedule(permohonan) | {"hadir_pra": _pra_attendance(permohonan)}
    if session is None:
        return tree | {"asesmen": planned}
    held = of_session(session)
    real = held["asesmen"]
    pairs = zip(planned["asesi_daftar"], real["asesi_daftar"], strict=True)
    merged = {**planned, **real, "asesi_daftar": [{**row, **result} for row, result in pairs]}
    return tree | held | {"asesmen": merged}


def _pra_attendance(permohonan: Permohonan) -> list[dict[str, str]]:
    pra = Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        kind=SessionKind.PRA_ASESMEN.value,
    ).first()
    return attendance(pra) if pra else []
