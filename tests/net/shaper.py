"""When a packet leaves a bad link, if it does. Pure: times in seconds, sizes in bytes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.net.packet import Packet


@dataclass(frozen=True)
class Weather:
    """One direction of the link.

    ``jitter_ms`` adds evenly from nothing to itself, and reorders. ``queue_ms`` is what the
    bottleneck of ``rate_kbps`` holds back before it drops. ``only`` names what a firewall lets
    pass, as ``udp``, ``tcp`` or ``tcp/443`` (either port); ``None``: everything.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    rate_kbps: float = 0.0
    queue_ms: float = 1000.0
    up: bool = True
    only: Sequence[str] | None = None


class Shaper:
    """Judges packets one by one; ``counted`` proves afterwards what really happened.

    Each packet is one of ``passed``, ``lost``, ``overflowed``, ``cut`` (the line was down) and
    ``barred`` (by the firewall). Beside these: ``bytes`` that passed, ``udp`` and ``tcp`` packets
    that passed, the same of what was ``barred`` and ``cut``, and ``from ADDRESS``, packets that
    passed.
    """

    def __init__(self, random: Random, weather: Weather | None = None) -> None:
        self._random = random
        self.weather = weather or Weather()
        self.counted: Counter[str] = Counter()
        self._free_at = 0.0

    def leaves_at(self, now: float, data: bytes) -> float | None:
        """The moment it arrives at the other end, or None when it is lost."""
        weather, packet = self.weather, Packet.read(data)
        fate = self._fate(now, packet)
        self.counted[fate] += 1
        if fate in {"barred", "cut"}:
            self.counted[f"{fate} {packet.protocol}"] += 1
        if fate != "passed":
            return None
        self.counted["bytes"] += len(data)
        self.counted[packet.protocol] += 1
        self.counted[f"from {packet.source}"] += 1
        if weather.rate_kbps:
            self._free_at = max(now, self._free_at) + len(data) * 8 / (weather.rate_kbps * 1000)
            now = self._free_at
        late_ms = weather.delay_ms + self._random.random() * weather.jitter_ms
        return now + late_ms / 1000

    def _fate(self, now: float, packet: Packet) -> str:
        weather = self.weather
        if not weather.up:
            return "cut"
        if weather.only is not None and not any(packet.fits(rule) for rule in weather.only):
            return "barred"
        if self._random.random() < weather.loss:
            return "lost"
        if weather.rate_kbps and (self._free_at - now) * 1000 > weather.queue_ms:
            return "overflowed"
        return "passed"
