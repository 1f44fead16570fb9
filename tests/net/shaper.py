"""When a packet leaves a bad link, if it does. Pure: times in seconds, sizes in bytes."""

from collections import Counter
from dataclasses import dataclass
from random import Random

_QUEUE_S = 1.0
"""What a bottleneck holds back before it drops."""


@dataclass(frozen=True)
class Weather:
    """One direction of the link. ``jitter_ms`` adds evenly from nothing to itself, and reorders."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    rate_kbps: float = 0.0
    up: bool = True


class Shaper:
    """Judges packets one by one; ``counted`` proves afterwards what really happened."""

    def __init__(self, random: Random, weather: Weather | None = None) -> None:
        self._random = random
        self.weather = weather or Weather()
        self.counted: Counter[str] = Counter()
        self._free_at = 0.0

    def leaves_at(self, now: float, size: int) -> float | None:
        """The moment it arrives at the other end, or None when it is lost."""
        weather = self.weather
        fate = self._fate(now)
        self.counted[fate] += 1
        if fate != "passed":
            return None
        self.counted["bytes"] += size
        if weather.rate_kbps:
            self._free_at = max(now, self._free_at) + size * 8 / (weather.rate_kbps * 1000)
            now = self._free_at
        late_ms = weather.delay_ms + self._random.random() * weather.jitter_ms
        return now + late_ms / 1000

    def _fate(self, now: float) -> str:
        if not self.weather.up:
            return "cut"
        if self._random.random() < self.weather.loss:
            return "lost"
        if self.weather.rate_kbps and self._free_at - now > _QUEUE_S:
            return "overflowed"
        return "passed"
