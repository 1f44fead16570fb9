"""From a publisher's packets to samples on the session's clock."""

from __future__ import annotations

from collections.abc import Callable

from realtime.media.segments import GAP_MS, Segmenter
from realtime.media.timeline import PATIENCE_S, Timeline
from realtime.rtp import rtcp
from realtime.rtp.clock import TrackClock
from realtime.rtp.frames import CLOCK_RATES, Frame, depacketizer
from realtime.rtp.packet import Packet
from realtime.rtp.reorder import Ordered, Reorder
from recordings.container import Sample, Video

_MAX_SHIFT_MS = 2000.0
_MIN_SHIFT_MS = 2.0
_TRACK_GONE_S = 1.0
_AHEAD_MS = 300
"""So long before a cut its keyframe is asked for: a round trip and an encoder's frame."""
_SETTLE_S = 0.4
"""So long the first frames of a track are collected before they get a place in time."""
_HOLD_S, _LONGEST_HOLD_S = 0.6, 2.5
"""So long a hole waits to be filled: nobody watches a recording live, and on a bad line some
repairs need a third request. On a slow line as long as repairs take, and a bit."""
_ASK_S, _LONGEST_ASK_S = 0.5, 4.0
"""Between two requests for the same keyframe: doubled each time, for a link that bears little."""


class _Asking:
    """Requests for a keyframe, ever rarer until one comes."""

    def __init__(self, request: Callable[[float], None]) -> None:
        self._request = request
        self._next, self._wait = float("-inf"), _ASK_S

    def ask(self, now: float) -> None:
        if now >= self._next:
            self._next = now + self._wait
            self._wait = min(self._wait * 2, _LONGEST_ASK_S)
            self._request(now)

    def answered(self, now: float) -> None:
        self._next, self._wait = now + _ASK_S, _ASK_S


class _Track:
    """Everything between packets and samples for one SSRC and codec."""

    def __init__(self, ssrc: int, codec: str) -> None:
        self.ssrc = ssrc
        self.codec = codec
        self.reorder = Reorder()
        self.frames = depacketizer(codec)
        self.clock = TrackClock(CLOCK_RATES[codec])
        self.first: list[Frame] | None = []
        self.holed = False


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
        self._keyframe = _Asking(request_keyframe)
        self._timeline = Timeline()
        self._tracks: dict[bool, _Track] = {}
        self._sizes: dict[float, Video] = {}
        self._placed_ms = float("-inf")
        self._settle_at: float | None = None
        self._seen_at = {True: float("-inf"), False: float("-inf")}
        self._now = 0.0
        self._hold_s = _HOLD_S
        self.height = 0
        """Of the last keyframe, pixels; 0 before the first."""

    def packet(self, item: Packet, codec: str, now: float) -> None:
        """One packet of either track, in order of arrival. What it completes waits for ``tick``."""
        video = codec != "opus"
        self._now = now
        self._seen_at[video] = now
        track = self._tracks.get(video)
        if track is None or (track.ssrc, track.codec) != (item.ssrc, codec):
            if track is not None:
                self.interrupt()
            track = self._tracks[video] = _Track(item.ssrc, codec)
            track.reorder.hold = self._hold_s
            self._settle_at = now + _SETTLE_S
        if track.reorder.passes(item.sequence):
            self._ordered(track, Ordered(item, now, lost=False), now)
        else:
            for ordered in track.reorder.add(item, now):
                self._ordered(track, ordered, now)

    def repaired_in(self, seconds: float) -> None:
        """How long a lost packet takes to come after all; 0 while none has."""
        self._hold_s = min(_LONGEST_HOLD_S, max(_HOLD_S, seconds * 1.3 + 0.1 if seconds else 0.0))
        for track in self._tracks.values():
            track.reorder.hold = self._hold_s

    def ago_ms(self, video: bool, now: float) -> int | None:
        """Since the last packet of a track; None before the first one."""
        seen = self._seen_at[video]
        return round((now - seen) * 1000) if seen > 0 else None

    @property
    def behind_ms(self) -> int:
        """By how much the media time of the slower track lies behind the wall clock."""
        return round(max((track.clock.behind_ms for track in self._tracks.values()), default=0))

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
        self._segmenter.flush(at_ms)
        since = self._segmenter.open_since_ms
        due = since is not None and at_ms - since >= self._target_ms - _AHEAD_MS
        wanted = due or self._segmenter.needs_keyframe
        if wanted and now - self._seen_at[True] < _TRACK_GONE_S:
            self._keyframe.ask(now)

    def interrupt(self) -> None:
        """End the segment with what has come so far; media after it starts a new one."""
        for track in self._tracks.values():
            for ordered in track.reorder.flush():
                self._ordered(track, ordered, ordered.arrival)
        self._settle(0.0)
        self._cut()
        for track in self._tracks.values():
            track.frames.damaged = track.codec != "opus"
            track.first = []
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

    def _ordered(self, track: _Track, ordered: Ordered, now: float) -> None:
        track.holed = track.holed or ordered.lost
        frame = track.frames.add(ordered)
        if track.frames.damaged and track.codec != "opus":
            self._keyframe.ask(now)
        if frame is None:
            return
        if frame.keyframe and track.codec != "opus":
            self._keyframe.answered(now)
        if track.first is None:
            self._place(track, frame, now)
        else:
            track.first.append(frame)
            if self._settle_at is None:
                self._settle_at = now + _SETTLE_S

    def _settle(self, now: float) -> None:
        """Anchor the clocks by the frames collected so far, and let them through."""
        self._settle_at = None
        t0_ms = self._segmenter.state.t0_ms
        for track in self._tracks.values():
            frames = track.first
            if not frames:
                continue
            track.first = None
            track.clock.settle([(f.timestamp, f.arrival * 1000 - t0_ms) for f in frames])
            for frame in frames:
                self._place(track, frame, now)

    def _place(self, track: _Track, frame: Frame, now: float) -> None:
        t0_ms = self._segmenter.state.t0_ms
        at_ms, anchored = track.clock.place(frame.timestamp, frame.arrival * 1000 - t0_ms)
        if anchored or (track.holed and self._nothing_until(at_ms)):
            # Where packets are gone for so long, nothing else bridged the hole.
            self._cut()
            if anchored and track.clock.moved_ms > 0:
                self._segmenter.stalled(track.codec != "opus", at_ms, track.clock.moved_ms)
            if not frame.keyframe:
                track.frames.damaged = True
                return
        track.holed = False
        if at_ms < 0:
            return
        self._placed_ms = max(self._placed_ms, at_ms + frame.samples / 48)
        self._timeline.add(self._sample(frame, at_ms), now)

    def _nothing_until(self, at_ms: float) -> bool:
        """Whether so long before ``at_ms`` nothing came of either track, held back or not."""
        if at_ms - self._placed_ms < GAP_MS:
            return False
        t0_ms = self._segmenter.state.t0_ms
        for track in self._tracks.values():
            held = track.reorder.held
            if held is not None:
                first, last = (arrival * 1000 - t0_ms for arrival in held)
                if first - self._placed_ms < GAP_MS and at_ms - last < GAP_MS:
                    return False
        return True

    def _cut(self) -> None:
        for sample in self._timeline.flush():
            self._add(sample)
        self._segmenter.close()

    def _sample(self, frame: Frame, at_ms: float) -> Sample:
        video = frame.codec != "opus"
        if video and frame.keyframe:
            self.height = frame.height
            self._sizes[at_ms] = Video(frame.codec, frame.width, frame.height, frame.sps, frame.pps)
        return Sample(video, at_ms, frame.data, frame.keyframe, frame.samples / 48)

    def _write(self, now: float) -> None:
        if self._settle_at is not None:
            if now < self._settle_at:
                return
            self._settle(now)
        for sample in self._timeline.ready(now, self._hold_s + PATIENCE_S):
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
