"""Fixing and moving a session, typed as local times."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ajj.applications.models import Permohonan
from ajj.applications.selectors import ready_to_schedule
from ajj.people.models import User
from ajj.people.rules import ZONES
from ajj.people.selectors import active_asesor, office_people
from ajj.scheduling.models import Jadwal
from ajj.scheduling.services import TUK_AJJ

if TYPE_CHECKING:
    PermohonanChoice = forms.ModelChoiceField[Permohonan]
    PersonChoice = forms.ModelChoiceField[User]
else:
    PermohonanChoice = PersonChoice = forms.ModelChoiceField


class TimesForm(forms.Form):
    """Day, start and end in one zone; ``moments()`` gives them aware."""

    day = forms.DateField(
        label=_("Tanggal"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Pilih tanggal."), "invalid": _("Tulis tanggal yang benar.")},
    )
    start = forms.TimeField(
        label=_("Mulai"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Isi jam mulai."), "invalid": _("Tulis jam seperti 10:00.")},
    )
    end = forms.TimeField(
        label=_("Selesai"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Isi jam selesai."),
            "invalid": _("Tulis jam seperti 12:00."),
        },
    )
    zone = forms.ChoiceField(
        label=_("Zona"), choices=list(zip(ZONES, ("WIB", "WITA", "WIT"), strict=True))
    )

    def moments(self) -> tuple[datetime, datetime]:
        """Start and end as aware moments."""
        data = self.cleaned_data
        zone = ZoneInfo(data["zone"])
        return (
            datetime.combine(data["day"], data["start"], zone),
            datetime.combine(data["day"], data["end"], zone),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and end <= start:
            self.add_error("end", _("Waktu selesai harus sesudah waktu mulai."))
        return data


class PermohonanField(PermohonanChoice):
    """Shows the asesi first: that is whom the planner looks for."""

    def label_from_instance(self, obj: Permohonan) -> str:
        return f"{obj.asesi.name}, {obj.skema.judul} ({obj.nomor})"


class PersonField(PersonChoice):
    """Shows the name with the address: two people may have one name."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}, {obj.email}"


class AsesorField(PersonChoice):
    """Shows the name with the MET number."""

    def label_from_instance(self, obj: User) -> str:
        profile = getattr(obj, "asesor", None)
        return f"{obj.name}, {profile.met}" if profile else obj.name


class ScheduleForm(TimesForm):
    """A new session."""

    permohonan = PermohonanField(
        queryset=Permohonan.objects.none(),
        label=_("Permohonan"),
        empty_label=_("Pilih permohonan"),
        to_field_name="nomor",
        error_messages={"required": _("Pilih permohonan yang dijadwalkan.")},
    )
    kind = forms.ChoiceField(
        label=_("Jenis sesi"), choices=Jadwal.Kind.choices, widget=forms.RadioSelect
    )
    asesor = AsesorField(
        queryset=User.objects.none(),
        label=_("Asesor"),
        empty_label=_("Pilih asesor"),
        error_messages={"required": _("Pilih asesor yang bertugas.")},
    )
    asesor_pendamping = AsesorField(
        queryset=User.objects.none(), label=_("Asesor pendamping"), required=False
    )
    pengamat = PersonField(
        queryset=User.objects.none(),
        label=_("Pengamat"),
        required=False,
        empty_label=_("Tanpa pengamat"),
        help_text=_("Menyaksikan tanpa mengirim gambar, suara, atau pesan, misalnya saksi BNSP."),
    )
    admission = forms.ChoiceField(
        choices=Jadwal.Admission.choices,
        label=_("Masuk ruang"),
        required=False,
        initial=Jadwal.Admission.BY_ASESOR.value,
        help_text=_("Berlaku untuk asesi dan pengamat."),
    )
    tuk = forms.CharField(label=_("TUK"), max_length=120, initial=TUK_AJJ)

    def clean_admission(self) -> str:
        chosen: str = self.cleaned_data["admission"]
        return chosen or Jadwal.Admission.BY_ASESOR.value

    field_order = [
        "permohonan",
        "kind",
        "day",
        "start",
        "end",
        "zone",
        "asesor",
        "asesor_pendamping",
        "pengamat",
        "admission",
        "tuk",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "permohonan": ready_to_schedule(),
            "asesor": active_asesor(),
            "asesor_pendamping": active_asesor(),
            "pengamat": office_people(),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class CancelForm(forms.Form):
    """Why a session is taken out."""

    reason = forms.CharField(
        label=_("Alasan pembatalan"),
        required=False,
        max_length=240,
        widget=forms.TextInput(attrs={"placeholder": _("Dibaca asesi dan asesor")}),
    )
