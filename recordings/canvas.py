"""Pictures and sounds of several streams put into one. Pure: arrays in, arrays out.

A picture is planar YUV 4:2:0 as one array of shape (height * 3 / 2, width), as PyAV has it; sound
is mono at 48 kHz.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
import typst

Pixels = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.int16]

RATE = 48_000
CELL_WIDTH, CELL_HEIGHT = 640, 360
DARK, STRIPE, NEUTRAL = 38, 52, 128
_LETTERS = """
#set page(width: auto, height: auto, margin: 3pt, fill: none)
#set text(font: "Plus Jakarta Sans", size: eval(sys.inputs.size) * 1pt, fill: white, weight: 600)
#sys.inputs.words
"""


def lettering(words: str, *, size: int, fonts: typst.Fonts) -> Pixels:
    """Coverage (0 to 255) of one line of ``words``; both sides are even."""
    png = typst.compile(
        _LETTERS.encode(),
        format="png",
        ppi=72.0,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"words": words, "size": str(size)},
    )
    if not isinstance(png, bytes):
        raise TypeError("one line is one page")
    with av.open(io.BytesIO(png), "r") as source:
        drawn = np.asarray(next(source.decode(video=0)).to_ndarray(format="rgba"), np.uint8)[..., 3]
    height, width = drawn.shape
    return np.pad(drawn, ((0, height % 2), (0, width % 2)))


@dataclass(frozen=True)
class Grid:
    """Where the cells of ``count`` streams lie: two in a row, the first on top left."""

    count: int

    @property
    def columns(self) -> int:
        return 1 if self.count == 1 else 2

    @property
    def width(self) -> int:
        return self.columns * CELL_WIDTH

    @property
    def height(self) -> int:
        return math.ceil(self.count / self.columns) * CELL_HEIGHT

    def corner(self, cell: int) -> tuple[int, int]:
        """X and y of the cell's upper left pixel."""
        row, column = divmod(cell, self.columns)
        return column * CELL_WIDTH, row * CELL_HEIGHT


def blank(width: int, height: int) -> Pixels:
    """A dark picture."""
    picture = np.full((height * 3 // 2, width), NEUTRAL, np.uint8)
    picture[:height] = DARK
    return picture


def hatched(width: int, height: int) -> Pixels:
    """What stands where nothing was recorded."""
    picture = blank(width, height)
    rows, columns = np.indices((height, width))
    picture[:height][(rows + columns) % 24 < 8] = STRIPE
    return picture


def fitted(frame: av.VideoFrame) -> Pixels:
    """``frame`` in a cell, its proportions kept, dark where it does not reach."""
    scale = min(CELL_WIDTH / frame.width, CELL_HEIGHT / frame.height)
    width = max(2, int(frame.width * scale) // 2 * 2)
    height = max(2, int(frame.height * scale) // 2 * 2)
    shaped = frame.reformat(width=width, height=height, format="yuv420p")
    small: Pixels = np.asarray(shaped.to_ndarray(), np.uint8)
    if (width, height) == (CELL_WIDTH, CELL_HEIGHT):
        return small
    cell = blank(CELL_WIDTH, CELL_HEIGHT)
    left = (CELL_WIDTH - width) // 4 * 2
    put(cell, small, left, (CELL_HEIGHT - height) // 4 * 2)
    return cell


def put(onto: Pixels, picture: Pixels, x: int, y: int) -> None:
    """Lay ``picture`` onto a larger one; ``x`` and ``y`` are even."""
    for there, here, half in zip(_planes(onto), _planes(picture), (1, 2, 2), strict=True):
        height, width = here.shape
        there[y // half : y // half + height, x // half : x // half + width] = here


def write(onto: Pixels, letters: Pixels, x: int, y: int, *, strength: float = 1.0) -> None:
    """White ``letters`` over a picture, as far as they reach into it."""
    luma = _planes(onto)[0]
    height = max(0, min(letters.shape[0], luma.shape[0] - y))
    width = max(0, min(letters.shape[1], luma.shape[1] - x))
    ground = luma[y : y + height, x : x + width].astype(np.float32)
    share = letters[:height, :width].astype(np.float32) * (strength / 255)
    luma[y : y + height, x : x + width] = (ground + (235 - ground) * share).astype(np.uint8)


def _planes(picture: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    quarter = height // 4
    first, second = picture[height : height + quarter], picture[height + quarter :]
    shape = (height // 2, width // 2)
    return picture[:height], first.reshape(shape), second.reshape(shape)


def wandering(at_ms: int, room: tuple[int, int]) -> tuple[int, int]:
    """Where the watermark stands: it crosses ``room`` (width, height) slowly and never jumps."""
    seconds = at_ms / 1000
    across = 1 - abs((seconds / 61) % 2 - 1)
    down = 1 - abs((seconds / 37) % 2 - 1)
    return int(across * max(0, room[0])), int(down * max(0, room[1]))


class Mix:
    """Sounds laid over each other at absolute samples, taken out in order."""

    def __init__(self) -> None:
        self._from = 0
        self._sum = np.zeros(RATE * 4, np.int32)

    def add(self, at_sample: int, sound: Samples) -> None:
        """``at_sample`` counts from the session's beginning; what was taken already is too late."""
        offset = at_sample - self._from
        if offset < 0:
            sound, offset = sound[-offset:], 0
        if offset + len(sound) > len(self._sum):
            more = offset + len(sound) - len(self._sum) + RATE
            self._sum = np.concatenate([self._sum, np.zeros(more, np.int32)])
        self._sum[offset : offset + len(sound)] += sound

    def take(self, count: int) -> Samples:
        """The next ``count`` samples."""
        if count > len(self._sum):
            self._sum = np.concatenate([self._sum, np.zeros(count - len(self._sum), np.int32)])
        taken = np.clip(self._sum[:count], -32768, 32767).astype(np.int16)
        self._sum = np.concatenate([self._sum[count:], np.zeros(count, np.int32)])
        self._from += count
        return taken


def covered(spans: Sequence[tuple[int, int]], at_ms: float) -> bool:
    """Whether one of ``spans`` (start, end in ms) holds the moment."""
    return any(start <= at_ms < end for start, end in spans)
