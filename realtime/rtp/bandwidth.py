"""How much a sender may send, judged by the receiver: growing delay means a filling queue.

Send times (abs-send-time) and arrivals of single packets, one a frame is enough, give the trend
of the one-way delay; the rate follows it by additive and multiplicative steps, as
draft-ietf-rmcat-gcc-02 §5 and §6 describe for a receiver.
"""

from __future__ import annotations

from collections import deque

_SAMPLES = 20
_GROUP_MS = 5.0
_PAUSE_MS = 1500.0
_GAIN = 4.0
_MOST_DELTAS = 60
_OVERUSE_MS = 10.0
_LIMIT_MS, _LEAST_LIMIT_MS, _MOST_LIMIT_MS = 12.5, 6.0, 600.0
_UP, _DOWN = 0.0087, 0.039
_WINDOW_MS = 1000.0
_BACK_OFF = 0.85
_GROWTH = 1.08
"""A second, far from where it last was too much; beyond that carefully: ``_STEP`` bit/s."""
_STEP = 40_000.0
_AIR, _SILENT = 10_000, 60_000
"""bit/s above that. A sender keeps the sound's share free while nobody speaks, so a picture that
would take all it gets seems to need less; where no queue was seen that much more is allowed."""
_FIRST = 300_000
"""Where every browser begins: a first second without a queue is no reason to allow less."""
_RESPONSE_MS = 300.0
LEAST = 30_000
"""bit/s; nothing lower is ever asked for."""


class Bandwidth:
    """One sender's estimate in bit/s; 0 until a second of media has come."""

    def __init__(self) -> None:
        self.estimate = 0
        self._send: int | None = None
        self._arrival = 0.0
        self._delay = self._smooth = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=_SAMPLES)
        self._deltas = 0
        self._trend = 0.0
        self._limit = _LIMIT_MS
        self._over_ms = 0.0
        self._octets: deque[tuple[float, int]] = deque()
        self._total = 0
        self._rate = 0.0
        self._too_much: float | None = None
        self._lowered = float("-inf")

    @property
    def met_its_end(self) -> bool:
        """Whether the estimate is what the path bears, and not only what was sent."""
        return self._too_much is not None

    def add(self, send: int, arrival: float, octets: int) -> bool:
        """One packet sent at ``send`` (24 bits, 1/262144 s), come at ``arrival`` (s).

        ``octets`` came since the last call. True when the estimate fell.
        """
        now = arrival * 1000
        self._measure(now, octets)
        if self._send is None:
            self._send, self._arrival = send, now
            return False
        step = (send - self._send) & 0xFFFFFF
        if step >= 0x800000:
            return False
        sent_ms = step / 262.144
        if sent_ms < _GROUP_MS:
            return False
        came_ms = now - self._arrival
        self._send, self._arrival = send, now
        if came_ms > _PAUSE_MS or came_ms < 0 or sent_ms > _PAUSE_MS:
            self._forget()
            return False
        over = self._queue_grows(now, came_ms - sent_ms, came_ms)
        return self._adapt(now, came_ms, over=over)

    def _measure(self, now: float, octets: int) -> None:
        """The rate of the last second."""
        window = self._octets
        window.append((now, octets))
        self._total += octets
        while now - window[0][0] > _WINDOW_MS:
            self._total -= window.popleft()[1]
        span = now - window[0][0]
        if span >= _WINDOW_MS / 2:
            # The first packet's octets came before the span began.
            self._rate = (self._total - window[0][1]) * 8000 / span

    def _forget(self) -> None:
        self._points.clear()
        self._delay = self._smooth = self._trend = self._over_ms = 0.0
        self._deltas = 0

    def _queue_grows(self, now: float, later_ms: float, came_ms: float) -> bool:
        self._delay += later_ms
        self._smooth += (self._delay - self._smooth) * 0.1
        points = self._points
        points.append((now, self._smooth))
        self._deltas = min(self._deltas + 1, _MOST_DELTAS)
        if len(points) < _SAMPLES:
            return False
        before = self._trend
        self._trend = trend = _slope(points) * self._deltas * _GAIN
        size = abs(trend)
        if size < self._limit + 15:
            # The limit follows the noise of the path, upwards more slowly than downwards.
            pace = _DOWN if size < self._limit else _UP
            wanted = self._limit + pace * (size - self._limit) * min(came_ms, 100.0)
            self._limit = min(max(wanted, _LEAST_LIMIT_MS), _MOST_LIMIT_MS)
        if trend <= self._limit:
            self._over_ms = 0.0
            return False
        self._over_ms += came_ms
        return self._over_ms > _OVERUSE_MS and trend >= before

    def _adapt(self, now: float, passed_ms: float, *, over: bool) -> bool:
        rate = self._rate
        if not self.estimate:
            if over:
                self.estimate = max(LEAST, int(rate))
            elif now - self._octets[0][0] >= _WINDOW_MS * 0.9:
                self.estimate = max(_FIRST, int(rate))
            return False
        if over:
            if now - self._lowered < _RESPONSE_MS:
                return False
            self._lowered, self._over_ms = now, 0.0
            self._too_much = rate
            # Of a picture that takes little of what it may, the rate says little of the path.
            lower = max(LEAST, int(_BACK_OFF * rate), self.estimate // 2)
            fell = lower < self.estimate
            self.estimate = min(self.estimate, lower)
            return fell
        if self._trend < -self._limit:
            # The queue drains: wait until it is empty.
            return False
        near = self._too_much
        if near is not None and rate > near * 1.15:
            near = self._too_much = None
        grown = (
            self.estimate * _GROWTH ** (passed_ms / 1000)
            if near is None
            else self.estimate + _STEP * passed_ms / 1000
        )
        # More than half above what comes is not known to pass.
        most = max(self.estimate, int(1.5 * rate) + (_SILENT if near is None else _AIR))
        self.estimate = min(max(int(grown), self.estimate + 1), most)
        return False


def _slope(points: deque[tuple[float, float]]) -> float:
    """Least squares over (ms, ms)."""
    first = points[0][0]
    count = len(points)
    sum_x = sum_y = sum_xx = sum_xy = 0.0
    for x, y in points:
        x -= first
        sum_x += x
        sum_y += y
        sum_xx += x * x
        sum_xy += x * y
    below = count * sum_xx - sum_x * sum_x
    return (count * sum_xy - sum_x * sum_y) / below if below > 0 else 0.0
