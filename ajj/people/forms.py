"""Forms for accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from ajj.people.models import DocumentKind
from ajj.people.rules import ZONES, is_phone

ZONE_CHOICES = [
    (zone, label)
    for zone, label in zip(
        ZONES,
        (
            _("WIB: Sumatra, Jawa, Kalimantan Barat dan Tengah"),
            _("WITA: Sulawesi, Bali, Nusa Tenggara, Kalimantan Selatan, Timur, Utara"),
            _("WIT: Maluku dan Papua"),
        ),
        strict=True,
    )
]


class LoginForm(AuthenticationForm):
    """E-mail and password."""

    username = forms.EmailField(
        label=_("Surel"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "input--lg"}),
    )
    password = forms.CharField(
        label=_("Kata sandi"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "input--lg"}
        ),
    )
    error_messages = {
        "invalid_login": _("Surel atau kata sandi tidak cocok. Periksa keduanya lalu coba lagi."),
        "inactive": _("Akun ini dinonaktifkan. Hubungi LSP."),
    }


class PhoneMixin:
    """A phone number that can be called."""

    cleaned_data: dict[str, Any]

    def clean_phone(self) -> str:
        text = str(self.cleaned_data["phone"])
        if not is_phone(text):
            raise forms.ValidationError(_("Nomor HP terdiri atas 8 sampai 15 angka."))
        return text


class RegisterForm(PhoneMixin, forms.Form):
    """Self-registration of an asesi."""

    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=160,
        help_text=_("Sesuai KTP, karena nama ini tercetak pada sertifikat."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Surel"),
        max_length=254,
        help_text=_("Undangan sesi dikirim ke alamat ini."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    phone = forms.CharField(
        label=_("Nomor HP"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    zone = forms.ChoiceField(label=_("Zona waktu Anda"), choices=ZONE_CHOICES)
    password = forms.CharField(
        label=_("Kata sandi"),
        strip=False,
        min_length=8,
        help_text=_("Sekurangnya 8 tanda, bukan angka saja dan bukan kata yang lazim."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    consent = forms.BooleanField(
        label=_(
            "Saya menyetujui pemrosesan data pribadi saya untuk keperluan sertifikasi"
            " kompetensi (UU 27/2022)."
        ),
        error_messages={"required": _("Tanpa persetujuan ini kami tidak dapat membuat akun.")},
    )

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if len(name) < 3 or not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Tulis nama lengkap Anda."))
        return name


class AccountForm(PhoneMixin, forms.Form):
    """Name, phone and zone of the signed-in person."""

    name = forms.CharField(label=_("Nama lengkap"), max_length=160)
    phone = forms.CharField(
        label=_("Nomor HP"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    zone = forms.ChoiceField(label=_("Zona waktu"), choices=ZONE_CHOICES)


class DocumentForm(forms.Form):
    """One personal document."""

    kind = forms.ChoiceField(label=_("Jenis dokumen"), choices=DocumentKind.choices)
    file = forms.FileField(
        label=_("Berkas"),
        help_text=_("JPEG, PNG, atau PDF, paling besar 8 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"empty": _("Berkas ini kosong. Pilih berkas lain.")},
    )


class PasswordForm(PasswordChangeForm):
    """Change of password in the words of these pages."""

    error_messages = {
        "password_incorrect": _("Kata sandi lama tidak cocok."),
        "password_mismatch": _("Kedua kata sandi baru tidak sama."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Kata sandi sekarang")
        self.fields["new_password1"].label = _("Kata sandi baru")
        self.fields["new_password1"].help_text = _("Sekurangnya 8 tanda, bukan angka saja.")
        self.fields["new_password2"].label = _("Kata sandi baru, sekali lagi")
