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

PORTRAIT = """
#set page(width: 30mm, height: 40mm, margin: 0mm, fill: rgb("#a8322a"))
#place(bottom + center, dy: 6mm, ellipse(width: 27mm, height: 22mm, fill: rgb("#f4f1ea")))
#place(bottom + center, dy: -17mm, ellipse(width: 14.4mm, height: 15mm, fill: rgb("#241812")))
#place(bottom + center, dy: -9mm, rect(width: 5mm, height: 9mm, fill: rgb("#b5794f")))
#place(bottom + center, dy: -13mm, ellipse(width: 12.4mm, height: 15.5mm, fill: rgb("#c98d62")))
#place(bottom + center, dy: -0.8mm, text(size: 5pt, fill: rgb("#00000066"))[CONTOH])
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _card(title: str, tint: str, rows: list[tuple[str, str]]) -> bytes:
    listed = "".join(f"({_quoted(label)}, {_quoted(value)})," for label, value in rows)
    return _drawn(CARD.format(title=title, tint=tint, rows=listed))


def _drawn(source: str) -> bytes:
    drawn = typst.compile(source.encode(), format="png", ppi=110)
    if not isinstance(drawn, bytes):
        raise TypeError("one page was drawn as several")
    return drawn


def paper(kind: str, asesi: Asesi) -> SimpleUploadedFile:
    """A PNG that stands for the document ``kind`` (``ktp``, ``foto``, ``ijazah``, ``cv``)."""
    titles = {
        "ktp": ("Kartu identitas (contoh)", "#dcecf5"),
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
    content = _drawn(PORTRAIT) if kind == "foto" else _card(title, tint, rows)
    return SimpleUploadedFile(f"{kind}-{asesi.account}.png", content, content_type="image/png")
