"""Starting an instrument, writing one item, taking in a table, returning with a note."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ajj.skema.butir import CHOSEN, LETTERS, Item, Units, faults, tidy
from ajj.skema.models import Muk
from ajj.skema.rules import DIMENSI
from ajj.skema.tugas import PROJECT, Tugas, placed

MAX_PASTED = 400_000
"""Characters of a pasted table: two hundred items of two thousand."""


class MukSettingsForm(forms.Form):
    """Title, time and order of one instrument; the service says what is missing for its kind."""

    judul = forms.CharField(
        label=_("Judul"),
        max_length=200,
        error_messages={"required": _("Tulis judul instrumen.")},
    )
    minutes = forms.IntegerField(
        label=_("Waktu mengerjakan, menit"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Tulis menit sebagai angka bulat, misalnya 30.")},
    )
    shuffled = forms.BooleanField(label=_("Acak urutan butir dan pilihan"), required=False)


class MukForm(MukSettingsForm):
    """A new instrument."""

    jenis = forms.ChoiceField(
        label=_("Jenis"),
        choices=Muk.Jenis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis instrumen.")},
    )
    field_order = ["jenis", "judul", "minutes", "shuffled"]


class NoteForm(forms.Form):
    """What the penyusun should mend."""

    note = forms.CharField(
        label=_("Yang perlu diperbaiki"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa yang perlu diperbaiki.")},
    )


class ImportForm(forms.Form):
    """A file or a pasted table; the file wins."""

    file = forms.FileField(
        label=_("Berkas XLSX"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": _("Berkas ini kosong.")},
    )
    table = forms.CharField(
        label=_("Atau tempel tabel"),
        required=False,
        max_length=MAX_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "table-text"}),
    )
    replace = forms.BooleanField(label=_("Ganti semua butir yang ada sekarang"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not str(data.get("table", "")).strip():
            self.add_error("table", _("Pilih berkas XLSX, atau tempel tabelnya di sini."))
        return data


class ItemForm(forms.Form):
    """One item; the KUK offered are those of the chosen unit.

    ``units`` gives titles by code, ``known`` what ``ajj.skema.butir`` needs, ``elemen`` those of
    the chosen unit. Everything wrong is said at once, each beside its field.
    """

    unit = forms.ChoiceField(label=_("Unit kompetensi"), required=False)
    unit_shown = forms.CharField(required=False, widget=forms.HiddenInput)
    kuk = forms.MultipleChoiceField(label=_("Kriteria unjuk kerja (KUK)"), required=False)
    dimensi = forms.MultipleChoiceField(
        label=_("Dimensi kompetensi"), choices=list(DIMENSI.items()), required=False
    )
    pertanyaan = forms.CharField(
        label=_("Pertanyaan"), widget=forms.Textarea(attrs={"rows": 4}), required=False, strip=False
    )
    kunci = forms.CharField(
        label=_("Jawaban yang diharapkan"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        strip=False,
    )

    def __init__(
        self,
        *args: Any,
        jenis: str,
        units: Mapping[str, str],
        known: Units,
        elemen: Sequence[Mapping[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.jenis, self.known, self.elemen = jenis, known, elemen
        self.chosen = jenis == CHOSEN
        self._choices("unit", [("", _("Pilih unit")), *units.items()])
        numbers = {no for kuk in known.values() for no in kuk}
        self._choices("kuk", [(no, no) for no in sorted(numbers)])
        if self.chosen:
            for letter in LETTERS:
                self.fields[letter] = forms.CharField(
                    label=letter.upper(), required=False, strip=False
                )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def item(self) -> Item:
        """What was typed, tidied."""
        data = self.cleaned_data
        pilihan = [data.get(letter, "") for letter in LETTERS] if self.chosen else []
        typed = Item(
            unit=data.get("unit", ""),
            kuk=tuple(data.get("kuk", ())),
            dimensi=tuple(data.get("dimensi", ())),
            pertanyaan=data.get("pertanyaan", ""),
            pilihan=tuple(pilihan),
            kunci=data.get("kunci", ""),
            tugas=self.tugas(),
        )
        return tidy(typed, jenis=self.jenis, units=self.known)

    def tugas(self) -> Tugas:
        """What a task says beyond its scenario; nothing for a question."""
        return Tugas()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("unit") and self.moved():
            self.add_error("kuk", _("Unit berganti. Centang KUK dari unit yang baru."))
        for field, message in faults(self.item(), jenis=self.jenis, units=self.known).items():
            if field not in self.errors:
                self.add_error(field, message)
        return data

    # --- how the template shows what Django has no widget for ---

    def moved(self) -> bool:
        """Whether the unit is no longer the one whose KUK were shown: every unit has a 1.1."""
        return self.is_bound and self["unit"].value() != self["unit_shown"].value()

    def kuk_groups(self) -> list[dict[str, Any]]:
        """The elemen of the chosen unit, each KUK with its text and whether it is ticked."""
        ticked = set() if self.moved() else set(self["kuk"].value() or ())
        return [
            {
                "no": elemen["no"],
                "judul": elemen["judul"],
                "kuk": [{**kuk, "ticked": kuk["no"] in ticked} for kuk in elemen["kuk"]],
            }
            for elemen in self.elemen
        ]

    def dimensi_rows(self) -> list[dict[str, Any]]:
        """The five dimensi, each with whether it is ticked."""
        ticked = set(self["dimensi"].value() or ())
        return [
            {"key": key, "name": name, "ticked": key in ticked} for key, name in DIMENSI.items()
        ]

    def choice_rows(self) -> list[dict[str, Any]]:
        """The choices a to e, each with whether it is the key."""
        key = str(self["kunci"].value() or "").strip().lower()
        return [
            {"letter": letter, "field": self[letter], "is_key": key == letter} for letter in LETTERS
        ]


class TaskForm(ItemForm):
    """A task of FR.IA.02 or FR.IA.04A; ``unit`` is its kelompok pekerjaan."""

    LABELS = {
        "unit": _("Kelompok pekerjaan"),
        "pertanyaan": _("Skenario"),
        "kunci": _("Acuan penilaian"),
    }
    rincian = forms.CharField(
        label=_("Data informasi, lingkup bahasan, instruksi"), required=False, strip=False
    )
    perlengkapan = forms.CharField(
        label=_("Perlengkapan dan peralatan"), required=False, strip=False
    )
    minutes = forms.IntegerField(label=_("Waktu mengerjakan (menit)"), required=False)
    hasil = forms.CharField(
        label=_("Hasil yang didemonstrasikan atau dipresentasikan"), required=False, strip=False
    )
    hasil_minutes = forms.IntegerField(label=_("Waktu mempresentasikan (menit)"), required=False)

    def __init__(self, *args: Any, jenis: str, **kwargs: Any) -> None:
        super().__init__(*args, jenis=jenis, **kwargs)
        self.project = jenis == PROJECT
        for name, label in self.LABELS.items():
            self.fields[name].label = label
        if not self.project:
            self.fields["rincian"].label = _("Langkah kerja")
        for name in ("perlengkapan",) if self.project else ("hasil", "hasil_minutes"):
            del self.fields[name]

    def kuk_units(self) -> list[dict[str, Any]]:
        """``kuk_groups`` by unit, each with how many KUK are ticked; numbers without the code."""
        units: dict[str, dict[str, Any]] = {}
        for elemen, group in zip(self.elemen, self.kuk_groups(), strict=True):
            unit = units.setdefault(elemen["unit"], {"name": elemen["unit"], "elemen": []})
            for kuk in group["kuk"]:
                kuk["number"] = placed(kuk["no"])[1]
            unit["elemen"].append(group)
        for unit in units.values():
            unit["ticked"] = sum(kuk["ticked"] for part in unit["elemen"] for kuk in part["kuk"])
        return list(units.values())

    def tugas(self) -> Tugas:
        return Tugas.of({name: value for name, value in self.cleaned_data.items() if value})


def typed_item(item: Item) -> dict[str, Any]:
    """``item`` as the initial values of an ``ItemForm``."""
    return {
        "unit": item.unit,
        "kuk": list(item.kuk),
        "dimensi": list(item.dimensi),
        "pertanyaan": item.pertanyaan,
        "kunci": item.kunci,
        **dict(item.lettered),
        **item.tugas.as_data(),
    }
