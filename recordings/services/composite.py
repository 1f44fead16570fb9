"""All streams side by side in one MP4 with the sound of everybody: decoded, mixed, encoded anew.

The one thing here that costs CPU (about a second per three recorded); it runs on demand, at low
priority. The name of whoever asked for it and when is drawn into every picture.
"""

import bisect
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import av
import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from ajj.documents.render import fonts, printable
from ajj.kernel.errors import DomainError, NotFound
from recordings import canvas, selectors
from recordings.models import Export, Segment, Stream, StreamKind
from recordings.services.remux import timeline_of

Tell = Callable[[float], None]
FPS = 15
SECOND_MS = 1000
LOOK_AHEAD_MS = 400
STRENGTH = 0.4
WORDS = {
    StreamKind.CAMERA.value: "",
    StreamKind.SCREEN.value: "layar",
    StreamKind.SECOND_CAMERA.value: "kamera kedua",
}


def make_composite(export: Export, folder: Path, tell: Tell) -> tuple[Path, str, str]:
    """The file, its name and mime; as a maker of exports. ``NotFound`` (``nothing_recorded``)."""
    session = export.session
    asesi = session.jadwal.permohonan.asesi_id
    streams = [s for s in session.streams.select_related("owner") if s.segments.exists()]
    if not streams:
        raise NotFound(_("Sesi ini belum mempunyai rekaman."), code="nothing_recorded")
    streams.sort(key=lambda s: (s.owner_id != asesi, s.kind != StreamKind.CAMERA, s.pk))
    mark = f"{export.requested_by.name} · {_moment(export)}"
    path = folder / f"berdampingan-{str(session.pk)[:8]}.mp4"
    picture = _Picture([_label(stream) for stream in streams], mark)
    mix = canvas.Mix()
    sources = [_Source(timeline_of(stream), mix) for stream in streams]
    length_ms = max(selectors.duration_ms(session), *(source.end_ms for source in sources))
    with _Film(path, picture.grid) as film:
        for start_ms in range(0, length_ms, SECOND_MS):
            for source in sources:
                source.read(start_ms + SECOND_MS + LOOK_AHEAD_MS)
            for number in range(FPS):
                at_ms = start_ms + number * SECOND_MS // FPS
                film.show(picture.at(at_ms, [source.picture(at_ms) for source in sources]))
            film.sound(mix.take(canvas.RATE))
            tell(start_ms / length_ms)
    return path, path.name, "video/mp4"


def _moment(export: Export) -> str:
    local = export.created_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{local:%d-%m-%Y %H.%M} {local.tzname()}"


def _label(stream: Stream) -> str:
    words = WORDS[stream.kind]
    return f"{stream.owner.name}, {words}" if words else stream.owner.name


class _Source:
    """One stream, decoded as far as it is needed: pictures wait here, sound goes into the mix."""

    def __init__(self, segments: list[Segment], mix: canvas.Mix) -> None:
        self._mix = mix
        self._starts = [segment.start_ms for segment in segments]
        self._ends = [segment.end_ms for segment in segments]
        self._silent = [segment.mime.startswith("audio/") for segment in segments]
        self._items = self._decoded(segments)
        self._next: tuple[float, Any] | None = None
        self._waiting: deque[tuple[float, av.VideoFrame]] = deque()
        self._shown: canvas.Pixels | None = None
        self.end_ms = max(self._ends, default=0)

    def read(self, until_ms: int) -> None:
        """Decode everything before ``until_ms``."""
        while True:
            item = self._next or next(self._items, None)
            self._next = item
            if item is None or item[0] >= until_ms:
                return
            self._next = None
            at_ms, frame = item
            if isinstance(frame, av.VideoFrame):
                self._waiting.append((at_ms, frame))
            else:
                sound = frame.to_ndarray().reshape(-1)
                self._mix.add(round(at_ms * canvas.RATE / 1000), sound)

    def picture(self, at_ms: int) -> canvas.Pixels | None:
        """What stood there at ``at_ms``; None where no picture was recorded."""
        newest: av.VideoFrame | None = None
        while self._waiting and self._waiting[0][0] <= at_ms:
            newest = self._waiting.popleft()[1]
        if newest is not None:
            self._shown = canvas.fitted(newest)
        place = bisect.bisect_right(self._starts, at_ms) - 1
        if place < 0 or at_ms >= self._ends[place] or self._silent[place]:
            return None
        return self._shown

    def _decoded(self, segments: list[Segment]) -> Iterator[tuple[float, Any]]:
        for segment in segments:
            try:
                with selectors.open_segment(segment) as file, av.open(file) as source:
                    yield from _frames(source)
            except (av.FFmpegError, FileNotFoundError, DomainError):
                # A torn or destroyed piece is a hole in the picture, not the end of the file.
                continue


def _frames(source: Any) -> Iterator[tuple[float, Any]]:
    """Pictures, and sound as mono at 48 kHz, each with its moment in session ms."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=canvas.RATE)
    for packet in source.demux():
        if packet.pts is None:
            continue
        at_ms = float(packet.pts * packet.time_base) * 1000
        for frame in packet.decode():
            if isinstance(frame, av.VideoFrame):
                yield at_ms, frame
            elif isinstance(frame, av.AudioFrame):
                for part in resampler.resample(frame):
                    yield at_ms, part
                    at_ms += part.samples * 1000 / canvas.RATE


class _Picture:
    """The whole picture at a moment: cells, names, the session's clock and the watermark."""

    def __init__(self, labels: list[str], mark: str) -> None:
        self.grid = canvas.Grid(len(labels))
        self._labels = [self._letters(label, 15) for label in labels]
        self._mark = self._letters(mark, 17)
        self._missing = canvas.hatched(canvas.CELL_WIDTH, canvas.CELL_HEIGHT)
        words = self._letters(_("tidak ada gambar"), 17)
        centre = (canvas.CELL_WIDTH - words.shape[1]) // 2
        canvas.write(self._missing, words, centre, canvas.CELL_HEIGHT // 2 - 12)
        self._digits = {sign: self._letters(sign, 15) for sign in "0123456789."}

    @staticmethod
    def _letters(words: str, size: int) -> canvas.Pixels:
        return canvas.lettering(printable(words), size=size, fonts=fonts())

    def at(self, at_ms: int, cells: list[canvas.Pixels | None]) -> canvas.Pixels:
        """The picture at session ms ``at_ms``."""
        whole = canvas.blank(self.grid.width, self.grid.height)
        for number, cell in enumerate(cells):
            x, y = self.grid.corner(number)
            canvas.put(whole, self._missing if cell is None else cell, x, y)
            canvas.write(whole, self._labels[number], x + 8, y + canvas.CELL_HEIGHT - 28)
        self._clock(whole, at_ms)
        room = (self.grid.width - self._mark.shape[1], self.grid.height - self._mark.shape[0])
        x, y = canvas.wandering(at_ms, room)
        canvas.write(whole, self._mark, x, y, strength=STRENGTH)
        return whole

    def _clock(self, whole: canvas.Pixels, at_ms: int) -> None:
        seconds = at_ms // 1000
        x = 8
        for sign in f"{seconds // 3600:02d}.{seconds // 60 % 60:02d}.{seconds % 60:02d}":
            canvas.write(whole, self._digits[sign], x, 6)
            x += self._digits[sign].shape[1] - 6


class _Film:
    """The MP4 under way: H.264 and AAC, which every player knows."""

    def __init__(self, path: Path, grid: canvas.Grid) -> None:
        self._out = av.open(str(path), "w", format="mp4", options={"movflags": "faststart"})
        self._video = self._out.add_stream("libx264", rate=FPS)
        self._video.width, self._video.height = grid.width, grid.height
        self._video.pix_fmt = "yuv420p"
        self._video.options = {"preset": "veryfast", "crf": "30"}
        self._audio = self._out.add_stream("aac", rate=canvas.RATE)
        self._audio.layout = "mono"
        self._audio.bit_rate = 64_000
        self._shown = self._heard = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            for stream in (self._video, self._audio):
                self._out.mux(stream.encode(None))
        self._out.close()

    def show(self, picture: canvas.Pixels) -> None:
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = self._shown, Fraction(1, FPS)
        self._shown += 1
        self._out.mux(self._video.encode(frame))

    def sound(self, samples: canvas.Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = canvas.RATE
        frame.pts, frame.time_base = self._heard, Fraction(1, canvas.RATE)
        self._heard += len(samples)
        self._out.mux(self._audio.encode(frame))
