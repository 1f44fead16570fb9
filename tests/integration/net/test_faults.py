"""The bad link does what its weather says, seen by programs at both ends of it."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from statistics import median

import pytest

from tests.net.far import Far, counted, far_away

SIZE = 40_000


class Near:
    """On this host: an echo for datagrams, and a server that sends ``SIZE`` bytes and closes."""

    def __init__(self, host: str) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((host, 0))
        self.tcp = socket.create_server((host, 0))
        self.callers: set[str] = set()
        for serve in (self._echo, self._send):
            threading.Thread(target=serve, daemon=True).start()

    def _echo(self) -> None:
        with suppress(OSError):
            while True:
                data, sender = self.udp.recvfrom(2000)
                self.callers.add(sender[0])
                self.udp.sendto(data, sender)

    def _send(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.tcp.accept()
                with line, suppress(OSError):
                    line.sendall(bytes(SIZE))

    def close(self) -> None:
        self.udp.close()
        self.tcp.close()


@pytest.fixture(scope="module")
def far() -> Iterator[Far]:
    with far_away() as place:
        yield place


@pytest.fixture
def near(far: Far) -> Iterator[Near]:
    server = Near(far.near)
    yield server
    server.close()
    far.weather(delay_ms=0, jitter_ms=0, loss=0, rate_kbps=0, queue_ms=1000, up=True, only=None)


def probe(far: Far, near: Near, kind: str, *more: int):
    port = (near.udp if kind == "udp" else near.tcp).getsockname()[1]
    words = [kind, far.near, str(port), *map(str, more)]
    return json.loads(far.run(sys.executable, "-m", "tests.net.probe", *words).stdout)


def test_delay_is_per_direction(far, near):
    assert median(probe(far, near, "udp", 5, 20)["trips_ms"]) < 100
    far.weather(delay_ms=150)
    assert 300 <= median(probe(far, near, "udp", 5, 20)["trips_ms"]) < 400


def test_loss_happens_in_both_directions(far, near):
    before = far.weather(loss=0.2)
    found = probe(far, near, "udp", 200, 2)
    lost = counted(before, far.counts(), "lost")
    assert 0.64 - 0.15 < len(found["trips_ms"]) / 200 < 0.64 + 0.15
    assert sum(lost) == 200 - len(found["trips_ms"])
    assert min(lost) > 0


def test_rate_holds_tcp_to_it(far, near):
    far.weather(rate_kbps=150)
    found = probe(far, near, "tcp")
    assert found["bytes"] == SIZE
    assert SIZE * 8 / 150_000 * 0.8 < found["seconds"] < SIZE * 8 / 150_000 * 2


def test_an_outage_is_silence_and_ends(far, near):
    before = far.weather(up=False)
    assert probe(far, near, "udp", 5, 10)["trips_ms"] == []
    # Of what was sent; the kernel's own packets are cut too, at times of its own.
    assert counted(before, far.weather(up=True), "cut udp")[1] == 5
    assert len(probe(far, near, "udp", 5, 10)["trips_ms"]) == 5


def test_a_firewall_lets_only_named_ports_through(far, near):
    port = near.tcp.getsockname()[1]
    before = far.weather(only=["tcp"])
    assert probe(far, near, "udp", 5, 10)["trips_ms"] == []
    assert probe(far, near, "tcp")["bytes"] == SIZE
    assert counted(before, far.weather(only=[f"tcp/{port}"]), "barred udp")[1] == 5
    assert probe(far, near, "tcp")["bytes"] == SIZE
    far.weather(only=["tcp/443"])
    assert not probe(far, near, "tcp")["connected"]


def test_the_far_place_moves_to_another_address(far, near):
    old = far.address
    probe(far, near, "udp", 2, 10)
    assert near.callers == {old}
    new = far.move()
    assert len(probe(far, near, "udp", 2, 10)["trips_ms"]) == 2
    assert near.callers == {old, new}
    assert far.counts()["to_near"][f"from {new}"] > 0


def test_unplugged_is_noticed_over_there_and_mended(far, near):
    far.unplug()
    assert probe(far, near, "tcp") == {"connected": False, "error": "OSError"}
    far.plug()
    assert probe(far, near, "tcp")["bytes"] == SIZE
