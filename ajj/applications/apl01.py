"""The fields of FR.APL.01 part 1, and what a complete form must satisfy. Pure.

A draft may hold anything up to its length; only a form that is handed in must be complete.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ajj.people.rules import is_nik

PHONE = re.compile(r"\+?[\d\s().-]{8,20}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EDUCATION = ("SD", "SMP/sederajat", "SMA/SMK/sederajat", "D1", "D2", "D3", "D4", "S1", "S2", "S3")


@dataclass(frozen=True)
class Field:
    """One blank of the form. ``kind``: text, date, choice, nik, phone, email, postal."""

    key: str
    label: str
    kind: str = "text"
    required: bool = True
    limit: int = 120
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    autocomplete: str = ""


PERSONAL = (
    Field(
        "name",
        gettext_noop("Nama lengkap"),
        limit=160,
        hint=gettext_noop("Sesuai KTP."),
        autocomplete="name",
    ),
    Field("nik", gettext_noop("NIK"), "nik", hint=gettext_noop("16 angka pada KTP."), limit=16),
    Field("birth_place", gettext_noop("Tempat lahir"), limit=80),
    Field("birth_date", gettext_noop("Tanggal lahir"), "date", autocomplete="bday"),
    Field(
        "gender",
        gettext_noop("Jenis kelamin"),
        "choice",
        choices=(("L", gettext_noop("Laki-laki")), ("P", gettext_noop("Perempuan"))),
    ),
    Field("nationality", gettext_noop("Kebangsaan"), limit=40, autocomplete="country-name"),
    Field("address", gettext_noop("Alamat rumah"), limit=240, autocomplete="street-address"),
    Field("regency", gettext_noop("Kabupaten/kota"), limit=80),
    Field("postal_code", gettext_noop("Kode pos"), "postal", limit=5, autocomplete="postal-code"),
    Field("phone", gettext_noop("Nomor HP"), "phone", limit=20, autocomplete="tel"),
    Field("home_phone", gettext_noop("Telepon rumah"), "phone", required=False, limit=20),
    Field("email", gettext_noop("Surel"), "email", limit=160, autocomplete="email"),
    Field(
        "education",
        gettext_noop("Pendidikan terakhir"),
        "choice",
        choices=tuple((level, level) for level in EDUCATION),
    ),
)
WORK = (
    Field("institution", gettext_noop("Nama institusi atau perusahaan"), required=False, limit=120),
    Field("position", gettext_noop("Jabatan"), required=False, limit=80),
    Field("office_address", gettext_noop("Alamat kantor"), required=False, limit=240),
    Field("office_postal_code", gettext_noop("Kode pos kantor"), "postal", required=False, limit=5),
    Field("office_phone", gettext_noop("Telepon kantor"), "phone", required=False, limit=20),
    Field("office_email", gettext_noop("Surel kantor"), "email", required=False, limit=160),
)
FIELDS = PERSONAL + WORK
KEYS = frozenset(field.key for field in FIELDS)


def tidy(values: Mapping[str, object]) -> dict[str, str]:
    """The known fields of ``values`` as text, without outer blanks and cut to their limit."""
    limits = {field.key: field.limit for field in FIELDS}
    return {
        key: str(value or "").strip()[: limits[key]]
        for key, value in values.items()
        if key in limits
    }


def problems(data: Mapping[str, str], today: date) -> dict[str, str]:
    """Per field why the form cannot be handed in; empty when it can."""
    found = {}
    for field in FIELDS:
        text = data.get(field.key, "")
        message = _problem(field, text, today)
        if message:
            found[field.key] = message
    return found


def _problem(field: Field, text: str, today: date) -> str:
    if not text:
        return _("%(field)s wajib diisi.") % {"field": _(field.label)} if field.required else ""
    if field.kind == "nik":
        return "" if is_nik(text) else _("NIK terdiri atas 16 angka seperti pada KTP.")
    if field.kind == "date":
        return _date_problem(text, today)
    if field.kind == "choice":
        known = {value for value, _label in field.choices}
        return (
            "" if text in known else _("Pilih dari daftar: %(field)s.") % {"field": _(field.label)}
        )
    shapes = {
        "phone": (PHONE, _("Nomor telepon terdiri atas 8 sampai 15 angka.")),
        "email": (EMAIL, _("Surel ditulis seperti nama@contoh.id.")),
        "postal": (re.compile(r"\d{5}"), _("Kode pos terdiri atas 5 angka.")),
    }
    if field.kind in shapes:
        shape, message = shapes[field.kind]
        return "" if shape.fullmatch(text) else message
    return ""


def _date_problem(text: str, today: date) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return _("Tulis tanggal yang benar.")
    if born >= today:
        return _("Tanggal lahir harus sudah lewat.")
    if today.year - born.year < 15:
        return _("Asesi berusia sekurangnya 15 tahun.")
    if born.year < 1900:
        return _("Periksa tahun lahir.")
    return ""


def done_count(data: Mapping[str, str], today: date) -> tuple[int, int]:
    """How many required fields are right, and how many there are (for the progress line)."""
    wrong = problems(data, today)
    required = [field.key for field in FIELDS if field.required]
    return sum(key not in wrong for key in required), len(required)
