"""Which forms exist, and in which version: forms are never known by their code alone.

BNSP reuses codes with new meanings (FR.IA.11 of 2020 reviews an instrument, that of 2023 a
product), so a document always points at ``code`` and ``version`` together.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ajj.kernel.errors import NotFound

TEMPLATE_DIR = Path(__file__).parent / "typst"


@dataclass(frozen=True)
class FormTemplate:
    """One printable form.

    ``source`` is the Typst file in ``typst/``; ``title`` what the form calls itself. ``standard``
    is the PDF profile that the print conforms to.
    """

    code: str
    version: str
    title: str
    source: str
    standard: Literal["a-2b"] = "a-2b"

    @property
    def label(self) -> str:
        """``FR.AK.01@2023``."""
        return f"{self.code}@{self.version}"

    @property
    def path(self) -> Path:
        return TEMPLATE_DIR / self.source


AK01 = FormTemplate("FR.AK.01", "2023", "Persetujuan Asesmen dan Kerahasiaan", "fr_ak_01_2023.typ")
IA01 = FormTemplate(
    "FR.IA.01",
    "2023",
    "CL - Ceklis Observasi Aktivitas di Tempat Kerja atau Tempat Kerja Simulasi",
    "fr_ia_01_2023.typ",
)
AK02 = FormTemplate("FR.AK.02", "2023", "Rekaman Asesmen Kompetensi", "fr_ak_02_2023.typ")
AK05 = FormTemplate("FR.AK.05", "2023", "Laporan Asesmen", "fr_ak_05_2023.typ")
PLENO = FormTemplate(
    "BA.PLENO", "1", "Berita Acara Rapat Pleno Hasil Uji Sertifikasi Kompetensi", "ba_pleno_1.typ"
)
SK = FormTemplate("SK.KEPUTUSAN", "1", "Surat Keputusan Hasil Asesmen", "sk_keputusan_1.typ")
CERTIFICATE = FormTemplate("SERTIFIKAT", "1", "Sertifikat Kompetensi", "sertifikat_1.typ")

PEMUSNAHAN = FormTemplate(
    "BA.PEMUSNAHAN", "1", "Berita Acara Pemusnahan Rekaman dan Bukti", "ba_pemusnahan_1.typ"
)

RECEIPT = FormTemplate("TANDA.TERIMA", "1", "Tanda Terima Rekaman Sesi", "tanda_terima_1.typ")

_ALL = (AK01, IA01, AK02, AK05, PLENO, SK, CERTIFICATE, PEMUSNAHAN, RECEIPT)
_BY_KEY = {(form.code, form.version): form for form in _ALL}


def all_templates() -> tuple[FormTemplate, ...]:
    """Every form of the registry, in the order of the business."""
    return _ALL


def template(code: str, version: str) -> FormTemplate:
    """The form ``code`` in ``version``; raises ``NotFound`` (404, ``unknown_form``)."""
    try:
        return _BY_KEY[code, version]
    except KeyError:
        raise NotFound(
            f"Formulir {code} versi {version} tidak dikenal.", code="unknown_form"
        ) from None
