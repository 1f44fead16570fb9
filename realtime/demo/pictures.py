"""Moving pictures and tones for people who are not there. No numpy: Typst draws, PyAV converts."""

import io
import math
from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import typst
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

RATE = 48_000
SAMPLES = 960
WIDTH, HEIGHT = 640, 360
# Two pictures a second; between them only the bar below moves.
PAGES_PER_SECOND = 2

_PERSON = """
#set page(width: 640pt, height: 360pt, margin: 0pt, fill: gradient.linear(
  rgb("{wall}"), rgb("{shade}"), angle: 60deg))
#set text(font: "Libertinus Serif", fill: white)
#let body = rgb("{cloth}")
#let skin = rgb("{skin}")
#for i in range({count}) {{
  let sway = 9pt * calc.sin(i * 0.55)
  let nod = 4pt * calc.sin(i * 0.9 + 1)
  place(top + left, dx: 70pt, dy: 50pt, rect(width: 120pt, height: 150pt, radius: 3pt,
    fill: rgb("#ffffff22")))
  place(bottom + center, dx: sway, dy: 92pt, ellipse(width: 300pt, height: 250pt, fill: body))
  place(center + horizon, dx: sway * 1.3, dy: 42pt + nod, rect(width: 44pt, height: 70pt,
    fill: skin.darken(12%)))
  place(center + horizon, dx: sway * 1.5, dy: -28pt + nod, ellipse(width: 118pt, height: 146pt,
    fill: skin))
  place(center + horizon, dx: sway * 1.5, dy: -74pt + nod, ellipse(width: 130pt, height: 76pt,
    fill: rgb("#2a211d")))
  for side in (-1, 1) {{
    let shut = calc.rem(i, 7) == 0
    place(center + horizon, dx: sway * 1.5 + side * 25pt, dy: -22pt + nod,
      ellipse(width: 11pt, height: if shut {{ 2pt }} else {{ 10pt }}, fill: rgb("#2a211d")))
  }}
  place(center + horizon, dx: sway * 1.5, dy: 20pt + nod,
    ellipse(width: 34pt, height: 4pt + 9pt * calc.abs(calc.sin(i * 1.7)), fill: rgb("#8d4038")))
  place(bottom + left, dx: 14pt, dy: -26pt, text(size: 15pt)[{name}])
  place(top + right, dx: -14pt, dy: 14pt, text(size: 12pt)[Gambar contoh #(i + 1)])
  if i < {count} - 1 {{ pagebreak() }}
}}
"""
_SHEET = """
#set page(width: 640pt, height: 360pt, margin: 16pt, fill: rgb("#fbfbf8"))
#set text(size: 11pt)
#let rows = (("Beras premium", 42, 14500), ("Minyak goreng", 65, 17200), ("Gula pasir", 38, 16900),
  ("Kopi Sumba", 21, 48000), ("Garam halus", 90, 5200), ("Tepung terigu", 33, 11800),
  ("Kacang hijau", 18, 24100), ("Jagung pipil", 77, 8300))
#for i in range({count}) {{
  text(size: 14pt, weight: "bold")[Laporan stok koperasi, Oktober]
  v(4pt)
  let shown = calc.min(rows.len(), 1 + calc.quo(i, 4))
  table(columns: (1fr, 70pt, 90pt, 110pt), stroke: 0.5pt + rgb("#b9beb6"), inset: 6pt,
    [*Barang*], [*Jumlah*], [*Harga*], [*Nilai*],
    ..rows.slice(0, shown).map(r => ([#r.at(0)], [#r.at(1)], [#r.at(2)], [#(r.at(1) * r.at(2))]))
      .flatten())
  if i < {count} - 1 {{ pagebreak() }}
}}
"""
SHEET_PAGE = _SHEET.format(count=1).replace(
    "calc.min(rows.len(), 1 + calc.quo(i, 4))", "rows.len()"
)


@dataclass(frozen=True)
class Look:
    """How a drawn person looks; colours are ``#rrggbb``."""

    name: str
    wall: str
    shade: str
    cloth: str
    skin: str


def person(look: Look, seconds: int) -> list[VideoFrame]:
    """The pictures of a drawn person who sways, blinks and talks."""
    count = seconds * PAGES_PER_SECOND
    return _drawn(
        _PERSON.format(
            count=count,
            name=look.name,
            wall=look.wall,
            shade=look.shade,
            cloth=look.cloth,
            skin=look.skin,
        )
    )


def sheet_page() -> str:
    """The Typst source of the finished table on one page."""
    growing = "calc.min(rows.len(), 1 + calc.quo(i, 4))"
    return _SHEET.format(count=1).replace(growing, "rows.len()")


def spreadsheet(seconds: int) -> list[VideoFrame]:
    """The pictures of a shared screen on which a table grows."""
    return _drawn(_SHEET.format(count=seconds * PAGES_PER_SECOND))


def _drawn(source: str) -> list[VideoFrame]:
    # A list where there are several pages, which the package's types do not say.
    pages: Any = typst.compile(source.encode(), format="png", ppi=72)
    listed = [pages] if isinstance(pages, bytes) else list(pages)
    return [_frame(page) for page in listed]


def _frame(png: bytes) -> VideoFrame:
    with av.open(io.BytesIO(png), "r", format="png_pipe") as container:
        for frame in container.decode(video=0):
            return frame.reformat(width=WIDTH, height=HEIGHT, format="yuv420p")
    raise ValueError("not a picture")


def with_bar(page: VideoFrame, place: int) -> VideoFrame:
    """A copy of ``page`` with a bright bar along its foot that stands at ``place`` pixels."""
    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, original in zip(frame.planes, page.planes, strict=True):
        plane.update(bytes(original))
    luma = frame.planes[0]
    pixels = bytearray(bytes(luma))
    left = place % (WIDTH - 48)
    for row in range(HEIGHT - 10, HEIGHT - 4):
        start = row * luma.line_size + left
        pixels[start : start + 48] = b"\xe8" * 48
    luma.update(bytes(pixels))
    return frame


def tone(index: int, pitch: float) -> AudioFrame:
    """20 ms of a voice-like tone: syllables of ``pitch`` Hz with a pause now and then."""
    syllable, step = divmod(index, 12)
    silent = step >= 9 or syllable % 6 == 5
    height = pitch * (1 + 0.09 * ((syllable * 7) % 5))
    loud = 0 if silent else 5200 * math.sin(math.pi * (step + 0.5) / 9)
    first = index * SAMPLES
    wave = array(
        "h",
        (
            int(
                loud
                * (
                    math.sin(2 * math.pi * height * n / RATE)
                    + 0.4 * math.sin(4 * math.pi * height * n / RATE)
                )
            )
            for n in range(first, first + SAMPLES)
        ),
    )
    frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate = RATE
    frame.pts = first
    frame.time_base = Fraction(1, RATE)
    return frame
