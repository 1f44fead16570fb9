"""A form as it lies for signing: who may sign it, which text it is, and what stands.

Commands are in ``services.signatures``, the rules in ``documents.signing``, the proof in
``signingchain``.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ajj.applications.models import Permohonan
from ajj.applications.rules import READERS as OFFICE
from ajj.assessment import papers, pihak, values
from ajj.assessment.completeness import typed_on
from ajj.assessment.models import Manuscript, Signature
from ajj.assessment.states import CLOSED, PRINTED, STANDING, ManuscriptState
from ajj.assessment.values.schedule import named_asesor
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.render import drawn
from ajj.documents.rules import Reader
from ajj.documents.schema import FormTemplate, Party
from ajj.documents.services import letterhead
from ajj.documents.signing import Given, Place, Standing, places, standing
from ajj.kernel.canonical import digest
from ajj.kernel.chain import short_head
from ajj.kernel.errors import NotFound
from ajj.people.models import Role, User

Row = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """What the layout draws of a form now, and its digest."""

    drawn: Row
    digest: str


@dataclass(frozen=True)
class Desk:
    """One form before one person who may sign or read it.

    ``manuscript`` is the standing one; ``changed`` when the form says something else by now.
    ``offered`` is the line that this person may take, prepared or not.
    """

    form: FormTemplate
    manuscript: Manuscript | None
    changed: bool
    standing: Standing
    offered: Place | None

    @property
    def closed(self) -> bool:
        """Everybody has signed: nothing can be changed any more."""
        return self.manuscript is not None and ManuscriptState(self.manuscript.state) in CLOSED


def parties(user: User, permohonan: Permohonan) -> frozenset[Party]:
    """As what ``user`` may sign forms of ``permohonan``."""
    reader = papers.reader_of(user, permohonan)
    if reader == "asesi":
        return frozenset({"asesi"})
    found: set[Party] = set()
    asesor = named_asesor(permohonan)
    if asesor is not None and asesor.pk == user.pk:
        found.add("asesor")
    elif reader in {"asesor", "kantor"}:
        found.add("peninjau")
    if reader in {"asesor", "kantor"}:
        found.add("tim")
    if user.has_role(*OFFICE):
        found.add("kantor")
    if user.has_role(Role.DIREKTUR):
        found.add("ketua")
    return frozenset(found)


def text_of(permohonan: Permohonan, form: FormTemplate, known: values.Tree | None = None) -> Text:
    """The form as it would be printed now, without signatures; ``known`` saves reading it anew."""
    tree = papers.known_of(permohonan, form, known)
    own = pihak.on_form(permohonan, form, papers.isi_of(permohonan).get(form.label, {}))
    made = dict(drawn(form, {"lsp": letterhead(settings.LSP), **tree, **own}))
    return Text(made, digest(made))


def lack_of(permohonan: Permohonan, form: FormTemplate) -> str:
    """Why ``form`` cannot be signed yet, by the rule of kelengkapan; empty when it can.

    What everybody has signed is closed: nobody shall close an empty form by mistake.
    """
    if not form.code.startswith("FR."):
        return ""
    typed = typed_on(form, papers.tree_of(permohonan, form))
    if not typed.anything and (typed.unanswered or typed.empty):
        return _("Formulir ini belum diisi.")
    if typed.unanswered:
        return ngettext(
            "%(count)d pertanyaan belum dijawab.",
            "%(count)d pertanyaan belum dijawab.",
            typed.unanswered,
        ) % {"count": typed.unanswered}
    return ""


@dataclass(frozen=True)
class Shelf:
    """What lies for signing of one permohonan, by label: the standing manuscript, and every
    signature ever given, oldest first.
    """

    standing: Mapping[str, Manuscript]
    signatures: Mapping[str, list[Signature]]


def shelf_of(permohonan: Permohonan) -> Shelf:
    """All of it, read at once."""
    states = [state.value for state in STANDING]
    rows = Manuscript.objects.filter(permohonan=permohonan, state__in=states)
    signatures: dict[str, list[Signature]] = defaultdict(list)
    given = Signature.objects.filter(manuscript__permohonan=permohonan)
    for row in given.select_related("manuscript__document"):
        signatures[row.manuscript.label].append(row)
    standing = {row.label: row for row in rows.select_related("document", "printed")}
    return Shelf(standing, signatures)


def standing_manuscript(permohonan: Permohonan, label: str) -> Manuscript | None:
    """The one that is open, complete or issued."""
    return shelf_of(permohonan).standing.get(label)


def desk(user: User, permohonan: Permohonan, label: str) -> Desk:
    """``label`` before ``user``; ``NotFound`` when it is not signed here or not for them."""
    form = labelled(label) if label in permohonan.forms else None
    if form is None or not places(form):
        raise NotFound(_("Formulir ini tidak ditandatangani di sini."))
    made = desk_of(permohonan, form, parties(user, permohonan), user)
    if papers.reader_of(user, permohonan) in form.readers or _asked(made):
        return made
    raise NotFound(_("Formulir ini tidak berlaku untuk permohonan ini, atau bukan untuk Anda."))


def desk_of(
    permohonan: Permohonan,
    form: FormTemplate,
    mine: frozenset[Party],
    user: User,
    *,
    shelf: Shelf | None = None,
    known: values.Tree | None = None,
) -> Desk:
    """As ``desk``, for whom it was decided already; the rest saves reading it anew."""
    lies = shelf_of(permohonan) if shelf is None else shelf
    manuscript = lies.standing.get(form.label)
    closed = manuscript is not None and ManuscriptState(manuscript.state) in CLOSED
    changed = (
        manuscript is not None
        and not closed
        and text_of(permohonan, form, known).digest != manuscript.text
    )
    token = None if manuscript is None or changed else str(manuscript.pk)
    given = [
        Given(row.place, row.signer_id, str(row.manuscript_id))
        for row in lies.signatures.get(form.label, ())
    ]
    now = standing(places(form), given, token)
    return Desk(form, manuscript, changed, now, None if closed else now.offered(user.pk, mine))


def _asked(made: Desk) -> bool:
    """An asesi who is named on a form they do not otherwise read gets it once the asesor signed."""
    asesor = {place.key for place in made.standing.places if place.party == "asesor"}
    named = any(place.party == "asesi" for place in made.standing.places)
    return named and any(given.place in asesor for given in made.standing.valid)


def signed_now(permohonan: Permohonan, label: str) -> list[Signature]:
    """The signatures that a change of this form's text would void."""
    rows = Signature.objects.filter(
        manuscript__permohonan=permohonan,
        manuscript__label=label,
        manuscript__state=ManuscriptState.OPEN.value,
    )
    return list(rows)


def desks(user: User, permohonan: Permohonan) -> dict[str, Desk]:
    """Every form of ``permohonan`` that this person may sign or see signed, by label."""
    mine, reader = parties(user, permohonan), papers.reader_of(user, permohonan)
    shelf = shelf_of(permohonan)
    lies = any(row.state == ManuscriptState.OPEN.value for row in shelf.standing.values())
    known = values.for_permohonan(permohonan) if lies else None
    found = {}
    for form in map(labelled, permohonan.forms):
        named = {place.party for place in places(form)}
        if not named or not (reader in form.readers or named & mine):
            continue
        made = desk_of(permohonan, form, mine, user, shelf=shelf, known=known)
        if reader in form.readers or _asked(made):
            found[form.label] = made
    return found


@dataclass(frozen=True)
class Asked:
    """Forms of one permohonan that lie open and wait for a person, the oldest since ``since``."""

    permohonan: Permohonan
    forms: tuple[FormTemplate, ...]
    since: datetime


def asked_of(user: User) -> list[Asked]:
    """What waits for the signature of ``user`` as asesi or asesor; the office has its lists."""
    part = (
        Q(permohonan__asesi=user)
        | Q(permohonan__asesor=user)
        | Q(permohonan__jadwal__penugasan__user=user, permohonan__jadwal__cancelled_at=None)
    )
    rows = Manuscript.objects.filter(part, state=ManuscriptState.OPEN.value)
    unsigned = rows.exclude(signatures__signer=user).values_list("permohonan", flat=True)
    found = []
    for permohonan in papers.complete().filter(pk__in=set(unsigned)):
        open_desks = [
            (made, made.manuscript)
            for made in desks(user, permohonan).values()
            if made.offered and made.manuscript is not None
        ]
        if open_desks:
            since = min(manuscript.prepared_at for _made, manuscript in open_desks)
            found.append(Asked(permohonan, tuple(made.form for made, _m in open_desks), since))
    return sorted(found, key=lambda each: each.since)


def may_open_print(user: Reader, document: Document) -> bool:
    """Manuscripts and signed prints: for who may open the form, or is asked to sign it."""
    row = Manuscript.objects.filter(Q(document=document) | Q(printed=document)).first()
    if row is None or not isinstance(user, User):
        return False
    reader = papers.reader_of(user, row.permohonan)
    signed = row.signatures.filter(signer=user).exists()
    return signed or reader in labelled(row.label).readers


def intent(form: FormTemplate, nomor: str, role: str, sha256: str) -> str:
    """What is signed, in the words that are shown, kept and logged (never translated)."""
    return (
        f"Saya menandatangani {form.label} {form.title} untuk permohonan {nomor} sebagai {role}. "
        f"Sidik berkas yang saya baca: {short_head(sha256)}."
    )


def issued_by_code(code: str) -> Manuscript | None:
    """The signed and printed form that a QR code names, also one that was adjusted since."""
    rows = Manuscript.objects.select_related("document", "printed", "permohonan__skema")
    return rows.filter(code=code, state__in=[state.value for state in PRINTED]).first()
