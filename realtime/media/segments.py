"""Where one segment ends and the next begins; segments of a stream into the spool."""

from __future__ import annotations

from dataclasses import replace

from realtime.media.spool import Part, Spool, StreamState, segment_sidecar
from recordings.container import Audio, Sample, Video, Writer
from recordings.fmp4 import Fmp4Writer
from recordings.webm import WebmWriter

GAP_MS = 500
"""A hole of this length between two segments is written down as a gap."""
_PATIENCE_MS = 1500
"""How long a segment waits for its first keyframe before it starts with sound alone."""
_VIDEO_GONE_MS = 1000


class Segmenter:
    """Cuts one stream. Samples come in order of time; each video keyframe with its ``Video``.

    A segment starts on a keyframe when there is video. Two segments touch: the cut is the end
    of one and the start of the next. ``state`` follows what is in the spool.
    """

    def __init__(self, spool: Spool, state: StreamState, target_ms: int) -> None:
        self._spool = spool
        self.state = state
        self._target_ms = target_ms
        self.expects_video = False
        self.audio_active = False
        self.gap_cause = "network"
        self._part: Part | None = None
        self._writer: Writer | None = None
        self._with_video = False
        self._audio_inside = False
        self._parameters: tuple[bytes, bytes] = (b"", b"")
        self._start_ms = 0.0
        self._end_ms = 0.0
        self._last_video_ms: float | None = None
        self._video_step_ms = 0.0
        self._held: list[Sample] = []

    @property
    def open_since_ms(self) -> float | None:
        """Start of the open segment if it has video, else None."""
        return self._start_ms if self._part is not None and self._with_video else None

    @property
    def needs_keyframe(self) -> bool:
        """Whether what comes in does not fit the open segment until the next cut."""
        open_with_video = self._part is not None and self._with_video
        if open_with_video and self.audio_active and not self._audio_inside:
            return True
        return self.expects_video and not open_with_video

    @property
    def recorded_until_ms(self) -> int | None:
        return round(self._end_ms) if self._part is not None else self.state.last_end_ms

    def add(self, sample: Sample, video: Video | None = None) -> None:
        last = self.state.last_end_ms
        if self._part is None and last is not None and sample.at_ms < last:
            # The clock was set back by a little; what is stored already stays as it is.
            return
        if sample.video:
            self._add_video(sample, video)
        else:
            self._add_audio(sample)

    def close(self) -> None:
        """End the open segment where its media ends."""
        if self._part is None and self._held and not self._with_video:
            self._open(self._held[0].at_ms, None)
        if self._part is not None:
            self._finish(max(self._end_ms, self._start_ms + 1))
        self._held = []
        self._last_video_ms = None

    def abandon(self) -> None:
        """Give the open segment up where it is; a restart of the process may salvage it."""
        if self._part is not None:
            self._part.release()
        self._part = self._writer = None
        self._held = []
        self._last_video_ms = None
        self.gap_cause = "disk"

    def _add_video(self, sample: Sample, video: Video | None) -> None:
        if sample.keyframe and video is not None:
            if self._part is None:
                start = min([sample.at_ms, *(s.at_ms for s in self._held[:1])])
                self._open(start, video)
            elif self._wants_cut(sample, video):
                self._finish(sample.at_ms)
                self._open(sample.at_ms, video)
        if self._part is None or not self._with_video:
            return
        if self._last_video_ms is not None and sample.at_ms > self._last_video_ms:
            self._video_step_ms = min(sample.at_ms - self._last_video_ms, 200.0)
        self._last_video_ms = sample.at_ms
        self._write(sample, sample.at_ms + self._video_step_ms)

    def _wants_cut(self, sample: Sample, video: Video) -> bool:
        age = sample.at_ms - self._start_ms
        return (
            not self._with_video
            or (video.sps, video.pps) != self._parameters
            or self.audio_active != self._audio_inside
            or age >= self._target_ms / 2
        )

    def _add_audio(self, sample: Sample) -> None:
        if self._part is None:
            self._held.append(sample)
            waited = sample.at_ms - self._held[0].at_ms
            if not self.expects_video or waited >= _PATIENCE_MS:
                self._open(self._held[0].at_ms, None)
            return
        age = sample.at_ms - self._start_ms
        if age >= self._target_ms and (not self._with_video or self._video_gone(sample)):
            self._finish(sample.at_ms)
            self._open(sample.at_ms, None)
        if self._audio_inside:
            self._write(sample, sample.at_ms + sample.duration_ms)

    def _video_gone(self, sample: Sample) -> bool:
        last = self._last_video_ms
        return last is None or sample.at_ms - last > _VIDEO_GONE_MS

    def _open(self, start_ms: float, video: Video | None) -> None:
        audio = Audio() if self.audio_active or video is None else None
        self._journal_gap(start_ms)
        writer: Writer
        if video is not None and video.codec == "h264":
            writer = Fmp4Writer(start_ms, video, audio)
        else:
            writer = WebmWriter(start_ms, video, audio)
        self._writer, self._with_video = writer, video is not None
        self._audio_inside = audio is not None
        self._parameters = (video.sps, video.pps) if video else (b"", b"")
        self._start_ms = self._end_ms = start_ms
        if video is None:
            self._last_video_ms = None
        state = self.state
        self._part = self._spool.begin(state.session, state.stream, state.next_index, writer.suffix)
        self._part.append(writer.header())
        self.state = replace(state, next_index=state.next_index + 1)
        self._spool.save(self.state)
        held, self._held = self._held, []
        for sample in held:
            if sample.at_ms >= start_ms:
                self._write(sample, sample.at_ms + sample.duration_ms)

    def _write(self, sample: Sample, end_ms: float) -> None:
        if self._part is None or self._writer is None:
            return
        self._part.append(self._writer.add(sample))
        self._end_ms = max(self._end_ms, end_ms)

    def _finish(self, end_ms: float) -> None:
        part, writer = self._part, self._writer
        if part is None or writer is None:
            return
        self._part = self._writer = None
        end = max(round(end_ms), round(self._start_ms) + 1)
        index = self.state.next_index - 1
        sidecar = segment_sidecar(
            self.state,
            index=index,
            start_ms=round(self._start_ms),
            end_ms=end,
            mime=writer.mime,
            codecs=writer.codecs,
        )
        self._spool.complete(part, writer.finish(end_ms), sidecar)
        self.state = replace(self.state, last_end_ms=end)
        self._spool.save(self.state)

    def _journal_gap(self, start_ms: float) -> None:
        last = self.state.last_end_ms
        if last is not None and start_ms - last >= GAP_MS:
            self._spool.journal(
                "gap",
                session=self.state.session,
                stream=self.state.stream,
                start_ms=last,
                end_ms=round(start_ms),
                cause=self.gap_cause,
            )
        self.gap_cause = "network"
