"""Choosing whose forms are printed together; giving and judging a ujian."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ajj.applications.models import Permohonan
from ajj.assessment.services.presentation import MOST_CHARS, Probe
from ajj.assessment.services.ujian import MOST_EXTRA_MINUTES
from ajj.assessment.ujian import Item
from ajj.kernel.dates import date_text
from ajj.scheduling.models import Jadwal
from ajj.skema.models import Kuk, Muk, Skema

if TYPE_CHECKING:
    SkemaChoice = forms.ModelChoiceField[Skema]
else:
    SkemaChoice = forms.ModelChoiceField
BAD_DAY = {"required": _("Pilih tanggal."), "invalid": _("Tulis tanggal yang benar.")}


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=BAD_DAY)


class BatchForm(forms.Form):
    """Asesmen whose day lies between two days (of the LSP's zone), of one skema or of all."""

    skema = SkemaChoice(
        queryset=Skema.objects.order_by("judul"),
        label=_("Skema"),
        required=False,
        empty_label=_("Semua skema"),
    )
    first = _day(_("Asesmen dari tanggal"))
    last = _day(_("sampai tanggal"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Tanggal akhir mendahului tanggal awal."))
        return cleaned

    def chosen(self) -> QuerySet[Permohonan]:
        """The permohonan whose asesmen stands in the calendar on these days, by number."""
        zone = ZoneInfo(settings.LSP.zone)
        begin = datetime.combine(self.cleaned_data["first"], time.min, zone)
        end = datetime.combine(self.cleaned_data["last"], time.max, zone)
        held = Jadwal.objects.filter(
            kind=Jadwal.Kind.ASESMEN.value, cancelled_at=None, starts_at__range=(begin, end)
        )
        rows = Permohonan.objects.filter(pk__in=held.values("permohonan")).order_by("nomor")
        skema = self.cleaned_data["skema"]
        return rows.filter(skema=skema) if skema else rows

    @property
    def title(self) -> str:
        """What the batch is called in the list."""
        data = self.cleaned_data
        name = data["skema"].judul if data["skema"] else _("Semua skema")
        return f"{name}, {date_text(data['first'])} s.d. {date_text(data['last'])}"


class GiveForm(forms.Form):
    """Which MUK the asesi gets, and more time where FR.AK.07 says so."""

    muk = forms.TypedChoiceField(label=_("Instrumen"), coerce=int, choices=[])
    extra_minutes = forms.IntegerField(
        label=_("Tambahan waktu (menit)"), min_value=0, max_value=MOST_EXTRA_MINUTES, required=False
    )
    extra_reason = forms.CharField(
        label=_("Dasar tambahan waktu"),
        max_length=400,
        required=False,
        help_text=_("Misalnya: FR.AK.07 butir 4, periode waktu lebih panjang."),
    )

    def __init__(self, *args: Any, choices: Sequence[Muk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["muk"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(muk.pk, self._name(muk)) for muk in choices]

    @staticmethod
    def _name(muk: Muk) -> str:
        kind = str(Muk.Jenis(muk.jenis).label)
        time = f", {muk.minutes} menit" if muk.timed and muk.minutes else ""
        return f"{kind}: {muk.judul} v{muk.version}{time}"


class GiveBackForm(forms.Form):
    """Time for what the asesi could not help."""

    minutes = forms.IntegerField(label=_("Menit"), min_value=1, max_value=MOST_EXTRA_MINUTES)
    reason = forms.CharField(label=_("Alasan"), max_length=400)


class ConcludeForm(forms.Form):
    """Ya or Tidak for every item (the key proposes it), and the feedback of FR.IA.05C, 06C.

    Without ``feedback`` for a form that has none (FR.IA.09).
    """

    capaian = forms.ChoiceField(
        label=_("Aspek pengetahuan seluruh unit kompetensi yang diujikan"),
        choices=[("tercapai", _("Tercapai")), ("belum", _("Belum tercapai"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih tercapai atau belum tercapai.")},
    )
    belum_tercapai = forms.CharField(
        label=_("Unit, elemen atau KUK yang belum tercapai"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        items: Sequence[Item],
        proposed: Mapping[int, str],
        feedback: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        if not feedback:
            del self.fields["capaian"], self.fields["belum_tercapai"]
        for item in items:
            self.fields[self.name_of(item)] = forms.ChoiceField(
                label=str(item.no),
                choices=[("ya", _("Ya")), ("tidak", _("Tidak"))],
                widget=forms.RadioSelect,
                initial=proposed.get(item.butir.pk, ""),
                error_messages={"required": _("Pilih Ya atau Tidak.")},
            )

    @staticmethod
    def name_of(item: Item) -> str:
        return f"hasil-{item.butir.pk}"

    @property
    def results(self) -> dict[int, str]:
        """By butir, once the form is valid."""
        return {item.butir.pk: self.cleaned_data[self.name_of(item)] for item in self.items}

    @property
    def tercapai(self) -> bool:
        """As the asesor said; every item Ya where the form does not ask."""
        said = self.cleaned_data.get("capaian")
        return said == "tercapai" if said else set(self.results.values()) == {"ya"}

    @property
    def rows(self) -> list[tuple[Item, forms.BoundField]]:
        """Every item with the field of its result."""
        return [(item, self[self.name_of(item)]) for item in self.items]


class TaskConcludeForm(ConcludeForm):
    """What FR.IA.04A and FR.IA.04B print at their foot; FR.IA.02 has no result of its own."""

    umpan_balik = forms.CharField(
        label=_("Umpan balik untuk asesi"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["capaian", "belum_tercapai", "umpan_balik"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capaian"].label = _("Seluruh kriteria unjuk kerja yang diujikan")


class ProbeForm(forms.Form):
    """A question on what was presented, with the KUK that it is about."""

    op = forms.UUIDField(widget=forms.HiddenInput)
    lingkup = forms.CharField(
        label=_("Lingkup penyajian"),
        max_length=MOST_CHARS,
        help_text=_("Bagian hasil atau presentasi yang ditanyakan."),
        error_messages={"required": _("Tulis bagian penyajian yang ditanyakan.")},
    )
    pertanyaan = forms.CharField(
        label=_("Pertanyaan"),
        max_length=MOST_CHARS,
        error_messages={"required": _("Tulis pertanyaannya.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kuk = forms.TypedMultipleChoiceField(
        label=_("Kesesuaian dengan unit, elemen, KUK"),
        coerce=int,
        error_messages={"required": _("Pilih KUK dari tugas ini.")},
    )

    def __init__(self, *args: Any, kuk: Sequence[Kuk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = kuk
        field = self.fields["kuk"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(row.pk, row.no) for row in kuk]

    @property
    def probe(self) -> Probe:
        data = self.cleaned_data
        return Probe(data["lingkup"], data["pertanyaan"], data["kuk"])

    @property
    def op_id(self) -> UUID:
        found: UUID = self.cleaned_data["op"]
        return found

    @property
    def kuk_rows(self) -> list[tuple[Kuk, bool]]:
        """Each KUK with whether it is ticked."""
        ticked = {str(value) for value in self["kuk"].value() or ()}
        return [(row, str(row.pk) in ticked) for row in self.offered]
