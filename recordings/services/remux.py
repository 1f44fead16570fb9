"""One stream as one seekable file: segments behind each other on the session clock, not decoded.

A second of the file is a second of the session: what was not recorded stays a hole in time, and
pieces from a device's backup stand where they belong.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import av
from django.utils.translation import gettext as _

from ajj.kernel.errors import NotFound
from recordings import selectors
from recordings.models import Export, Segment, Stream

Tell = Callable[[float], None]
OPTIONS = {
    # Where the index stands in front, a browser needs one request less to find its place.
    "webm": {"cues_to_front": "1"},
    "mp4": {"movflags": "faststart"},
}
MIMES = {"webm": "video/webm", "mp4": "video/mp4"}


def make_stream(export: Export, folder: Path, tell: Tell) -> tuple[Path, str, str]:
    """The file, its name and mime of one stream's export; as a maker of exports.

    A stream that changed between WebM and MP4, or its H.264 picture, needs several files: a zip.
    Raises ``NotFound`` (``nothing_recorded``).
    """
    stream = export.stream
    segments = [] if stream is None else timeline_of(stream)
    if stream is None or not segments:
        raise NotFound(_("Sumber ini belum mempunyai rekaman."), code="nothing_recorded")
    base = f"{stream.kind}-{_plain(stream.owner.name)}-{str(export.session_id)[:8]}"
    parts = list(_alike(segments))
    files: list[Path] = []
    done = 0
    for number, (suffix, part) in enumerate(parts, 1):
        path = folder / (f"{base}.{suffix}" if len(parts) == 1 else f"{base}-{number}.{suffix}")
        done = _join(part, path, suffix, lambda n: tell(n / len(segments)), done)
        files.append(path)
    if len(files) == 1:
        return files[0], files[0].name, MIMES[parts[0][0]]
    packed = folder / f"{base}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            archive.write(path, path.name)
    return packed, packed.name, "application/zip"


def timeline_of(stream: Stream) -> list[Segment]:
    """Every piece of the stream, whatever its source, in order of time."""
    return sorted(
        stream.segments.select_related("stream__owner"), key=lambda s: (s.start_ms, s.index)
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "tanpa-nama"


def _alike(segments: Sequence[Segment]) -> Iterable[tuple[str, list[Segment]]]:
    """Runs of segments that one file can hold."""
    run: list[Segment] = []
    before: tuple[str, bytes] | None = None
    for segment in segments:
        suffix = "mp4" if "/mp4" in segment.mime else "webm"
        configuration = _configuration(segment) if suffix == "mp4" else b""
        if before is not None and before != (suffix, configuration):
            yield before[0], run
            run = []
        before = (suffix, configuration)
        run.append(segment)
    if before is not None:
        yield before[0], run


def _configuration(segment: Segment) -> bytes:
    with selectors.open_segment(segment) as file, av.open(file) as source:
        return bytes(source.streams.video[0].codec_context.extradata or b"")


class _Out:
    """The file under way: its tracks are those of the first segments that have them."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.container = av.open(str(path), "w", format=suffix, options=OPTIONS[suffix])
        self._tracks: dict[str, Any] = {}
        self._last: dict[str, float] = {}

    def learn(self, segments: Sequence[Segment]) -> None:
        """Find a pattern for sound and picture before the first packet: no track comes later."""
        wanted = {"audio"} if all("audio/" in s.mime for s in segments) else {"audio", "video"}
        for segment in segments:
            with selectors.open_segment(segment) as file, av.open(file) as source:
                for stream in (*source.streams.video, *source.streams.audio):
                    if stream.type not in self._tracks:
                        track = self.container.add_stream_from_template(stream)
                        self._tracks[stream.type] = track
            if wanted <= self._tracks.keys():
                return

    def take(self, source: Any) -> None:
        """Every packet of a segment, at the moment it has; what would step back is left out."""
        for packet in source.demux():
            track = self._tracks.get(packet.stream.type)
            if packet.dts is None or packet.pts is None or track is None:
                continue
            at = float(packet.dts * packet.time_base)
            if at <= self._last.get(packet.stream.type, -1.0):
                continue
            self._last[packet.stream.type] = at
            packet.stream = track
            self.container.mux(packet)


def _join(segments: Sequence[Segment], path: Path, suffix: str, tell: Tell, done: int) -> int:
    out = _Out(path, suffix)
    with out.container:
        out.learn(segments)
        for segment in segments:
            with selectors.open_segment(segment) as file, av.open(file) as source:
                out.take(source)
            done += 1
            tell(done)
    return done
