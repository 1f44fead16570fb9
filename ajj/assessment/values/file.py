"""Which forms of a permohonan are in the file, and signed: the kelengkapan checklist."""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment.models import IssuedForm
from ajj.assessment.values.words import day
from ajj.documents.registry import labelled
from ajj.documents.schema import FormTemplate

# What the product itself signs or issues: for these it knows that they are missing.
KNOWN = frozenset(
    {"permohonan", "asesmen_mandiri", "persetujuan", "ceklis_observasi", "rekaman", "laporan"}
)


def of_file(permohonan: Permohonan) -> dict[str, Any]:
    """``berkas`` of the vocabulary, over the forms that BNSP names."""
    signed = _signed(permohonan)
    forms = [labelled(label) for label in permohonan.forms]
    rows = [_row(form, signed) for form in forms if form.code.startswith("FR.")]
    return {"berkas": {"formulir": [{"no": str(n), **row} for n, row in enumerate(rows, start=1)]}}


def _row(form: FormTemplate, signed: dict[str, str]) -> dict[str, str]:
    at = signed.get(form.code, "")
    state = "ada" if at else ("tidak_ada" if form.slot in KNOWN else "")
    return {"kode": form.code, "judul": form.title, "ada": state, "keterangan": at}


def _signed(permohonan: Permohonan) -> dict[str, str]:
    """Code and day of every form that was signed or issued."""
    found = {}
    for code, name in (("FR.APL.01", "apl01"), ("FR.APL.02", "apl02")):
        form = getattr(permohonan, name, None)
        if form is not None and form.signed_at:
            found[code] = day(form.signed_at)
    issued = IssuedForm.objects.filter(session__jadwal__permohonan=permohonan)
    for row in issued.select_related("session"):
        found[row.code] = _issued_on(row)
    return found


def _issued_on(row: IssuedForm) -> str:
    opened = row.session.opened_at
    return day(opened) if opened else ""
