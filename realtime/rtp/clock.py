"""Where an RTP timestamp lies on the session's clock (RFC 3550 §6.4.1 for the SR mapping)."""

from __future__ import annotations

from collections.abc import Sequence

from realtime.rtp.sequence import Unwrapper

DRIFT_MS = 250.0
"""Beyond this the track is anchored anew."""
_WINDOW_MS = 3000.0
_JUMP_MS = 1000.0
_MAX_BURST_MS = 5000.0
_MAX_DELAY_MS = 2000.0
"""So much slower a network may get before the track is anchored anew for it."""


class TrackClock:
    """Session milliseconds of the frames of one track.

    The first frames lie where they arrived; from then on the RTP timestamps drive, so network
    jitter never enters the recording. The smallest lag of the last seconds tells the real
    distance to arrival: a late burst does not move the clock, a wrong clock does.
    """

    def __init__(self, clock_rate: int) -> None:
        self._per_ms = clock_rate / 1000
        self._timestamps = Unwrapper(32)
        self._base: int | None = None
        self._base_ms = 0.0
        self._sr: tuple[int, float] | None = None
        self._last: tuple[int, float] | None = None
        self._window_started = 0.0
        self._window_lag = 0.0
        self._first_offset_ms: float | None = None
        self.moved_ms = 0.0
        """By how much the last anchoring moved the track later; what it fell behind by."""

    def settle(self, observed: Sequence[tuple[int, float]]) -> None:
        """Anchor by the least delayed of some first frames: (timestamp, arrival ms) in order.

        A sender that had to wait for its connection begins with a burst; the first packet of a
        burst arrives late, its last one in time. After a silence, a mapping that still fits is
        kept.
        """
        if self._base is not None and self._fits(observed):
            return
        base, first_ms = observed[0]
        unwrap = Unwrapper(32)
        unwrap.unwrap(base)
        at_ms = min(arrival - (unwrap.unwrap(ts) - base) / self._per_ms for ts, arrival in observed)
        if first_ms - at_ms > _MAX_BURST_MS:
            at_ms = first_ms
        self._timestamps, self._sr = Unwrapper(32), None
        self._anchor(self._timestamps.unwrap(base), at_ms)

    def _fits(self, observed: Sequence[tuple[int, float]]) -> bool:
        """Whether the least delayed frame still lies where it arrived, or on a slower network."""
        base, base_ms, last = self._base or 0, self._base_ms, self._last
        known = [(self._timestamps.peek(ts), arrival) for ts, arrival in observed]
        lag = min(arrival - (base_ms + (full - base) / self._per_ms) for full, arrival in known)
        slower = DRIFT_MS < lag <= _MAX_DELAY_MS and self._keeps_pace(lag)
        if last is None or (abs(lag) > DRIFT_MS and not slower):
            return False
        # The silence itself is no jump.
        full, arrival = known[0]
        self._last = (full, arrival)
        self._window_started, self._window_lag = arrival, 0.0
        return True

    def place(self, timestamp: int, arrival_ms: float) -> tuple[float, bool]:
        """(session ms of the frame, whether the clock was anchored anew for it)."""
        full = self._timestamps.unwrap(timestamp)
        if self._base is None or self._last is None:
            self._anchor(full, arrival_ms)
            return arrival_ms, False
        last, last_arrival = self._last
        self._last = (full, arrival_ms)
        step_ms = (full - last) / self._per_ms
        if abs(step_ms - (arrival_ms - last_arrival)) > _JUMP_MS and (
            step_ms < -_JUMP_MS or step_ms > arrival_ms - last_arrival + _JUMP_MS
        ):
            self._timestamps = Unwrapper(32)
            full = self._timestamps.unwrap(timestamp)
            self._sr = None
            self._anchor(full, arrival_ms)
            return arrival_ms, True
        placed = self._base_ms + (full - self._base) / self._per_ms
        if self._drifted(arrival_ms - placed, arrival_ms):
            self._anchor(full, arrival_ms)
            self.moved_ms = arrival_ms - placed
            return arrival_ms, True
        return placed, False

    @property
    def behind_ms(self) -> float:
        """How far media time lies behind arrival: the least of the last seconds; network delay
        that grew is in it too.
        """
        return max(0.0, self._window_lag)

    def sender_report(self, ntp: int, timestamp: int) -> None:
        """Take the sender's pair of NTP (32.32) and RTP time."""
        self._sr = (self._timestamps.peek(timestamp), ntp * 1000 / 4294967296)
        if self._first_offset_ms is None:
            self._first_offset_ms = self.offset_ms

    @property
    def offset_ms(self) -> float | None:
        """Sender's NTP ms minus session ms, None before the first report."""
        if self._sr is None or self._base is None:
            return None
        timestamp, ntp_ms = self._sr
        return ntp_ms - (self._base_ms + (timestamp - self._base) / self._per_ms)

    def shift(self, by_ms: float) -> None:
        """Move the mapping later by so many ms; call it only between two segments."""
        self._base_ms += by_ms
        if self._first_offset_ms is not None:
            self._first_offset_ms -= by_ms

    def _anchor(self, full: int, arrival_ms: float) -> None:
        self.moved_ms = 0.0
        self._first_offset_ms = None
        self._base, self._base_ms = full, arrival_ms
        self._last = (full, arrival_ms)
        self._window_started, self._window_lag = arrival_ms, 0.0

    def _drifted(self, lag: float, arrival_ms: float) -> bool:
        if lag < -DRIFT_MS:
            # Nothing arrives before it was made: the clock runs ahead.
            return True
        self._window_lag = min(self._window_lag, lag)
        if arrival_ms - self._window_started < _WINDOW_MS:
            return False
        late = self._window_lag
        self._window_started, self._window_lag = arrival_ms, lag
        return late > DRIFT_MS and (late > _MAX_DELAY_MS or not self._keeps_pace(late))

    def _keeps_pace(self, late: float) -> bool:
        """Whether the sender's own reports say that it is the network that got slower.

        A sender whose media falls behind its wall clock moves its NTP time against its RTP time.
        """
        now, then = self.offset_ms, self._first_offset_ms
        return now is not None and then is not None and abs(now - then) < late / 2
