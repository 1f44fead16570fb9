"""Choosing whose forms are printed together."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ajj.applications.models import Permohonan
from ajj.kernel.dates import date_text
from ajj.scheduling.models import Jadwal
from ajj.skema.models import Skema

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
