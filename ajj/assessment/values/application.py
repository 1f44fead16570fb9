"""FR.APL.01 and FR.APL.02 as they were filled and signed."""

from typing import Any

from ajj.applications.models import Apl02Row, Permohonan, Syarat
from ajj.applications.selectors import apl02_rows, form_values
from ajj.applications.states import State
from ajj.assessment.values import words

KEADAAN = {
    Syarat.Verdict.ACCEPTED: "memenuhi",
    Syarat.Verdict.RETURNED: "tidak_memenuhi",
    Syarat.Verdict.OPEN: "",
}
PRIBADI = {
    "nama": "name",
    "nik": "nik",
    "jenis_kelamin": "gender",
    "kebangsaan": "nationality",
    "kode_pos": "postal_code",
    "telepon_rumah": "home_phone",
    "hp": "phone",
    "email": "email",
    "pendidikan": "education",
}
PEKERJAAN = {
    "institusi": "institution",
    "jabatan": "position",
    "alamat": "office_address",
    "kode_pos": "office_postal_code",
    "telepon": "office_phone",
    "email": "office_email",
}


def of_application(permohonan: Permohonan) -> dict[str, Any]:
    """``permohonan`` and ``asesmen_mandiri`` of the vocabulary."""
    return {
        "permohonan": _apl01(permohonan),
        "asesmen_mandiri": _apl02(permohonan),
    }


def _apl01(permohonan: Permohonan) -> dict[str, Any]:
    form = getattr(permohonan, "apl01", None)
    values = form_values(form) if form else {}
    born = ", ".join(
        filter(None, (values.get("birth_place"), words.iso_day(values.get("birth_date", ""))))
    )
    lives = ", ".join(filter(None, (values.get("address"), values.get("regency"))))
    rows = list(permohonan.syarat.all())
    return {
        "nomor": permohonan.nomor,
        "tanggal": words.day(permohonan.submitted_at) if permohonan.submitted_at else "",
        "tujuan": permohonan.tujuan,
        "tujuan_lain": permohonan.tujuan_lain,
        "pribadi": {
            **{name: values.get(key, "") for name, key in PRIBADI.items()},
            "lahir": born,
            "alamat": lives,
        },
        "pekerjaan": {name: values.get(key, "") for name, key in PEKERJAAN.items()},
        "syarat_dasar": _syarat(permohonan, rows, Syarat.Bagian.DASAR),
        "syarat_administratif": _syarat(permohonan, rows, Syarat.Bagian.ADMINISTRATIF),
        "putusan": _verdict(permohonan),
        "catatan": form.admin_note if form else "",
        "pemohon": words.person(
            permohonan.asesi,
            form.signed_at if form else None,
            name=form.signed_name if form else "",
        ),
        "admin": words.person(form.admin, form.admin_signed_at) if form else {},
    }


def _syarat(
    permohonan: Permohonan, rows: list[Syarat], bagian: Syarat.Bagian
) -> list[dict[str, str]]:
    handed_in = permohonan.submitted_at is not None
    return [
        {
            "no": str(row.no),
            "teks": row.teks,
            "keadaan": KEADAAN[Syarat.Verdict(row.verdict)]
            if row.document_id
            else ("tidak_ada" if handed_in else ""),
        }
        for row in rows
        if row.bagian == bagian
    ]


def _verdict(permohonan: Permohonan) -> str:
    if permohonan.decided_at is None:
        return ""
    return "ditolak" if permohonan.status is State.REJECTED else "diterima"


def _apl02(permohonan: Permohonan) -> dict[str, Any]:
    form = getattr(permohonan, "apl02", None)
    if form is None:
        return {}
    advice = {True: "dapat", False: "tidak", None: ""}[form.dapat_dilanjutkan]
    return {
        "units": _answers(list(apl02_rows(permohonan))),
        "rekomendasi": advice,
        "catatan": form.note,
        "asesi": words.person(permohonan.asesi, form.signed_at, name=form.signed_name),
        "asesor": words.person(form.asesor or permohonan.asesor, form.asesor_signed_at),
    }


def _answers(rows: list[Apl02Row]) -> list[dict[str, Any]]:
    units: dict[int, dict[str, Any]] = {}
    for row in rows:
        unit = row.elemen.unit
        made = units.setdefault(
            unit.pk,
            {"no": str(len(units) + 1), "kode": unit.kode, "judul": unit.judul, "elemen": []},
        )
        file = row.portofolio.filename if row.portofolio else ""
        made["elemen"].append(
            {
                "no": str(row.elemen.no),
                "judul": f"Elemen {row.elemen.no}: {row.elemen.judul}",
                "klaim": row.claim,
                "bukti": "; ".join(filter(None, (row.evidence.strip(), file))),
                "kuk": [{"no": kuk.no, "teks": kuk.teks} for kuk in row.elemen.kuk.all()],
            }
        )
    return list(units.values())
