"""The forms of one permohonan as PDF: which of them somebody may open, and the file itself.

What was issued (signed, logged, stored) is given as it was stored; everything else is drawn from
what is known at the moment of asking.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.rules import READERS as OFFICE
from ajj.applications.states import State
from ajj.assessment import pihak, values
from ajj.assessment.models import FormAnswers, Manuscript
from ajj.assessment.pictures import loader
from ajj.assessment.states import CLOSED
from ajj.assessment.values.file import issued_now
from ajj.assessment.values.review import SLOT as REVIEW
from ajj.assessment.values.review import of_review
from ajj.documents.entries import parts
from ajj.documents.models import Document
from ajj.documents.registry import form_set, labelled
from ajj.documents.render import Pictures, render
from ajj.documents.schema import FormTemplate, Reader
from ajj.documents.selectors import content
from ajj.documents.services import letterhead
from ajj.kernel.errors import DomainError, Forbidden, NotFound
from ajj.live.rules import ASSESSING, SessionRole, role_in
from ajj.live.selectors import sessions
from ajj.people.models import Role, User
from ajj.scheduling.models import Penugasan
from ajj.skema.models import Skema

BLANK_READERS = (*OFFICE, Role.ASESOR)


@dataclass(frozen=True)
class Paper:
    """One form of a permohonan; ``issued`` is its newest signed and logged print."""

    form: FormTemplate
    issued: Document | None
    may_fill: bool = False

    @property
    def name(self) -> str:
        """``FR.AK.01@2023``, the name in its address."""
        return self.form.label


def reader_of(user: User, permohonan: Permohonan) -> Reader | None:
    """As what ``user`` reads the forms of ``permohonan``; the asesi's own part comes first."""
    if permohonan.asesi_id == user.pk:
        return "asesi"
    if permohonan.status is State.DRAFT:
        return None
    if permohonan.asesor_id == user.pk or _assesses(user, permohonan):
        return "asesor"
    if user.has_role(*OFFICE):
        return "kantor"
    held = sessions().filter(jadwal__permohonan=permohonan)
    if any(role_in(session, user) is SessionRole.KOMITE for session in held):
        return "komite"
    return None


def _assesses(user: User, permohonan: Permohonan) -> bool:
    roles = [role.value for role in ASSESSING]
    return Penugasan.objects.filter(
        jadwal__permohonan=permohonan, jadwal__cancelled_at=None, user=user, role__in=roles
    ).exists()


def complete() -> QuerySet[Permohonan]:
    """Every permohonan with what its forms read of it."""
    return Permohonan.objects.select_related(
        "asesi", "asesor__asesor", "skema__standar", "apl01", "apl02"
    )


def permohonan_for(user: User, nomor: str) -> tuple[Permohonan, Reader]:
    """One permohonan whose forms ``user`` may read; ``NotFound`` alike for unknown and foreign."""
    found = complete().filter(nomor=nomor).first()
    reader = reader_of(user, found) if found else None
    if found is None or reader is None:
        raise NotFound(_("Permohonan ini tidak ada, atau bukan untuk akun Anda."))
    return found, reader


def papers(permohonan: Permohonan, reader: Reader) -> list[Paper]:
    """The forms of the versions that ``permohonan`` keeps, as far as ``reader`` may open them."""
    issued = issued_now(permohonan)
    forms = (labelled(label) for label in permohonan.forms)
    return [
        Paper(form, done := issued.get(form.label), done is None and _is_filled(form, reader))
        for form in forms
        if reader in form.readers
    ]


def _is_filled(form: FormTemplate, reader: Reader) -> bool:
    """Whether there is anything to type, for this reader."""
    return not form.own and may_fill(form, reader) and bool(parts(form, {}))


def paper(permohonan: Permohonan, reader: Reader, label: str) -> Paper:
    """One of them by its label; ``NotFound`` when of another version or not for ``reader``."""
    for each in papers(permohonan, reader):
        if each.name == label:
            return each
    raise NotFound(_("Formulir ini tidak berlaku untuk permohonan ini, atau bukan untuk Anda."))


def may_fill(form: FormTemplate, reader: Reader) -> bool:
    """Whether ``reader`` types on ``form``. Whom the product has no account for (peninjau, tim
    validasi, pihak ketiga), the office and the asesor write for.
    """
    if reader not in form.readers:
        return False
    accounts = {"asesi", "asesor", "kantor"}
    named = {"asesor" if "asesor" in who else who for who in form.filled_by}
    return reader in named or (not named & accounts and reader in {"asesor", "kantor"})


def tree_of(
    permohonan: Permohonan, form: FormTemplate, isi: dict[str, object] | None = None
) -> values.Tree:
    """All that is known, and what was typed on ``form`` itself (or ``isi``, an older version)."""
    typed = isi_of(permohonan).get(form.label, {}) if isi is None else isi
    own = {"isi": typed} if isi is not None else pihak.on_form(permohonan, form, typed)
    return known_of(permohonan, form) | own


def known_of(
    permohonan: Permohonan, form: FormTemplate, tree: values.Tree | None = None
) -> values.Tree:
    """What ``form`` reads: ``tree`` (or what is known now), and what only a review looks up."""
    known = values.for_permohonan(permohonan) if tree is None else tree
    return known | of_review(permohonan) if form.slot == REVIEW else known


def isi_of(permohonan: Permohonan) -> dict[str, dict[str, object]]:
    """What was typed on each form, by label."""
    rows = FormAnswers.objects.filter(permohonan=permohonan)
    return dict(rows.values_list("label", "isi"))


def issued_as(permohonan: Permohonan, label: str) -> bool:
    """Whether this form was issued, or is about to: from then on it is what was signed."""
    states = [state.value for state in CLOSED]
    signed = Manuscript.objects.filter(permohonan=permohonan, label=label, state__in=states)
    return signed.exists() or label in issued_now(permohonan)


def pdf(permohonan: Permohonan, each: Paper, *, now: datetime) -> bytes:
    """The stored bytes of what was issued; else drawn from what is known now."""
    if each.issued is not None:
        return content(each.issued)
    return drawn_for(each.form, tree_of(permohonan, each.form), now, loader(permohonan))


def older_pdf(
    permohonan: Permohonan, form: FormTemplate, isi: dict[str, object], *, now: datetime
) -> bytes:
    """``form`` with the answers of an older version."""
    return drawn_for(form, tree_of(permohonan, form, isi), now, loader(permohonan))


def printed(
    permohonan: Permohonan, reader: Reader, *, now: datetime
) -> Iterator[tuple[str, bytes | DomainError]]:
    """Name in the file and content of each form; the reason where one cannot be printed."""
    rows = papers(permohonan, reader)
    for number, (each, data) in enumerate(prints(permohonan, rows, now=now), start=1):
        name = f"{number:02d}_{each.name}"
        if isinstance(data, DomainError):
            yield name, data
        else:
            yield f"{name}_bertanda_tangan.pdf" if each.issued else f"{name}.pdf", data


def prints(
    permohonan: Permohonan, rows: Iterable[Paper], *, now: datetime
) -> Iterator[tuple[Paper, bytes | DomainError]]:
    """The content of each of ``rows``, from one look at what is known."""
    tree, typed = values.for_permohonan(permohonan), isi_of(permohonan)
    for each in rows:
        try:
            if each.issued is not None:
                yield each, content(each.issued)
            else:
                known = known_of(permohonan, each.form, tree)
                own = pihak.on_form(permohonan, each.form, typed.get(each.name, {}))
                yield each, drawn_for(each.form, known | own, now, loader(permohonan))
        except DomainError as error:
            yield each, error


def bundle(permohonan: Permohonan, reader: Reader, *, now: datetime) -> bytes:
    """All that ``reader`` may open as one zip, numbered in the order of the file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in printed(permohonan, reader, now=now):
            if isinstance(data, DomainError):
                raise data
            archive.writestr(name, data)
    return out.getvalue()


def blanks(skema: Skema, user: User) -> list[FormTemplate]:
    """The forms of the set of ``skema``, for the office and for asesor (403 ``wrong_role``)."""
    if not user.has_role(*BLANK_READERS):
        raise Forbidden(_("Formulir kosong dicetak oleh kantor LSP dan asesor."), code="wrong_role")
    return list(form_set(skema.form_set).forms)


def blank_pdf(skema: Skema, form: FormTemplate, *, now: datetime) -> bytes:
    """``form`` with nothing but the scheme in it: its units, elemen and KUK."""
    return drawn_for(form, values.blank(skema), now)


def drawn_for(
    form: FormTemplate, tree: values.Tree, now: datetime, pictures: Pictures | None = None
) -> bytes:
    """``form`` filled from ``tree``, under the LSP's letterhead."""
    data = {"lsp": letterhead(settings.LSP), **tree}
    return render(form.code, form.version, data, now=now, pictures=pictures)
