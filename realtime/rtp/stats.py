"""What a receiver reports about one source: loss and jitter (RFC 3550 §6.4.1, A.3, A.8)."""

from __future__ import annotations

from realtime.rtp.rtcp import Report
from realtime.rtp.sequence import Unwrapper


class Reception:
    """Counters of one SSRC. ``clock_rate`` in Hz; arrival times in seconds on any one clock."""

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._sequence = Unwrapper(16)
        self._base: int | None = None
        self._jitter = 0.0
        self._transit: int | None = None
        self._timestamp = -1
        self._expected_prior = 0
        self._received_prior = 0
        self._lsr = 0
        self._sr_at = 0.0
        self.received = 0
        self.octets = 0

    def add(self, sequence: int, timestamp: int, octets: int, arrival: float) -> None:
        full = self._sequence.unwrap(sequence)
        if self._base is None or full < self._base:
            self._base = full
        self.received += 1
        self.octets += octets
        if timestamp != self._timestamp:
            # A frame's packets share one timestamp; only its first one tells of jitter.
            self._timestamp = timestamp
            transit = (int(arrival * self._clock_rate) - timestamp) & 0xFFFFFFFF
            if self._transit is not None:
                change = (transit - self._transit) & 0xFFFFFFFF
                if change >= 1 << 31:
                    change = (1 << 32) - change
                if change < 10 * self._clock_rate:
                    self._jitter += (change - self._jitter) / 16
            self._transit = transit

    def repaired(self) -> None:
        """A lost packet came again in another stream (RFC 4588): what is mended is not lost.

        A sender that judges the line by loss would else hold a radio line's random loss for
        congestion, which the delay tells far better.
        """
        self.received += 1

    def sender_report(self, ntp: int, arrival: float) -> None:
        """Remember the middle 32 bits of the sender's NTP time for LSR and DLSR."""
        self._lsr = (ntp >> 16) & 0xFFFFFFFF
        self._sr_at = arrival

    @property
    def expected(self) -> int:
        if self._base is None or self._sequence.highest is None:
            return 0
        return self._sequence.highest - self._base + 1

    @property
    def lost(self) -> int:
        """Packets not received so far; negative when duplicates came."""
        return self.expected - self.received

    def report(self, ssrc: int, now: float) -> Report:
        """A reception report since the last one; resets the interval."""
        expected, received = self.expected, self.received
        interval = expected - self._expected_prior
        missing = interval - (received - self._received_prior)
        self._expected_prior, self._received_prior = expected, received
        fraction = 0 if interval <= 0 or missing <= 0 else min(255, (missing << 8) // interval)
        delay = int((now - self._sr_at) * 65536) if self._lsr else 0
        return Report(
            ssrc=ssrc,
            fraction_lost=fraction,
            packets_lost=self.lost,
            highest=(self._sequence.highest or 0) & 0xFFFFFFFF,
            jitter=int(self._jitter),
            lsr=self._lsr,
            dlsr=max(0, min(delay, 0xFFFFFFFF)),
        )
