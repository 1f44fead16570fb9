"""What a recording holds of the beacon's seconds."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.e2e.beacon import TONES, Seen, read
from tests.e2e.media import fetch, manifest
from tests.e2e.room import Room


@dataclass(frozen=True)
class Verdict:
    """``offsets_ms``: beep after flash, for each second that has both; the rest as counts."""

    expected: int
    flashes: int
    beeps: int
    offsets_ms: tuple[float, ...]
    start_after_join_ms: float
    missing: tuple[int, ...]

    @property
    def share(self) -> float:
        """The worse of both shares, 0 to 1."""
        return min(self.flashes, self.beeps) / self.expected

    @property
    def median_offset_ms(self) -> float:
        return median(self.offsets_ms)

    @property
    def worst_offset_ms(self) -> float:
        return max((abs(offset) for offset in self.offsets_ms), default=float("inf"))

    def __str__(self) -> str:
        return (
            f"{self.flashes} flashes and {self.beeps} beeps of {self.expected}"
            f" ({self.share:.2%}), offset median {self.median_offset_ms:+.0f} ms,"
            f" worst {self.worst_offset_ms:.0f} ms, starts {self.start_after_join_ms:.0f} ms"
            f" after joining, missing {list(self.missing)}"
        )


def shown(room: Room) -> int:
    """The number of the second that the beacon shows now."""
    return int(room.page.evaluate("window.__beacon.number"))


def camera_of(reader: Room, role: str) -> dict[str, Any]:
    """The recorded camera stream of the person who is ``role`` in the session."""
    session = reader.person.call("GET", f"/api/v1/sessions/{reader.session}")
    owner = next(str(member["id"]) for member in session["members"] if member["role"] == role)
    listed = manifest(reader.person, reader.session)
    stream: dict[str, Any] = next(
        one for one in listed["streams"] if one["owner"] == owner and one["kind"] == "camera"
    )
    return {**stream, "gaps": [gap for gap in listed["gaps"] if gap["stream"] == stream["stream"]]}


def recorded(reader: Room, stream: dict[str, Any]) -> Seen:
    """The beacon as the stream's stored segments hold it."""
    return read(fetch(reader.person, segment["url"]) for segment in stream["segments"])


def sounds(seen: Seen, first: int, last: int, within_ms: float = 2000) -> dict[int, float]:
    """The seconds from ``first`` to ``last`` whose beep was recorded, pictures or not.

    By number, how late it lies (ms). A beep tells its number modulo the tones; the flashes
    anywhere in the recording tell where number zero lies.
    """
    zero_ms = seen.zero_ms()
    found: dict[int, float] = {}
    for at, tone in seen.beeps:
        second = (at - zero_ms) / 1000
        number = tone + TONES * round((second - tone) / TONES)
        late_ms = 1000 * (second - number)
        if first <= number <= last and abs(late_ms) <= within_ms:
            found.setdefault(number, late_ms)
    return found


def verdict(seen: Seen, first: int, last: int, start_after_join_ms: float) -> Verdict:
    """Judge the seconds from ``first`` to ``last``, both included."""
    numbers = range(first, last + 1)
    beeps = {number: seen.beep_of(number) for number in numbers}
    flashes = {number: seen.flashes.get(number) for number in numbers}
    return Verdict(
        expected=len(numbers),
        flashes=sum(flash is not None for flash in flashes.values()),
        beeps=sum(beep is not None for beep in beeps.values()),
        offsets_ms=tuple(
            beep - flash
            for number in numbers
            if (beep := beeps[number]) is not None and (flash := flashes[number]) is not None
        ),
        start_after_join_ms=start_after_join_ms,
        missing=tuple(n for n in numbers if flashes[n] is None or beeps[n] is None),
    )
