"""From a publisher's packets to samples on the session's clock."""

from __future__ import annotations

from collections.abc import Callable

from realtime.media.segments import Segmenter
from realtime.media.timeline import Timeline
from realtime.rtp import rtcp
from realtime.rtp.clock import TrackClock
from realtime.rtp.frames import CLOCK_RATES, Frame, depacketizer
from realtime.rtp.packet import Packet
from realtime.rtp.reorder import Ordered, Reorder
from recordings.container import Sample, Video

_MAX_SHIFT_MS = 2000.0
_MIN_SHIFT_MS = 2.0
_TRACK_GONE_S = 1.0
_SETTLE_S = 0.4
"""So long the first frames of a track are collected before they get a place in time."""


class _Track:
    """Everything between packets and samples for one SSRC and codec."""

    def __init__(self, ssrc: int, codec: str) -> None:
        self.ssrc = ssrc
        self.codec = codec
        self.reorder = Reorder()
        self.frames = depacketizer(codec)
        self.clock = TrackClock(CLOCK_RATES[codec])
        self.first: list[Frame] | None = []


class Recorder:
    """Records one stream. Times are epoch seconds; ``t0_ms`` is the session's start."""

    def __init__(
        self,
        segmenter: Segmenter,
        *,
        target_ms: int,
        request_keyframe: Callable[[float], None],
    ) -> None:
        self._segmenter = segmenter
        self._target_ms = target_ms
        self._request_keyframe = request_keyframe
        self._timeline = Timeline()
        self._tracks: dict[bool, _Track] = {}
        self._sizes: dict[float, Video] = {}
        self._cut_asked_ms = float("-inf")
        self._settle_at: float | None = None
        self._seen_at = {True: float("-inf"), False: float("-inf")}
        self._now = 0.0

    def packet(self, item: Packet, codec: str, now: float) -> None:
        """One packet of either track, in order of arrival."""
        video = codec != "opus"
        self._now = now
        self._seen_at[video] = now
        track = self._tracks.get(video)
        if track is None or (track.ssrc, track.codec) != (item.ssrc, codec):
            if track is not None:
                self.interrupt()
            track = self._tracks[video] = _Track(item.ssrc, codec)
            self._settle_at = now + _SETTLE_S
        completed = [self._ordered(track, o, now) for o in track.reorder.add(item, now)]
        if any(completed):
            self._write(now)

    def report(self, video: bool, report: rtcp.SenderReport) -> None:
        track = self._tracks.get(video)
        if track is not None and track.ssrc == report.ssrc:
            track.clock.sender_report(report.ntp, report.rtp)

    def tick(self, now: float) -> None:
        """Give up on late packets, write what is due, ask for the next cut's keyframe."""
        self._now = now
        for track in list(self._tracks.values()):
            for ordered in track.reorder.expire(now):
                self._ordered(track, ordered, now)
        self._write(now)
        at_ms = now * 1000 - self._segmenter.state.t0_ms
        since = self._segmenter.open_since_ms
        if since is not None and at_ms - since >= self._target_ms - 300:
            self._ask_for_cut(at_ms, now)
        elif self._segmenter.needs_keyframe and now - self._seen_at[True] < _TRACK_GONE_S:
            self._request_keyframe(now)

    def interrupt(self) -> None:
        """End the segment with what has come so far; media after it starts a new one."""
        for track in self._tracks.values():
            for ordered in track.reorder.flush():
                self._ordered(track, ordered, ordered.arrival)
        self._settle(0.0)
        for sample in self._timeline.flush():
            self._add(sample)
        self._segmenter.close()
        for track in self._tracks.values():
            track.frames.damaged = track.codec != "opus"
        self._sizes.clear()

    def stop(self) -> None:
        """The publisher is gone."""
        self.interrupt()
        self._tracks.clear()

    def fail(self) -> None:
        """The disk does not take it: let go of everything, so that a new start is clean."""
        self._segmenter.abandon()
        self._timeline.flush()
        self._tracks.clear()
        self._sizes.clear()

    def _ask_for_cut(self, at_ms: float, now: float) -> None:
        if at_ms - self._cut_asked_ms >= self._target_ms:
            self._cut_asked_ms = at_ms
            self._request_keyframe(now)

    def _ordered(self, track: _Track, ordered: Ordered, now: float) -> bool:
        """Whether the packet completed a frame."""
        frame = track.frames.add(ordered)
        if track.frames.damaged and track.codec != "opus":
            self._request_keyframe(now)
        if frame is None:
            return False
        if track.first is None:
            self._place(track, frame, now)
        else:
            track.first.append(frame)
        return True

    def _settle(self, now: float) -> None:
        """Anchor the clocks by the frames collected so far, and let them through."""
        self._settle_at = None
        t0_ms = self._segmenter.state.t0_ms
        for track in self._tracks.values():
            frames, track.first = track.first, None
            if not frames:
                continue
            track.clock.settle([(f.timestamp, f.arrival * 1000 - t0_ms) for f in frames])
            for frame in frames:
                self._place(track, frame, now)

    def _place(self, track: _Track, frame: Frame, now: float) -> None:
        t0_ms = self._segmenter.state.t0_ms
        at_ms, anchored = track.clock.place(frame.timestamp, frame.arrival * 1000 - t0_ms)
        if anchored:
            for sample in self._timeline.flush():
                self._add(sample)
            self._segmenter.close()
            if not frame.keyframe:
                track.frames.damaged = True
                return
        if at_ms < 0:
            return
        self._timeline.add(self._sample(frame, at_ms), now)

    def _sample(self, frame: Frame, at_ms: float) -> Sample:
        video = frame.codec != "opus"
        if video and frame.keyframe:
            self._sizes[at_ms] = Video(frame.codec, frame.width, frame.height, frame.sps, frame.pps)
        return Sample(video, at_ms, frame.data, frame.keyframe, frame.samples / 48)

    def _write(self, now: float) -> None:
        if self._settle_at is not None:
            if now < self._settle_at:
                return
            self._settle(now)
        for sample in self._timeline.ready(now):
            self._add(sample)

    def _add(self, sample: Sample) -> None:
        video = self._sizes.pop(sample.at_ms, None) if sample.video else None
        index = self._segmenter.state.next_index
        self._segmenter.audio_active = self._now - self._seen_at[False] < _TRACK_GONE_S
        self._segmenter.add(sample, video)
        if self._segmenter.state.next_index != index:
            self._align()

    def _align(self) -> None:
        """At a cut, put the sound where the sender's reports say it belongs beside the picture."""
        video, audio = self._tracks.get(True), self._tracks.get(False)
        if video is None or audio is None:
            return
        ahead, behind = audio.clock.offset_ms, video.clock.offset_ms
        if ahead is None or behind is None:
            return
        shift = ahead - behind
        if _MIN_SHIFT_MS < abs(shift) < _MAX_SHIFT_MS:
            audio.clock.shift(shift)
