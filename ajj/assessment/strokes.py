"""A drawn signature: strokes of whole points on a pad of 600 by 200. Pure.

It is an ornament: what binds is the password, the text and the hash.
"""

import re

from ajj.kernel.errors import Invalid

WIDTH, HEIGHT = 600, 200
MOST = 12_000
STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+")
NUMBERS = re.compile(r"(\d+) (\d+)")


def checked(path: str) -> str:
    """``path`` if it is strokes on the pad and no more, else ``Invalid`` (``bad_drawing``)."""
    fits = len(path) <= MOST and (not path or STROKES.fullmatch(path))
    if not fits or any(int(x) > WIDTH or int(y) > HEIGHT for x, y in NUMBERS.findall(path)):
        raise Invalid(
            "Gambar tanda tangan tidak dapat dibaca. Hapus, lalu ulangi.", code="bad_drawing"
        )
    return path


def as_svg(path: str) -> str:
    """The strokes as an SVG cut to what was drawn; empty without strokes."""
    points = [(int(x), int(y)) for x, y in NUMBERS.findall(path)]
    if not points:
        return ""
    left, top = min(x for x, _y in points) - 4, min(y for _x, y in points) - 4
    right, bottom = max(x for x, _y in points) + 4, max(y for _x, y in points) + 4
    size = f'viewBox="{left} {top} {right - left} {bottom - top}"'
    size += f' width="{right - left}" height="{bottom - top}"'
    line = 'fill="none" stroke="#1c2422" stroke-width="4" stroke-linecap="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<path {line} stroke-linejoin="round" d="{path}"/></svg>'
    )
