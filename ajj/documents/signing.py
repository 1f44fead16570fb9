"""Who signs a form, whose signature still stands, and how it is drawn. Pure.

A signature is given for one text (the digest of what the layout draws). Another text has none of
them: they are kept and void, and must be given again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ajj.documents import schema as s

# Signatures from any other source were given where the thing itself was done (FR.AK.01 in the
# room, FR.AK.02 with the recommendation, FR.APL.01 and .02 on their own pages).
SIGNED_HERE = ("asesmen.", "pejabat.")
BY_SOURCE: Mapping[str, s.Party] = {"asesi": "asesi", "asesor": "asesor", "ketua": "ketua"}


@dataclass(frozen=True)
class Place:
    """One line for a signature. ``key`` is its source, or ``isi.<key>`` where there is none."""

    key: str
    role: str
    party: s.Party

    @property
    def needed(self) -> bool:
        """Whether the form waits for it; who has no account signs by a link, or on paper."""
        return self.party not in {"kertas", "tamu"}


PENYUSUN = Place("penyusun", "Penyusun", "asesor")
VALIDATOR = Place("validator", "Validator", "peninjau")


@dataclass(frozen=True)
class Given:
    """A signature: on which line, by whom (pk), for which text."""

    place: str
    signer: int
    text: str


@dataclass(frozen=True)
class Standing:
    """How the lines of a form stand for one text."""

    places: tuple[Place, ...]
    valid: tuple[Given, ...]
    void: tuple[Given, ...]

    @property
    def open(self) -> tuple[Place, ...]:
        """The lines that the form still waits for."""
        taken = {given.place for given in self.valid}
        return tuple(each for each in self.places if each.needed and each.key not in taken)

    @property
    def complete(self) -> bool:
        """Everybody the form names has signed this text; never so for a form without signers."""
        return any(place.needed for place in self.places) and not self.open

    def offered(self, signer: int, parties: Iterable[s.Party]) -> Place | None:
        """The line that ``signer`` may take: the first open one of theirs; one line a person."""
        if any(given.signer == signer for given in self.valid):
            return None
        mine = frozenset(parties)
        return next((place for place in self.open if place.party in mine), None)


def places(form: s.FormTemplate) -> tuple[Place, ...]:
    """The lines that are signed on the form itself, in the order of the print.

    Without a block of signatures the footer penyusun dan validator is signed; where both stand, or
    the footer has a source, it belongs to the instrument (MUK) and is signed there. Empty: nothing
    is signed here.
    """
    people = [
        signer
        for section in form.section
        if isinstance(section, s.Signatures)
        for signer in section.people
    ]
    if people:
        here = all(not each.source or each.source.startswith(SIGNED_HERE) for each in people)
        return tuple(map(_place, people)) if here else ()
    footers = [section for section in form.section if isinstance(section, s.Validators)]
    return (PENYUSUN, VALIDATOR) if any(not footer.source for footer in footers) else ()


def _place(signer: s.Signer) -> Place:
    key = signer.source or f"isi.{signer.key}"
    return Place(key, signer.role, signer.by or BY_SOURCE.get(key.rpartition(".")[2], "kertas"))


def standing(
    form_places: Sequence[Place], signatures: Iterable[Given], text: str | None
) -> Standing:
    """What stands of ``signatures`` (in order) for ``text``; None when there is no text yet.

    The first on a line counts, and a person counts on one line.
    """
    valid: list[Given] = []
    void: list[Given] = []
    known = {place.key for place in form_places}
    for given in signatures:
        if given.text != text or given.place not in known:
            void.append(given)
        elif all(given.place != each.place and given.signer != each.signer for each in valid):
            valid.append(given)
    return Standing(tuple(form_places), tuple(valid), tuple(void))


@dataclass(frozen=True)
class Stamp:
    """What the print says of one signature. ``drawn`` is an SVG, or empty."""

    place: str
    name: str
    met: str
    signed: str
    drawn: str = ""


def signed_blocks(
    form: s.FormTemplate, blocks: Sequence[Mapping[str, Any]], stamps: Iterable[Stamp]
) -> list[dict[str, Any]]:
    """``blocks`` (of ``filling``) with each stamp on its line; nothing else changes."""
    lines = {place.role: place for place in places(form)}
    given = {stamp.place: stamp for stamp in stamps}
    return [_stamped(block, lines, given) for block in blocks]


def _stamped(
    block: Mapping[str, Any], lines: Mapping[str, Place], given: Mapping[str, Stamp]
) -> dict[str, Any]:
    if block["kind"] == "signatures":
        people = [
            {**person, **_line(lines.get(person["role"]), given)} for person in block["people"]
        ]
        return {**block, "people": people}
    if block["kind"] == "validators":
        rows = {
            place.key: [_said(given[place.key])]
            for place in (PENYUSUN, VALIDATOR)
            if place.key in given and place.role in lines
        }
        return {**block, **rows}
    return dict(block)


def _line(place: Place | None, given: Mapping[str, Stamp]) -> dict[str, Any]:
    """What one line says more than before; on one that is left for ink nothing is missing."""
    if place is None:
        return {}
    if place.key in given:
        return _said(given[place.key])
    return {} if place.needed else {"ink": True}


def _said(stamp: Stamp) -> dict[str, str]:
    return {
        "name": stamp.name,
        "met": stamp.met,
        "signed": stamp.signed,
        "drawn": stamp.drawn,
    }
