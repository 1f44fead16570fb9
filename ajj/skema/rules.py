"""When a scheme may be applied for, and which document meets a requirement. Pure."""

from django.utils.translation import gettext as _

from ajj.skema.models import Skema

KINDS = (
    ("ktp", ("ktp", "kartu identitas", "paspor")),
    ("foto", ("pas foto",)),
    ("ijazah", ("ijazah", "transkrip", "kartu pelajar", "kartu mahasiswa")),
    ("cv", ("curriculum", "riwayat hidup", "cv")),
)

DIMENSI = {
    "ts": "Task skills",
    "tms": "Task management skills",
    "cms": "Contingency management skills",
    "jres": "Job role/environment skills",
    "trs": "Transfer skills",
}
"""The five dimensi kompetensi (FR.AK.06), as an item of a MUK names them."""


def document_kind(text: str) -> str:
    """The kind of personal document that a requirement's ``text`` asks for; else ``lain``."""
    lowered = text.lower()
    for kind, words in KINDS:
        if any(word in lowered for word in words):
            return kind
    return "lain"


def closed_reason(skema: Skema, unit_count: int) -> str:
    """Why nobody can apply for ``skema`` now; empty when one can."""
    if unit_count == 0:
        return _("Unit kompetensi skema ini belum dimuat, jadi permohonan belum dibuka.")
    if not skema.lengkap:
        return _("Sebagian unit skema ini belum lengkap, jadi permohonan belum dibuka.")
    return ""
