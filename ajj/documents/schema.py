"""What a form file says: the shape of ``form.toml``, validated once when it is read. Pure.

A form is a list of sections from top to bottom. A field names its ``source`` in the vocabulary of
``sources``, or a ``key`` of its own, under which people type it on the form itself (``isi.<key>``),
or both: then it is typed only where the source has nothing. What is nowhere is an empty line.
"""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PLACEHOLDER = re.compile(r"\{(\.?[a-z_][a-z0-9_.]*)\}")
Words = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]*$")]
Reader = Literal["asesi", "asesor", "kantor", "komite"]
Party = Literal["asesi", "asesor", "peninjau", "tim", "kantor", "ketua", "tamu", "kertas"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Strict):
    """One box to tick: ``value`` is its key in the data."""

    value: Words
    label: Words


class Sourced(Strict):
    """Anything filled from ``source``, else from the form's own answers under ``key``."""

    source: str
    key: Key = ""

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if not self.source and not self.key:
            raise ValueError('a field with source = "" needs a key of its own')
        return self


class FactField(Sourced):
    """A line ``label | value``; with ``options`` the value is ticked among them.

    ``pictures`` names rows of pictures (``bukti.gambar``) to choose from: the chosen are printed.
    """

    label: Words
    hint: str = ""
    options: str | tuple[Option, ...] = ()
    pictures: str = ""
    lines: int = 1


class Column(Strict):
    """A column of a table: ``source`` relative to the row (``.judul``), else typed under ``key``.

    ``equals``: the cell is a box, ticked when the value is (or holds) it. ``span``: one cell for
    all children of a row. ``lead``: a value in bold above the text; ``below``: rows of the value as
    lines under it. ``mm`` is the width in millimetres; without it the column shares what is left.
    Columns side by side with the same ``group`` get one head above.
    """

    title: str
    source: str = ""
    key: Key = ""
    equals: str = ""
    group: str = ""
    lead: str = ""
    below: str = ""
    mm: float = 0
    span: bool = False
    centre: bool = False
    strong: bool = False


class FixedRow(Strict):
    """A row that the form itself prints. ``group`` prints a line above the first of its rows."""

    key: Key
    no: str = ""
    teks: Words
    group: str = ""


class Signer(Sourced):
    """Who signs as ``role``; ``reg`` prints the line for the registration number.

    ``by`` says who may (see ``signing``) where the source does not: ``peninjau`` is another asesor
    or the office, ``tim`` any asesor of the asesmen or the office, ``tamu`` somebody without an
    account, who signs by a link of their own or on paper, ``kertas`` one who signs on paper.
    """

    role: Words
    reg: bool = False
    by: Literal["", Party] = ""


class Said(Strict):
    who: Words
    text: Words


Pick = Callable[["str | tuple[Option, ...]"], "tuple[Option, ...]"]


class Section(Strict):
    """What every section may say. ``when``: only if that value is not empty.

    ``aid`` are words on the screen alone, beside what is typed, once all they insert is known.
    """

    title: str = ""
    when: str = ""
    aid: str = ""
    keep: bool = False

    @property
    def fills(self) -> tuple[Sourced, ...]:
        """The fields that the section fills, without the columns of a table."""
        return (self,) if isinstance(self, Sourced) else ()

    def words(self, pick: Pick) -> Iterator[str]:
        """Every label and fixed text that the section prints; ``pick`` resolves options."""
        yield self.title


class Heading(Section):
    kind: Literal["heading"]
    text: Words

    def words(self, pick: Pick) -> Iterator[str]:
        yield self.text


class Prose(Section):
    """Fixed text; ``{skema.judul}`` inserts a value, or dots where it is not known."""

    kind: Literal["text"]
    text: tuple[Words, ...]
    style: Literal["body", "note", "lead", "panduan", "centre"] = "body"
    numbered: bool = False

    def words(self, pick: Pick) -> Iterator[str]:
        yield from (self.title, *self.text)


class HeaderA(Section):
    """The identity block of the AK and IA forms (Header A)."""

    kind: Literal["header"]


class Facts(Section):
    kind: Literal["facts"]
    fields: tuple[FactField, ...]
    label_mm: float = 52

    @property
    def fills(self) -> tuple[Sourced, ...]:
        return self.fields

    def words(self, pick: Pick) -> Iterator[str]:
        yield self.title
        for field in self.fields:
            yield from (field.label, field.hint)
            yield from (option.label for option in pick(field.options))


class Choices(Section, Sourced):
    """Boxes to tick, ``one`` of them or any number.

    ``other`` is the label of the free entry, filled from what no option names.
    """

    kind: Literal["choices"]
    intro: str = ""
    options: str | tuple[Option, ...]
    other: str = ""
    one: bool = False
    across: int = 1

    def words(self, pick: Pick) -> Iterator[str]:
        yield from (self.title, self.intro, self.other)
        yield from (option.label for option in pick(self.options))


class Table(Section, Sourced):
    """Rows from ``source``, or the form's own ``rows``, or those that are typed under ``key``.

    ``children``: rows within each row (KUK of an elemen), one line each. ``empty``: how many lines
    to leave when there are no rows. ``editable``: the form's own ``rows`` may be reworded, left
    out and joined by more (see ``editable``).
    """

    kind: Literal["table"]
    intro: str = ""
    note: str = ""
    columns: tuple[Column, ...]
    rows: tuple[FixedRow, ...] = ()
    children: str = ""
    empty: int = 4
    editable: bool = False

    @property
    def own(self) -> bool:
        """Whether people add rows of their own where the source has none: every column is typed."""
        known = (column for column in self.columns if column.source not in {"", ".no"})
        return not (self.rows or self.children) and all(column.key for column in known)

    def words(self, pick: Pick) -> Iterator[str]:
        yield from (self.title, self.intro, self.note)
        for column in self.columns:
            yield from (column.group, column.title)
        for row in self.rows:
            yield from (row.group, row.teks)


class Units(Section):
    """The table of units; within ``each`` those of the kelompok."""

    kind: Literal["units"]
    source: str = "skema.units"


class Answer(Section, Sourced):
    """A framed area to write in, ``lines`` high when empty."""

    kind: Literal["answer"]
    label: Words
    lines: int = 3

    def words(self, pick: Pick) -> Iterator[str]:
        yield from (self.title, self.label)


class Statements(Section):
    kind: Literal["statements"]
    items: tuple[Said, ...]

    def words(self, pick: Pick) -> Iterator[str]:
        yield self.title
        for item in self.items:
            yield from (item.who, item.text)


class Signatures(Section):
    kind: Literal["signatures"]
    people: tuple[Signer, ...]
    place: bool = False

    @property
    def fills(self) -> tuple[Sourced, ...]:
        return self.people

    def words(self, pick: Pick) -> Iterator[str]:
        yield self.title
        yield from (signer.role for signer in self.people)


class Validators(Section):
    """Footer PV: penyusun dan validator. ``source`` names those of the instrument, two of each."""

    kind: Literal["validators"]
    source: str = ""


class Proof(Section):
    """Where the logged facts stand; nothing outside a session."""

    kind: Literal["proof"]


class PageBreak(Section):
    kind: Literal["page_break"]


class Each(Section):
    """``sections`` once per row of ``source``; inside, sources that begin with a dot are of it."""

    kind: Literal["each"]
    source: Words
    sections: "tuple[AnySection, ...]"

    def words(self, pick: Pick) -> Iterator[str]:
        yield self.title
        for section in self.sections:
            yield from section.words(pick)


AnySection = Annotated[
    Heading
    | Prose
    | HeaderA
    | Facts
    | Choices
    | Table
    | Units
    | Answer
    | Statements
    | Signatures
    | Validators
    | Proof
    | PageBreak
    | Each,
    Field(discriminator="kind"),
]


class FormTemplate(Strict):
    """One printable form in one version.

    ``slot`` is the place in a set that it fills, the same in every version. ``own`` is its Typst
    source when the shared layout does not do (then it has no sections); ``readers`` says who may
    open it for an assessment, the asesi only their own.
    """

    code: Words
    version: Words
    title: Words
    slot: Words
    level: Literal["skema", "jadwal", "asesi", "lsp"]
    filled_by: tuple[Words, ...] = ()
    readers: tuple[Reader, ...] = ("asesor", "kantor", "komite")
    step: str = ""
    note: str = ""
    landscape: bool = False
    letter: bool = False
    nomor: bool = False
    options: dict[str, tuple[Option, ...]] = {}
    section: tuple[AnySection, ...] = ()
    own: bytes = b""
    standard: Literal["a-2b"] = "a-2b"

    @property
    def label(self) -> str:
        """``FR.AK.01@2023``."""
        return f"{self.code}@{self.version}"

    def chosen(self, options: str | tuple[Option, ...]) -> tuple[Option, ...]:
        """Options by name from the form's (or the shared) lists, or as they stand."""
        return self.options[options] if isinstance(options, str) else options

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if bool(self.section) == bool(self.own):
            raise ValueError(f"{self.label}: either sections or a form.typ")
        return self

    def words(self) -> Iterator[str]:
        """Every label and fixed text of the form, without the placeholders in it.

        Sections that print only when something is known are left out.
        """
        said = [self.title]
        for section in self.section:
            said += () if section.when else section.words(self.chosen)
        for text in said:
            yield from (part.strip() for part in PLACEHOLDER.split(text)[::2] if part.strip())
