"""Whether a watcher gets a stream's picture, or its sound alone. Pure; times in seconds.

A watcher may decline. Where its own reports say that not even a small picture passes, it is
withheld: one queue carries both, and the sound would drown in it. A watcher without a picture
says nothing about how much the publisher may send, so the recording does not pay for it.
"""

from __future__ import annotations

LEAST_BPS = 60_000
"""Below this no picture worth the name passes beside the sound."""
MOST_LOSS = 0.15
_FULL = 1.4
"""A browser's estimate lies at most half above what comes: so far above, it says nothing."""
_OVER = 1.25
"""What is sent does not fit if it is so much more than the estimate."""
_RATE_S = 0.8
_PATIENCE_S, _TRIAL_S = 2.0, 0.0
"""A picture that is tried again is taken back at the first bad word."""
_FRESH_S = 5.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 30.0, 240.0
_PROVED_S = 20.0


class Allowance:
    """One watcher of one stream."""

    def __init__(self) -> None:
        self.declined = False
        self.held = False
        self._room: tuple[int, float] | None = None
        self._sent_bps = float("inf")
        self._counted: tuple[float, int] | None = None
        self._loss = 0.0
        self._lost_at = float("-inf")
        self._bad_since: float | None = None
        self._changed = float("-inf")
        self._wait = _FIRST_WAIT_S

    @property
    def video(self) -> bool:
        """Whether the picture is forwarded."""
        return not (self.declined or self.held)

    @property
    def room(self) -> tuple[int, float] | None:
        """The watcher's last estimate (bit/s) and when it came."""
        return self._room

    def estimate(self, bitrate: int, octets: int, now: float) -> None:
        """REMB from the watcher, bit/s; ``octets``: all that was sent to them until now."""
        self._room = (bitrate, now)
        at, before = self._counted or (float("-inf"), 0)
        if now - at >= _RATE_S:
            if self._counted is not None and octets >= before:
                self._sent_bps = (octets - before) * 8 / (now - at)
            self._counted = (now, octets)

    def loss(self, fraction: float, now: float) -> None:
        """What a reception report says is lost, 0 to 1."""
        self._loss, self._lost_at = fraction, now

    def cap(self, now: float) -> int | None:
        """What this watcher lets the publisher send, bit/s; None when it has no say."""
        if not self.video or self._room is None or now - self._room[1] >= _FRESH_S:
            return None
        bitrate = self._room[0]
        return bitrate if bitrate < _FULL * self._sent_bps else None

    def look(self, now: float) -> bool:
        """About once a second; True when ``video`` changed."""
        before = self.video
        if self.held:
            self.held = now - self._changed < self._wait
            if not self.held:
                self._changed, self._bad_since, self._room = now, None, None
        elif not self.declined and self._bad(now):
            since = self._bad_since = now if self._bad_since is None else self._bad_since
            tried = now - self._changed < _PROVED_S
            if now - since >= (_TRIAL_S if tried else _PATIENCE_S):
                failed = now - self._changed < _PROVED_S
                self._wait = min(_LONGEST_WAIT_S, self._wait * 2) if failed else _FIRST_WAIT_S
                self.held, self._changed = True, now
        else:
            self._bad_since = None
        return self.video != before

    def _bad(self, now: float) -> bool:
        if now - self._lost_at < _FRESH_S and self._loss > MOST_LOSS:
            return True
        cap = self.cap(now)
        return cap is not None and cap < LEAST_BPS and self._sent_bps > _OVER * cap
