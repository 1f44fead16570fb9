"""A form as it lies for signing: who may sign it, which text it is, what stands, what is proven.

Commands are in ``services.signatures``; the rules in ``documents.signing``.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.rules import READERS as OFFICE
from ajj.assessment import papers, values
from ajj.assessment.models import Manuscript, Signature, SignatureEntry
from ajj.assessment.states import CLOSED, STANDING, ManuscriptState
from ajj.assessment.values.schedule import named_asesor
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.render import drawn
from ajj.documents.rules import Reader
from ajj.documents.schema import FormTemplate, Party
from ajj.documents.selectors import content
from ajj.documents.services import letterhead
from ajj.documents.signing import Given, Place, Standing, places, standing
from ajj.kernel.canonical import digest
from ajj.kernel.chain import LINKED_FIELDS, short_head, verify
from ajj.kernel.errors import NotFound
from ajj.live.models import LogEntry
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
    tree = values.for_permohonan(permohonan) if known is None else known
    typed = papers.isi_of(permohonan).get(form.label, {})
    made = dict(drawn(form, {"lsp": letterhead(settings.LSP), **tree, "isi": typed}))
    return Text(made, digest(made))


def standing_manuscript(permohonan: Permohonan, label: str) -> Manuscript | None:
    """The one that is open, complete or issued."""
    states = [state.value for state in STANDING]
    rows = Manuscript.objects.select_related("document", "printed")
    return rows.filter(permohonan=permohonan, label=label, state__in=states).first()


def desk(user: User, permohonan: Permohonan, label: str) -> Desk:
    """``label`` before ``user``; ``NotFound`` when it is not signed here or not for them."""
    form = labelled(label) if label in permohonan.forms else None
    lines = places(form) if form is not None else ()
    if form is None or not lines:
        raise NotFound(_("Formulir ini tidak ditandatangani di sini."))
    made = desk_of(permohonan, form, parties(user, permohonan), user)
    reader = papers.reader_of(user, permohonan)
    if reader in form.readers or _asked(made):
        return made
    raise NotFound(_("Formulir ini tidak berlaku untuk permohonan ini, atau bukan untuk Anda."))


def desk_of(
    permohonan: Permohonan,
    form: FormTemplate,
    mine: frozenset[Party],
    user: User,
    known: values.Tree | None = None,
) -> Desk:
    """As ``desk``, for whom it was decided already."""
    manuscript = standing_manuscript(permohonan, form.label)
    closed = manuscript is not None and ManuscriptState(manuscript.state) in CLOSED
    changed = (
        manuscript is not None
        and not closed
        and text_of(permohonan, form, known).digest != manuscript.text
    )
    token = None if manuscript is None or changed else str(manuscript.pk)
    rows = signatures_of(permohonan, form.label)
    given = [Given(row.place, row.signer_id, str(row.manuscript_id)) for row in rows]
    now = standing(places(form), given, token)
    return Desk(form, manuscript, changed, now, None if closed else now.offered(user.pk, mine))


def _asked(made: Desk) -> bool:
    """An asesi who is named on a form they do not otherwise read gets it once the asesor signed."""
    asesor = {place.key for place in made.standing.places if place.party == "asesor"}
    named = any(place.party == "asesi" for place in made.standing.places)
    return named and any(given.place in asesor for given in made.standing.valid)


def signatures_of(permohonan: Permohonan, label: str) -> list[Signature]:
    """Every signature ever given on this form, oldest first."""
    rows = Signature.objects.filter(manuscript__permohonan=permohonan, manuscript__label=label)
    return list(rows.select_related("manuscript__document"))


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
    rows = Manuscript.objects.filter(permohonan=permohonan, state=ManuscriptState.OPEN.value)
    known = values.for_permohonan(permohonan) if rows.exists() else None
    found = {}
    for form in map(labelled, permohonan.forms):
        named = {place.party for place in places(form)}
        if not named or not (reader in form.readers or named & mine):
            continue
        made = desk_of(permohonan, form, mine, user, known)
        if reader in form.readers or _asked(made):
            found[form.label] = made
    return found


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
    """The signed and printed form that a QR code names."""
    rows = Manuscript.objects.select_related("document", "printed", "permohonan__skema")
    return rows.filter(code=code, state=ManuscriptState.ISSUED.value).first()


def chain_of(permohonan: Permohonan) -> list[Row]:
    """The chain of signatures as ``kernel.chain.verify`` reads it."""
    rows = SignatureEntry.objects.filter(permohonan=permohonan).order_by("seq")
    fields = (*LINKED_FIELDS[1:], "hash")
    return [{"session": subject_of(permohonan), **row} for row in rows.values(*fields)]


def subject_of(permohonan: Permohonan) -> str:
    """What the chain's entries name where a session's name their session."""
    return f"permohonan:{permohonan.nomor}"


def faults(permohonan: Permohonan) -> list[str]:
    """Everything that does not hold: the chain, each signature in it, each stored PDF."""
    entries = chain_of(permohonan)
    found = [f"entry {fault.seq}: {fault.problem}" for fault in verify(entries)]
    by_seq = {entry["seq"]: entry for entry in entries}
    rows = Signature.objects.filter(manuscript__permohonan=permohonan)
    for row in rows.select_related("manuscript__document", "manuscript__printed"):
        found += _signature_faults(row, by_seq.get(row.seq))
    for manuscript in Manuscript.objects.filter(permohonan=permohonan).select_related(
        "document", "printed", "session"
    ):
        found += _file_faults(manuscript, entries)
    return found


def logged(row: Signature) -> Row:
    """What the chain says of a signature."""
    code, _at, version = row.manuscript.label.partition("@")
    return {
        "code": code,
        "version": version,
        "manuscript": row.manuscript.code,
        "sha256": row.sha256,
        "place": row.place,
        "role": row.role,
        "name": row.name,
        "met": row.met,
        "method": row.method,
        "intent": row.intent,
        "drawn": hashlib.sha256(row.drawn.encode()).hexdigest() if row.drawn else "",
    }


def _signature_faults(row: Signature, entry: Row | None) -> Iterator[str]:
    if entry is None or entry["kind"] != "form.signed" or entry["actor"] != str(row.signer_id):
        yield f"signature {row.seq}: the chain does not have it"
    elif entry["data"] != logged(row):
        yield f"signature {row.seq}: not as it was logged"
    if row.sha256 != row.manuscript.document.sha256:
        yield f"signature {row.seq}: given for another file"


def _file_faults(manuscript: Manuscript, entries: list[Row]) -> Iterator[str]:
    for document in filter(None, (manuscript.document, manuscript.printed)):
        if not _whole(document):
            yield f"{manuscript.label} {manuscript.code}: the stored file is not as it was"
    if manuscript.printed is not None:
        named = [
            entry["data"]["sha256"]
            for entry in entries
            if entry["kind"] == "form.issued" and entry["data"]["manuscript"] == manuscript.code
        ]
        if named != [manuscript.printed.sha256]:
            yield f"{manuscript.label} {manuscript.code}: its print is not as it was logged"
    if manuscript.session is not None and manuscript.logged_seq is not None:
        entry = LogEntry.objects.filter(session=manuscript.session, seq=manuscript.logged_seq)
        yield from _head_faults(manuscript, entry.first(), entries)


def _head_faults(
    manuscript: Manuscript, entry: LogEntry | None, entries: list[Row]
) -> Iterator[str]:
    """The session's log holds a head of this chain: it cannot have been cut or written anew."""
    said = entry.data.get("signatures", {}) if entry is not None else {}
    if not any((row["seq"], row["hash"]) == (said.get("seq"), said.get("head")) for row in entries):
        yield f"{manuscript.label} {manuscript.code}: the session's log names another head"


def _whole(document: Document) -> bool:
    try:
        return hashlib.sha256(content(document)).hexdigest() == document.sha256
    except OSError:
        return False
