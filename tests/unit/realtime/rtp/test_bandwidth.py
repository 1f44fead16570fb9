"""The receiver's estimate: it grows where there is room, and stays below a link that is full."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.rtp.bandwidth import LEAST, Bandwidth

FRAME_S = 1 / 30


class Path:
    """A bottleneck of ``capacity`` bit/s with a queue; frames of ``rate`` bit/s go through."""

    def __init__(self, capacity: float, *, jitter: float = 0.0) -> None:
        self.bandwidth = Bandwidth()
        self.time = 1000.0
        self._capacity, self._jitter = capacity, jitter
        self._free = 0.0
        self._count = 0

    def send(self, rate: float, seconds: float) -> None:
        for _ in range(round(seconds * 30)):
            octets = int(rate * FRAME_S / 8)
            begins = max(self._free, self.time)
            self._free = begins + octets * 8 / self._capacity
            self._count += 1
            noise = self._jitter * (self._count * 7919 % 100) / 100
            send = int(self.time * 262144) & 0xFFFFFF
            self.bandwidth.add(send, begins + 0.02 + noise, octets)
            self.time += FRAME_S

    @property
    def queue_s(self) -> float:
        return self._free - self.time


def test_with_room_it_grows_and_never_falls() -> None:
    path = Path(100e6)
    path.send(300_000, 2)
    before = path.bandwidth.estimate
    assert 250_000 < before < 400_000
    path.send(300_000, 5)
    assert path.bandwidth.estimate >= before * 1.2
    path.send(300_000, 20)
    assert path.bandwidth.estimate <= 1.5 * 300_000 + 70_000


def test_the_sender_that_follows_reaches_more_and_more() -> None:
    path = Path(100e6, jitter=0.004)
    rate = 300_000.0
    for _ in range(25):
        path.send(rate, 1)
        rate = max(rate, path.bandwidth.estimate)
    assert rate > 1_000_000


def test_sound_that_is_kept_free_and_not_sent_holds_no_picture_small() -> None:
    """Silence takes 8 of the 45 kbit/s that a browser leaves for the sound."""
    path = Path(100e6, jitter=0.004)
    path.send(60_000, 1.5)
    for _ in range(30):
        path.send(8_000 + max(0, path.bandwidth.estimate - 45_000), 1)
    assert path.bandwidth.estimate > 300_000


@given(capacity=st.integers(400_000, 3_000_000), jitter=st.sampled_from([0.0, 0.003, 0.01]))
@settings(max_examples=20)
def test_a_sender_that_follows_stays_within_its_link(capacity: int, jitter: float) -> None:
    path = Path(capacity, jitter=jitter)
    rate, queues, rates = 300_000.0, [], []
    for second in range(120):
        path.send(rate, 1)
        rate = path.bandwidth.estimate or rate
        if second >= 60:
            queues.append(path.queue_s)
            rates.append(rate)
    assert max(queues) < 1.0
    assert sum(rates) / len(rates) > 0.6 * capacity
    assert sum(rates) / len(rates) < 1.1 * capacity


@given(
    st.lists(
        st.tuples(
            st.integers(0, 0xFFFFFF),
            st.floats(-10, 1e5, allow_nan=False),
            st.integers(0, 100_000),
        ),
        max_size=200,
    )
)
def test_whatever_comes_it_neither_raises_nor_goes_below_the_least(
    given_: list[tuple[int, float, int]],
) -> None:
    bandwidth = Bandwidth()
    arrival = 0.0
    for send, step, octets in given_:
        arrival += step
        bandwidth.add(send, arrival, octets)
        assert bandwidth.estimate == 0 or bandwidth.estimate >= LEAST


def test_a_pause_or_a_wrap_of_the_send_time_is_no_queue() -> None:
    path = Path(100e6)
    path.send(500_000, 10)
    before = path.bandwidth.estimate
    path.time += 40
    path.send(500_000, 70)
    assert path.bandwidth.estimate >= before
