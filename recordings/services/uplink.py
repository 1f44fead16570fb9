"""How the way into storage fares: one answer for every segment that waits for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 30.0


def delay_after(failures: int) -> float:
    """Seconds to wait after the ``failures``-th failure in a row: 0.25 s, doubled up to 30 s."""
    return min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(max(failures, 1) - 1, 12))


@dataclass(frozen=True)
class UplinkState:
    """``down_s``: for how long nothing has gone in; 0.0 while storage takes what it is given."""

    down_s: float
    error: str


class Uplink:
    """A circuit breaker. While storage is down one probe at a time is let through, ever rarer.

    ``clock`` gives monotonic seconds. May be used from several threads.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._down_since: float | None = None
        self._next_probe = 0.0
        self._error = ""

    @property
    def open(self) -> bool:
        """Whether storage took the last thing it was given."""
        return self._down_since is None

    def may_probe(self) -> bool:
        """Whether it is time to try again with one segment."""
        return self._down_since is None or self._clock() >= self._next_probe

    def worked(self) -> None:
        with self._lock:
            self._failures, self._down_since, self._error = 0, None, ""

    def failed(self, error: str) -> None:
        with self._lock:
            now = self._clock()
            self._failures += 1
            if self._down_since is None:
                self._down_since = now
            self._next_probe = now + delay_after(self._failures)
            self._error = error[:200]

    def state(self) -> UplinkState:
        with self._lock:
            down_s = 0.0 if self._down_since is None else self._clock() - self._down_since
            return UplinkState(down_s, self._error)
