"""Where one segment ends and the next begins; segments of a stream into the spool."""

from __future__ import annotations

from dataclasses import replace

from realtime.media.part import Part
from realtime.media.spool import Spool, StreamState, segment_sidecar
from recordings.container import Audio, Sample, Video, Writer
from recordings.fmp4 import Fmp4Writer
from recordings.webm import WebmWriter

GAP_MS = 500
"""A hole of this length between two segments is written down as a gap."""
_PATIENCE_MS = 1200
"""How long a segment waits for its first keyframe before it starts with sound alone."""
_VIDEO_GONE_MS, _STILLS_GONE_MS = 1000, 12_000
"""Pictures stay out for so long: gone. Stills come every few seconds, and one may be late."""
_STILLS_STEPS = 2.5
_UNWRITTEN_MS = 1400
"""What is older than this and still in memory goes to the disk even if no more media comes."""


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
        self._video_step_ms = self._cadence_ms = 0.0
        self._held: list[Sample] = []
        self._unwritten_ms: float | None = None
        self._written_ms: float | None = None
        self._unseen: tuple[float, float] | None = None

    @property
    def open_since_ms(self) -> float | None:
        """Start of the open segment if it has video, else None."""
        return self._start_ms if self._part is not None and self._with_video else None

    @property
    def needs_keyframe(self) -> bool:
        """Whether what comes in does not fit the open segment until the next cut."""
        if not self._spool.disk.video:
            return False
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
        if not self._spool.disk.opens:
            self._let_go()
        elif not sample.video:
            self._add_audio(sample)
        elif self._spool.disk.video:
            self._add_video(sample, video)
        else:
            self._leave_out(sample)

    def flush(self, now_ms: float) -> None:
        """Write what has waited for too long; ``now_ms`` is session time. Often called."""
        if self._part is None or self._writer is None or self._unwritten_ms is None:
            return
        if now_ms - self._unwritten_ms >= _UNWRITTEN_MS:
            self._append(self._part, self._writer.flush(), self._end_ms)

    def close(self) -> None:
        """End the open segment where its media ends."""
        if self._part is None and self._held and self._spool.disk.opens:
            self._open(self._held[0].at_ms, None)
        if self._part is not None:
            self._finish(max(self._end_ms, self._start_ms + 1))
        self._note_unseen()
        self._unseen = None
        self._held = []
        self._last_video_ms = None

    def abandon(self) -> None:
        """The disk took no more: what it has of the open segment is finished later."""
        part, self._part, self._writer = self._part, None, None
        if part is not None and self._written_ms is not None:
            self._spool.rescue(part, self.state)
            self.state = replace(self.state, last_end_ms=round(self._written_ms))
        elif part is not None:
            self._spool.drop(part)
            self.state = replace(self.state, next_index=self.state.next_index - 1)
        self._held = []
        self._last_video_ms = None
        self.gap_cause = "storage"

    def stalled(self, video: bool, at_ms: float, behind_ms: float) -> None:
        """A track whose media time fell behind while packets flowed goes on from ``at_ms``."""
        self._journal_span(
            at_ms - behind_ms, at_ms, "stalled",
            event="stalled", media="video" if video else "audio",
        )  # fmt: skip
        self.gap_cause = "stalled"

    def _let_go(self) -> None:
        """No room even for sound."""
        if self._part is not None:
            self.close()
        self._held = []
        self.gap_cause = "storage"

    def _leave_out(self, sample: Sample) -> None:
        """No room for pictures: sound goes on in a segment of its own."""
        if self._part is not None and self._with_video:
            self._finish(sample.at_ms)
        since = self._unseen[0] if self._unseen is not None else sample.at_ms
        self._unseen = (since, sample.at_ms)
        if not self.audio_active:
            self.gap_cause = "storage"

    def _note_unseen(self, until_ms: float | None = None) -> None:
        """Journal the span without pictures so far; a crash leaves at most a segment's untold."""
        if self._unseen is None:
            return
        start, last = self._unseen
        end = last if until_ms is None else max(last, until_ms)
        if end - start >= GAP_MS:
            self._journal_span(start, end, "storage", media="video")
            self._unseen = (end, end)

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
            self._cadence_ms = sample.at_ms - self._last_video_ms
            self._video_step_ms = min(self._cadence_ms, 200.0)
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
            expects = self.expects_video and self._spool.disk.video
            if not expects or waited >= _PATIENCE_MS:
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
        patience = min(max(_VIDEO_GONE_MS, _STILLS_STEPS * self._cadence_ms), _STILLS_GONE_MS)
        return last is None or sample.at_ms - last > patience

    def _open(self, start_ms: float, video: Video | None) -> None:
        audio = Audio() if self.audio_active or video is None else None
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
        self._unwritten_ms = self._written_ms = None
        part = self._spool.begin(state.session, state.stream, state.next_index, writer.suffix)
        self._part, self.state = part, replace(state, next_index=state.next_index + 1)
        part.append(writer.header())
        self._spool.save(self.state)
        self._journal_gap(start_ms)
        if video is not None:
            self._note_unseen(start_ms)
            self._unseen = None
        held, self._held = self._held, []
        for sample in held:
            if sample.at_ms >= start_ms:
                self._write(sample, sample.at_ms + sample.duration_ms)

    def _write(self, sample: Sample, end_ms: float) -> None:
        if self._part is None or self._writer is None:
            return
        before = self._end_ms
        self._append(self._part, self._writer.add(sample), before)
        if self._unwritten_ms is None:
            self._unwritten_ms = sample.at_ms
        self._end_ms = max(before, end_ms)

    def _append(self, part: Part, data: bytes, end_ms: float) -> None:
        """``end_ms`` is where the media in ``data`` ends."""
        if data:
            part.append(data)
            self._unwritten_ms, self._written_ms = None, end_ms

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
        self._note_unseen(end_ms)

    def _journal_gap(self, start_ms: float) -> None:
        last = self.state.last_end_ms
        if last is not None and start_ms - last >= GAP_MS:
            self._journal_span(last, start_ms, self.gap_cause)
        self.gap_cause = "network"

    def _journal_span(
        self, start_ms: float, end_ms: float, cause: str, *, event: str = "gap", **more: object
    ) -> None:
        self._spool.journal(
            event,
            session=self.state.session,
            stream=self.state.stream,
            start_ms=round(start_ms),
            end_ms=round(end_ms),
            cause=cause,
            **more,
        )
