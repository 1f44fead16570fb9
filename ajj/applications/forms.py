"""What the browser sends, read into the words of the services."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from ajj.applications import apl01
from ajj.applications.apl01 import Field
from ajj.applications.models import Apl02Row, Permohonan
from ajj.people.models import User
from ajj.people.selectors import active_asesor


@dataclass(frozen=True)
class Blank:
    """A field of FR.APL.01 with what is typed in it and what is wrong with it."""

    field: Field
    value: str
    error: str = ""

    @property
    def input_type(self) -> str:
        """The HTML input type that brings the right keyboard."""
        return {"date": "date", "phone": "tel", "email": "email"}.get(self.field.kind, "text")

    @property
    def numeric(self) -> bool:
        """Whether only digits belong in it."""
        return self.field.kind in ("nik", "postal")


def blanks(
    fields: tuple[Field, ...], values: dict[str, str], errors: dict[str, str]
) -> list[Blank]:
    """``fields`` as the page shows them."""
    return [Blank(row, values.get(row.key, ""), errors.get(row.key, "")) for row in fields]


def apl01_values(data: QueryDict) -> dict[str, object]:
    """The fields of FR.APL.01 that the form carries."""
    keys = (*apl01.KEYS, "tujuan", "tujuan_lain")
    return {key: data[key] for key in keys if key in data}


def uploads(request: HttpRequest, prefix: str) -> "dict[int, UploadedFile[bytes]]":
    """Files named ``{prefix}-{id}`` by their id."""
    found = {}
    for name in request.FILES:
        head, _dash, key = str(name).rpartition("-")
        upload = request.FILES[name]
        if head == prefix and key.isdigit() and isinstance(upload, UploadedFile):
            found[int(key)] = upload
    return found


def apl02_answers(data: QueryDict, known: set[int]) -> dict[int, dict[str, object]]:
    """``claim-7``, ``evidence-7``, ``portofolio-7`` as answers per elemen; others are dropped."""
    answers: dict[int, dict[str, object]] = {}
    for name in data:
        part, _dash, key = name.rpartition("-")
        if part in ("claim", "evidence", "portofolio") and key.isdigit() and int(key) in known:
            answers.setdefault(int(key), {})[part] = data[name]
    return answers


@dataclass(frozen=True)
class Question:
    """One elemen of FR.APL.02 with its answer and what is wrong with it."""

    row: Apl02Row
    error: str = ""


@dataclass
class UnitQuestions:
    """The questions of one unit; ``done`` counts those with a claim."""

    number: int
    kode: str
    judul: str
    questions: list[Question]
    open: bool = False

    @property
    def done(self) -> int:
        """How many were answered."""
        return sum(bool(question.row.claim) for question in self.questions)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to answer here."""
        return self.done == len(self.questions) and not self.wrong

    @property
    def wrong(self) -> int:
        """How many answers keep the form from being handed in."""
        return sum(bool(question.error) for question in self.questions)


def by_unit(rows: list[Apl02Row], errors: dict[str, str]) -> list[UnitQuestions]:
    """Answers grouped by unit in packaging order; ``errors`` by ``elemen-{id}``.

    The first unfinished unit is open, and every one with something wrong.
    """
    groups: list[UnitQuestions] = []
    for row in rows:
        unit = row.elemen.unit
        if not groups or groups[-1].kode != unit.kode:
            groups.append(UnitQuestions(len(groups) + 1, unit.kode, unit.judul, []))
        error = errors.get(f"elemen-{row.elemen_id}", "")
        groups[-1].questions.append(Question(row, error))
    unfinished = next((group for group in groups if not group.complete), None)
    for group in groups:
        group.open = group.wrong > 0 or group is unfinished
    return groups


class AcceptForm(forms.Form):
    """The office accepts and appoints an asesor."""

    asesor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Asesor yang meninjau FR.APL.02"),
        empty_label=_("Pilih asesor"),
        error_messages={"required": _("Pilih asesor yang meninjau asesmen mandiri.")},
    )
    note = forms.CharField(
        label=_("Catatan untuk asesi"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, permohonan: Permohonan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["asesor"]
        if isinstance(choices, forms.ModelChoiceField):
            choices.queryset = active_asesor().exclude(pk=permohonan.asesi_id)


class NoteForm(forms.Form):
    """A note that goes to the asesi."""

    note = forms.CharField(
        label=_("Catatan untuk asesi"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
