"""The fields of FR.APL.01 part 1, and what a complete form must satisfy. Pure.

A draft may hold anything up to its length; only a form that is handed in must be complete.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
    Field("name", "Nama lengkap", limit=160, hint="Sesuai KTP.", autocomplete="name"),
    Field("nik", "NIK", "nik", hint="16 angka pada KTP.", limit=16),
    Field("birth_place", "Tempat lahir", limit=80),
    Field("birth_date", "Tanggal lahir", "date", autocomplete="bday"),
    Field("gender", "Jenis kelamin", "choice", choices=(("L", "Laki-laki"), ("P", "Perempuan"))),
    Field("nationality", "Kebangsaan", limit=40, autocomplete="country-name"),
    Field("address", "Alamat rumah", limit=240, autocomplete="street-address"),
    Field("regency", "Kabupaten/kota", limit=80),
    Field("postal_code", "Kode pos", "postal", limit=5, autocomplete="postal-code"),
    Field("phone", "Nomor HP", "phone", limit=20, autocomplete="tel"),
    Field("home_phone", "Telepon rumah", "phone", required=False, limit=20),
    Field("email", "Surel", "email", limit=160, autocomplete="email"),
    Field(
        "education",
        "Pendidikan terakhir",
        "choice",
        choices=tuple((level, level) for level in EDUCATION),
    ),
)
WORK = (
    Field("institution", "Nama institusi atau perusahaan", required=False, limit=120),
    Field("position", "Jabatan", required=False, limit=80),
    Field("office_address", "Alamat kantor", required=False, limit=240),
    Field("office_postal_code", "Kode pos kantor", "postal", required=False, limit=5),
    Field("office_phone", "Telepon kantor", "phone", required=False, limit=20),
    Field("office_email", "Surel kantor", "email", required=False, limit=160),
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
        return f"{field.label} wajib diisi." if field.required else ""
    if field.kind == "nik":
        return "" if is_nik(text) else "NIK terdiri atas 16 angka seperti pada KTP."
    if field.kind == "date":
        return _date_problem(text, today)
    if field.kind == "choice":
        known = {value for value, _ in field.choices}
        return "" if text in known else f"Pilih {field.label.lower()} dari daftar."
    shapes = {
        "phone": (PHONE, "Nomor telepon terdiri atas 8 sampai 15 angka."),
        "email": (EMAIL, "Surel ditulis seperti nama@contoh.id."),
        "postal": (re.compile(r"\d{5}"), "Kode pos terdiri atas 5 angka."),
    }
    if field.kind in shapes:
        shape, message = shapes[field.kind]
        return "" if shape.fullmatch(text) else message
    return ""


def _date_problem(text: str, today: date) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return "Tulis tanggal yang benar."
    if born >= today:
        return "Tanggal lahir harus sudah lewat."
    if today.year - born.year < 15:
        return "Asesi berusia sekurangnya 15 tahun."
    if born.year < 1900:
        return "Periksa tahun lahir."
    return ""


def done_count(data: Mapping[str, str], today: date) -> tuple[int, int]:
    """How many required fields are right, and how many there are (for the progress line)."""
    wrong = problems(data, today)
    required = [field.key for field in FIELDS if field.required]
    return sum(key not in wrong for key in required), len(required)
