"""A token bucket. Pure: the clock is an argument (seconds, any origin, never backwards)."""


class Bucket:
    """Lets ``burst`` through at once, and ``rate`` per second in the long run."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._level = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Whether one more may pass at ``now``."""
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
