"""Forms of the komite's pages."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ajj.committee.models import Case
from ajj.people.models import Role, User
from ajj.people.selectors import with_role


class TimForm(forms.Form):
    """Appointing a tim: one ketua and two anggota."""

    ketua = forms.ModelChoiceField(User.objects.none(), label=_("Ketua"))
    anggota1 = forms.ModelChoiceField(User.objects.none(), label=_("Anggota pertama"))
    anggota2 = forms.ModelChoiceField(User.objects.none(), label=_("Anggota kedua"))
    sk_nomor = forms.CharField(
        label=_("Nomor SK tim teknis"),
        max_length=60,
        required=False,
        help_text=_("Kosongkan untuk memakai nomor berikutnya."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ketua", "anggota1", "anggota2"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = with_role(Role.KOMITE)


class PlenoForm(forms.Form):
    """Closing a pleno: which berkas, who was there, what was noted."""

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(), label=_("Berkas"), widget=forms.CheckboxSelectMultiple
    )
    hadir = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Hadir"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    daring = forms.ChoiceField(
        label=_("Cara rapat"), choices=[("ya", _("Daring")), ("tidak", _("Luring"))], initial="ya"
    )
    notes = forms.CharField(
        label=_("Catatan rapat"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
    )
    without_report = forms.CharField(
        label=_("Alasan pleno tanpa laporan"),
        help_text=_("Tercetak pada berita acara. Laporan asesor mestinya diterima lebih dahulu."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=400,
        error_messages={"required": _("Tulis mengapa pleno tidak menunggu laporan asesor.")},
    )

    def __init__(
        self, *args: Any, cases: Any, members: Any, unreported: Collection[int], **kwargs: Any
    ) -> None:
        """``unreported``: keys of the ``cases`` whose report the LSP has not received."""
        super().__init__(*args, **kwargs)
        self.fields["without_report"].required = 0 < len(unreported) == len(cases)
        for name, found in (("cases", cases), ("hadir", members)):
            field = self.fields[name]
            if isinstance(field, forms.ModelMultipleChoiceField):
                field.queryset = found
