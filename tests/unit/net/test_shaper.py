"""The bad link's own arithmetic: what passes, when, and what is counted."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.net.packet import Packet
from tests.net.shaper import Shaper, Weather

FATES = ("passed", "lost", "overflowed", "cut", "barred")


def packet(protocol: int = 17, ports: tuple[int, int] = (40000, 443), size: int = 100) -> bytes:
    head = bytearray(20)
    head[0], head[9] = 0x45, protocol
    head[12:20] = bytes((10, 77, 1, 2, 10, 77, 1, 1))
    body = b"".join(port.to_bytes(2) for port in ports)
    return bytes(head) + body.ljust(size - 20, b"\0")


def shaper(**weather) -> Shaper:
    return Shaper(Random(1), Weather(**weather))


@given(st.binary(max_size=80))
def test_any_bytes_are_read_as_some_packet(data):
    read = Packet.read(data)
    assert read.protocol in {"tcp", "udp", "icmp", "other"}
    assert len(read.ports) in {0, 2}


def test_a_later_fragment_has_no_ports():
    fragment = bytearray(packet())
    fragment[6:8] = (185).to_bytes(2)
    assert Packet.read(bytes(fragment)).ports == ()
    assert Packet.read(packet()).ports == (40000, 443)


@pytest.mark.parametrize(
    ("only", "sent", "passes"),
    [
        (None, packet(), True),
        ((), packet(), False),
        (("tcp",), packet(protocol=17), False),
        (("tcp",), packet(protocol=6), True),
        (("tcp/443",), packet(protocol=6, ports=(443, 40000)), True),
        (("tcp/443",), packet(protocol=6, ports=(40000, 3478)), False),
        (("tcp/443",), packet(protocol=17, ports=(40000, 443)), False),
        (("udp/53", "tcp/443"), packet(protocol=17, ports=(40000, 53)), True),
    ],
)
def test_the_firewall_knows_protocols_and_ports(only, sent, passes):
    link = shaper(only=only)
    assert (link.leaves_at(0, sent) is not None) is passes
    assert link.counted["passed" if passes else "barred"] == 1


def test_a_narrow_link_spaces_packets_by_their_size_and_then_drops():
    link = shaper(rate_kbps=80, queue_ms=100)  # 10 bytes a millisecond
    moments = [link.leaves_at(0, packet(size=200)) for _ in range(10)]
    assert moments[:3] == pytest.approx([0.02, 0.04, 0.06])
    assert moments[6:] == [None] * 4
    assert link.leaves_at(1, packet(size=200)) == pytest.approx(1.02)


def test_what_the_firewall_bars_takes_no_room_on_the_line():
    link = shaper(rate_kbps=80, only=("tcp",))
    link.leaves_at(0, packet(protocol=17, size=1000))
    assert link.leaves_at(0, packet(protocol=6, size=200)) == pytest.approx(0.02)


@given(
    st.lists(st.tuples(st.floats(0, 60), st.integers(40, 1400)), max_size=60),
    st.builds(
        Weather,
        delay_ms=st.floats(0, 500),
        jitter_ms=st.floats(0, 100),
        loss=st.floats(0, 1),
        rate_kbps=st.sampled_from([0, 64, 150, 2000]),
        up=st.booleans(),
        only=st.sampled_from([None, ("tcp",), ("udp/443",)]),
    ),
)
def test_every_packet_has_one_fate_and_none_arrives_early(sent, weather):
    link = Shaper(Random(7), weather)
    arrived = 0
    for now, size in sorted(sent):
        leaves = link.leaves_at(now, packet(size=size))
        if leaves is not None:
            arrived += 1
            assert leaves >= now + weather.delay_ms / 1000
    assert link.counted["passed"] == arrived == link.counted["udp"]
    assert sum(link.counted[fate] for fate in FATES) == len(sent)
