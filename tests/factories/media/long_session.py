"""A recording of any length in seconds of CPU, as the media process would have left it.

``write_session`` fills a spool with the product's own segmenter and writers: VP8 (320x240, 15/s)
and Opus of every source, encoded once and repeated with absolute session time, sidecars, journal.
``Ingest(spool_dir, …)`` takes it in like anything recorded. Two hours of two people are 1,440
segments, 120 MB, 12 s of CPU. Use it where a long session has to be played, sealed or exported::

    stream = ensure_stream(session.pk, owner_id=asesi.pk, kind="camera")
    sources = [Source(stream.pk, str(asesi.pk)), …]
    write_session(spool, str(session.pk), sources, t0_ms=epoch_ms(session.opened_at))

By hand: ``python -m tests.factories.media.long_session FOLDER [MINUTES]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from realtime.media.segments import Segmenter
from realtime.media.spool import Spool, StreamState
from recordings.container import Sample, Video
from tests.factories.media import encode

TWO_HOURS_MS = 7_200_000
LOOP_MS = 10_000
FPS = 15
WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True)
class Source:
    """One stream. In ``gaps`` (session ms, multiples of 10,000) its owner's network was away."""

    stream: str
    owner: str
    kind: str = "camera"
    gaps: tuple[tuple[int, int], ...] = ()


def write_session(
    spool_dir: Path,
    session: str,
    sources: Sequence[Source],
    *,
    t0_ms: int,
    duration_ms: int = TWO_HOURS_MS,
) -> int:
    """Everybody publishes from 0 to ``duration_ms`` (a multiple of 10,000); returns segments.

    No two streams hold the same bytes. The journal's wall times are those of the session.
    """
    at_ms = 0
    spool = Spool(spool_dir, now=lambda: (t0_ms + at_ms) / 1000)
    spool.journal("media.started", boot=spool.boot_id)
    recordings = [
        _Recording(spool, session, source, number, t0_ms) for number, source in enumerate(sources)
    ]
    for at_ms in range(0, duration_ms, LOOP_MS):
        for recording in recordings:
            recording.loop(at_ms)
        spool.settle()
    at_ms = duration_ms
    for recording in recordings:
        recording.leave(at_ms, "ended")
    spool.journal("media.stopped", boot=spool.boot_id)
    spool.close()
    return sum(recording.segmenter.state.next_index for recording in recordings)


class _Recording:
    def __init__(self, spool: Spool, session: str, source: Source, number: int, t0_ms: int) -> None:
        self._spool, self._source = spool, source
        state = StreamState(session, source.stream, source.owner, source.kind, t0_ms)
        self.segmenter = Segmenter(spool, state, LOOP_MS)
        self.segmenter.expects_video = self.segmenter.audio_active = True
        self._present = False
        seconds = LOOP_MS / 1000
        # Another bit rate is another stream: nothing can be swapped unseen.
        self._loop = list(
            encode.interleaved(
                encode.video(
                    "vp8", seconds=seconds, fps=FPS, width=WIDTH, height=HEIGHT,
                    gop=FPS * LOOP_MS, bit_rate=90_000 + 9_000 * number,
                ),
                encode.audio(seconds=seconds, bit_rate=24_000 + 2_000 * number),
            )
        )  # fmt: skip

    def loop(self, at_ms: int) -> None:
        """Record ten seconds from ``at_ms`` on, or be away."""
        if any(start <= at_ms < end for start, end in self._source.gaps):
            if self._present:
                self.leave(at_ms, "network")
            return
        if not self._present:
            self._present = True
            self._journal("stream.started", at_ms, t0_ms=self.segmenter.state.t0_ms,
                          codecs=["vp8", "opus"])  # fmt: skip
        for sample in self._samples(at_ms):
            first = sample.video and sample.keyframe
            self.segmenter.add(sample, Video("vp8", WIDTH, HEIGHT) if first else None)

    def leave(self, at_ms: int, reason: str) -> None:
        if not self._present:
            return
        self._present = False
        self.segmenter.close()
        self.segmenter.gap_cause = "network"
        self.segmenter.state = replace(self.segmenter.state, live=False, ended_by="network")
        self._spool.save(self.segmenter.state)
        self._journal("stream.stopped", at_ms, reason=reason)

    def _samples(self, at_ms: int) -> Iterator[Sample]:
        for item in self._loop:
            yield Sample(
                item.video, at_ms + item.at_ms, item.data, item.keyframe,
                0.0 if item.video else 20.0,
            )  # fmt: skip

    def _journal(self, event: str, at_ms: int, **fields: object) -> None:
        state = self.segmenter.state
        self._spool.journal(
            event, session=state.session, stream=state.stream, owner=state.owner,
            kind=state.kind, at_ms=at_ms, **fields,
        )  # fmt: skip


def main(folder: str, minutes: str = "120") -> None:
    began, spent = time.monotonic(), time.process_time()
    people = [Source("s-asesi", "1"), Source("s-asesor", "2")]
    count = write_session(
        Path(folder), "long-session", people,
        t0_ms=int(time.time() * 1000) - TWO_HOURS_MS, duration_ms=int(minutes) * 60_000,
    )  # fmt: skip
    cpu, wall = time.process_time() - spent, time.monotonic() - began
    print(f"{minutes} min, {len(people)} people: {count} segments, {cpu:.1f} s CPU, {wall:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
