"""Reading a portfolio: every piece the asesi gave, how it was judged, and what follows from it.

Nobody lists evidence again: pieces are the files and words named in FR.APL.02, the documents of
FR.APL.01 part 3 (not who the asesi is: KTP and foto), and what was handed in during sessions. Their
numbers follow that order, so that what a session adds comes last and no number moves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from ajj.applications.models import Permohonan, Portofolio
from ajj.applications.selectors import apl02_rows
from ajj.assessment import vatm
from ajj.assessment.models import Evidence, Judgement, PortfolioEntry
from ajj.assessment.vatm import Kind, Part, PartReach, Review, Said, Verdict
from ajj.kernel.canonical import digest
from ajj.kernel.clock import epoch_ms, wall_time
from ajj.people.models import DocumentKind, IdentityDocument, StoredDocument
from ajj.skema.models import Kuk, Skema
from ajj.skema.selectors import units_of

CHECKED, ASKED = SLOTS = ("verifikasi_portofolio", "pertanyaan_wawancara")
"""The places of FR.IA.08 and FR.IA.09 in a set of forms."""
WHO_THEY_ARE = (DocumentKind.KTP.value, DocumentKind.FOTO.value)


@dataclass(frozen=True)
class Given:
    """One piece as it was handed in. ``key`` names it for good; ``text`` where there is no file.

    ``elemen`` and ``kuk`` are ids of what it was named for; ``origin`` says where it was given.
    """

    key: str
    name: str
    origin: str
    sha256: str
    mime: str = ""
    text: str = ""
    elemen: frozenset[int] = frozenset()
    kuk: frozenset[int] = frozenset()
    document: StoredDocument | None = None
    evidence: Evidence | None = None
    judged: tuple[vatm.Entry, ...] = ()


@dataclass(frozen=True)
class Held:
    """A piece with its number and what stands of it."""

    no: int
    given: Given
    answers: dict[str, Said]
    note: Said | None
    shows: frozenset[int]
    shown_by: str = ""
    history: tuple[vatm.Entry, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return vatm.verdict({rule: said.value for rule, said in self.answers.items()})

    @property
    def last(self) -> Said | None:
        """The newest word on it."""
        return max(self.answers.values(), key=lambda said: said.at_ms, default=None)


@dataclass(frozen=True)
class Folder:
    """The portfolio of one permohonan as it stands; last judged at ``changed_ms`` (epoch)."""

    permohonan: Permohonan
    parts: tuple[Part, ...]
    pieces: tuple[Held, ...]
    review: Review
    changed_ms: int = 0

    @cached_property
    def reached(self) -> list[PartReach]:
        """Every elemen of the skema with how its KUK stand."""
        known = [vatm.Piece(each.no, self._kuk_of(each), each.verdict) for each in self.pieces]
        return vatm.reached(self.parts, known)

    def _kuk_of(self, piece: Held) -> frozenset[int]:
        whole = (kuk.id for part in self.parts if part.id in piece.shows for kuk in part.kuk)
        return frozenset(whole) | (frozenset() if piece.shown_by else piece.given.kuk)

    def piece(self, key: str) -> Held | None:
        return next((each for each in self.pieces if each.given.key == key), None)

    def numbered(self, no: int) -> Held | None:
        return next((each for each in self.pieces if each.no == no), None)

    @property
    def started(self) -> bool:
        """Whether an asesor has said anything about it."""
        said = self.review
        return bool(said.judged or said.followed or said.advised or said.extra)

    @property
    def unjudged(self) -> int:
        """How many Ya or Tidak are still lacking."""
        return sum(len(vatm.RULES) - len(each.answers) for each in self.pieces)

    @property
    def met(self) -> list[Held]:
        return [each for each in self.pieces if each.verdict is Verdict.MEETS]

    @property
    def nothing_to_ask(self) -> bool:
        """Judged as a whole, and nothing is left for an interview (FR.IA.09)."""
        if not self.pieces or self.unjudged:
            return False
        return not vatm.follow_ups(self.reached) and not self.confirmed

    @property
    def doubted(self) -> list[int]:
        """Numbers of pieces not found to be the asesi's own."""
        given = {each.no: {rule: said.value for rule, said in each.answers.items()}
                 for each in self.pieces}  # fmt: skip
        return vatm.doubted(given)

    @property
    def confirmed(self) -> list[dict[str, Any]]:
        """The follow-up that the asesor confirmed: ``elemen``, ``kuk``, ``bukti``, ``materi``."""
        return list(self.review.followed.data["rows"]) if self.review.followed else []

    @property
    def stale(self) -> bool:
        """Whether judgements changed what would be proposed since the follow-up was confirmed."""
        if self.review.followed is None:
            return False
        proposed = [
            [row.part.id, [kuk.id for kuk in row.kuk], list(row.bukti)]
            for row in vatm.follow_ups(self.reached)
        ]
        return proposed != list(self.review.followed.data["proposed"])

    def part(self, elemen: int) -> Part | None:
        return next((each for each in self.parts if each.id == elemen), None)


def parts_of(skema: Skema) -> tuple[Part, ...]:
    """The elemen of ``skema`` in packaging order."""
    return tuple(
        Part(
            id=elemen.pk,
            unit=str(row.order),
            kode=row.unit.kode,
            no=str(elemen.no),
            judul=elemen.judul,
            kuk=tuple(vatm.Criterion(kuk.pk, kuk.no, kuk.teks) for kuk in elemen.kuk.all()),
        )
        for row in units_of(skema)
        for elemen in row.unit.elemen.all()
    )


def folder(permohonan: Permohonan) -> Folder:
    """Everything known of the portfolio of ``permohonan``."""
    found = given_by(permohonan)
    written = entries_of(permohonan)
    inside = [entry for each in found for entry in each.judged]
    review = vatm.read([*inside, *written])
    history: dict[str, list[vatm.Entry]] = {}
    for entry in sorted([*inside, *written], key=lambda each: (each.at_ms, each.seq)):
        history.setdefault(str(entry.data.get("bukti", "")), []).append(entry)
    pieces = tuple(
        Held(
            no=no,
            given=each,
            answers=review.judged.get(each.key, {}),
            note=review.notes.get(each.key),
            shows=review.shows.get(each.key, each.elemen),
            shown_by="asesor" if each.key in review.shows else "",
            history=tuple(history.get(each.key, ())),
        )
        for no, each in enumerate(found, start=1)
    )
    changed_ms = max((entry.at_ms for entry in (*inside, *written)), default=0)
    return Folder(permohonan, parts_of(permohonan.skema), pieces, review, changed_ms)


def entries_of(permohonan: Permohonan) -> list[vatm.Entry]:
    """The log of the verification."""
    rows = PortfolioEntry.objects.filter(review__permohonan=permohonan).select_related("actor")
    return [
        vatm.Entry(row.seq, Kind(row.kind), row.at_ms, row.actor.name, row.data) for row in rows
    ]


def given_by(permohonan: Permohonan) -> list[Given]:
    """Every piece, in the order of its number."""
    return [
        *_of_apl02(permohonan),
        *_of_apl01(permohonan),
        *_of_sessions(permohonan),
    ]


def _of_apl02(permohonan: Permohonan) -> Iterator[Given]:
    """Files of FR.APL.02 with the elemen that name them, then words: the same words are one."""
    files: dict[int, set[int]] = {}
    words: dict[str, set[int]] = {}
    for row in apl02_rows(permohonan):
        if row.portofolio_id:
            files.setdefault(row.portofolio_id, set()).add(row.elemen_id)
        text = "\n".join(line.strip() for line in row.evidence.strip().splitlines())
        if text:
            words.setdefault(text, set()).add(row.elemen_id)
    for file in Portofolio.objects.filter(permohonan=permohonan).order_by("uploaded_at", "pk"):
        yield _file(f"berkas-{file.pk}", file.filename, "FR.APL.02", file, files.get(file.pk, ()))
    for text, elemen in words.items():
        sha256 = digest({"text": text})
        key = f"teks-{sha256[:16]}"
        yield Given(key, text, "FR.APL.02", sha256, text=text, elemen=frozenset(elemen))


def _of_apl01(permohonan: Permohonan) -> Iterator[Given]:
    rows = permohonan.syarat.select_related("document").exclude(jenis__in=WHO_THEY_ARE)
    seen: set[int] = set()
    for row in rows.filter(document__isnull=False):
        file = row.document
        if isinstance(file, IdentityDocument) and file.pk not in seen:
            seen.add(file.pk)
            name = f"{row.teks} ({file.filename})"
            yield _file(f"dokumen-{file.pk}", name, "FR.APL.01", file, ())


def _file(key: str, name: str, origin: str, file: StoredDocument, elemen: Iterable[int]) -> Given:
    return Given(
        key, name, origin, file.sha256, mime=file.mime, elemen=frozenset(elemen), document=file
    )


def _of_sessions(permohonan: Permohonan) -> Iterator[Given]:
    """Evidence of every session in the order it came, judged as the room's log says."""
    judgements = Judgement.objects.select_related("author").order_by("seq").prefetch_related("kuk")
    rows = (
        Evidence.objects.filter(session__jadwal__permohonan=permohonan, original_of=None)
        .select_related("session__jadwal")
        .prefetch_related("kuk", Prefetch("judgements", judgements))
        .order_by("session__opened_at", "seq")
    )
    for row in rows:
        opened = row.session.opened_at
        said = list(row.judgements.all())
        last = {kuk.pk for kuk in (said[-1].kuk.all() if said else row.kuk.all())}
        yield Given(
            key=f"sesi-{row.pk}",
            name=row.filename,
            origin=row.session.jadwal.get_kind_display(),
            sha256=row.sha256,
            mime=row.filetype,
            kuk=frozenset(last | {kuk.pk for kuk in row.kuk.all()}),
            evidence=row,
            judged=tuple(entry for each in said for entry in _in_room(each, row, opened)),
        )


def _in_room(said: Judgement, row: Evidence, opened: datetime | None) -> Iterator[vatm.Entry]:
    """A judgement of the room as entries: its words count until a later one is said here."""
    at_ms = epoch_ms(wall_time(opened, said.at_ms)) if opened else 0
    key = f"sesi-{row.pk}"
    for rule in vatm.RULES:
        value = "ya" if getattr(said, rule) else "tidak"
        data = {"bukti": key, "rule": rule, "value": value}
        yield vatm.Entry(0, Kind.JUDGED, at_ms, said.author.name, data)
    if said.note:
        data = {"bukti": key, "note": said.note}
        yield vatm.Entry(0, Kind.NOTED, at_ms, said.author.name, data)


def collected(permohonan: Permohonan) -> dict[int, list[str]]:
    """Per unit, ``portofolio`` where evidence that meets every rule shows one of its KUK."""
    met = [each.kuk.id for part in folder(permohonan).reached for each in part.of(vatm.Reach.MEETS)]
    units = Kuk.objects.filter(pk__in=met).values_list("elemen__unit", flat=True).distinct()
    return {unit: ["portofolio"] for unit in units}


def evidence_key(key: str) -> UUID | None:
    """The evidence that a key names; None for what was not handed in during a session."""
    kind, _dash, rest = key.partition("-")
    try:
        return UUID(rest) if kind == "sesi" else None
    except ValueError:
        return None


def group_of(parts: Sequence[PartReach]) -> list[tuple[str, list[PartReach]]]:
    """``parts`` by the code of their unit, in order."""
    units: dict[str, list[PartReach]] = {}
    for each in parts:
        units.setdefault(each.part.kode, []).append(each)
    return list(units.items())
