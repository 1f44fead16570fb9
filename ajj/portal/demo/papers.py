"""Papers that the demo's asesi hand in: drawn by Typst, marked as examples."""

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

from ajj.portal.demo.cast import Asesi

CARD = """
#set page(width: 86mm, height: 54mm, margin: 5mm, fill: rgb("{tint}"))
#set text(size: 7pt, lang: "id")
#text(size: 9pt, weight: "bold")[{title}]
#v(1mm)
#grid(columns: (20mm, 1fr), row-gutter: 2mm, column-gutter: 2mm,
  ..({rows}).flatten())
#place(bottom + right, rotate(-12deg, text(size: 20pt, fill: rgb("#00000022"))[CONTOH]))
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _card(title: str, tint: str, rows: list[tuple[str, str]]) -> bytes:
    listed = "".join(f"({_quoted(label)}, {_quoted(value)})," for label, value in rows)
    source = CARD.format(title=title, tint=tint, rows=listed)
    drawn = typst.compile(source.encode(), format="png", ppi=110)
    if not isinstance(drawn, bytes):
        raise TypeError("one page was drawn as several")
    return drawn


def paper(kind: str, asesi: Asesi) -> SimpleUploadedFile:
    """A PNG that stands for the document ``kind`` (``ktp``, ``foto``, ``ijazah``, ``cv``)."""
    titles = {
        "ktp": ("Kartu identitas (contoh)", "#dcecf5"),
        "foto": ("Pas foto (contoh)", "#f5e6dc"),
        "ijazah": ("Ijazah terakhir (contoh)", "#f3f0d8"),
        "cv": ("Riwayat hidup (contoh)", "#e8f1e2"),
    }
    title, tint = titles.get(kind, ("Dokumen (contoh)", "#eeeeee"))
    rows = {
        "ktp": [
            ("NIK", asesi.nik),
            ("Nama", asesi.name),
            ("Lahir", f"{asesi.birth_place}, {asesi.birth_date:%d-%m-%Y}"),
            ("Alamat", asesi.address),
            ("Wilayah", asesi.regency),
        ],
        "ijazah": [("Nama", asesi.name), ("Jenjang", asesi.education)],
        "cv": [
            ("Nama", asesi.name),
            ("Pekerjaan", asesi.position or "Belum bekerja"),
            ("Tempat", asesi.institution or "Tidak ada"),
        ],
    }.get(kind, [("Nama", asesi.name)])
    content = _card(title, tint, rows)
    return SimpleUploadedFile(f"{kind}-{asesi.account}.png", content, content_type="image/png")
