"""Batches over real sockets: what was sent comes, from whom it came, on both address families."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from realtime.media.batch import Address, Inbox, Outbox
from realtime.media.datagrams import Sockets


class Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[tuple[bytes, tuple[str, int]]] = []
        self.closed = False

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.heard.append((data, (addr[0], addr[1])))

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True


def pair(host: str) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = tuple(socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
    for one in both:
        one.bind((host, 0))
        one.setblocking(False)
    return both[0], both[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("gso", [True, False])
@pytest.mark.parametrize("sizes", [[1200] * 5, [900, 900, 333, 1200, 1200, 40], [1], [50, 60, 70]])
def test_slots_arrive_one_by_one_in_order(host: str, gso: bool, sizes: list[int]) -> None:
    here, there = pair(host)
    outbox, inbox = Outbox(), Inbox()
    for slot, size in enumerate(sizes):
        start = outbox.starts[slot]
        outbox.view[start : start + size] = bytes([slot]) * size
    address = Address((host, there.getsockname()[1]))
    assert outbox.send(here, here.fileno(), address, sizes, gso=gso)
    got: list[bytes] = []
    for _ in range(50):
        found = inbox.receive(there, there.fileno())
        for slot, size in enumerate(found):
            start = inbox.starts[slot]
            got.append(bytes(inbox.view[start : start + size]))
            assert inbox.address(slot) == (host, here.getsockname()[1])
        if len(got) == len(sizes):
            break
    assert got == [bytes([slot]) * size for slot, size in enumerate(sizes)]
    assert inbox.receive(there, there.fileno()) == []
    here.close()
    there.close()


def test_what_no_link_takes_is_not_taken_for_sent_in_segments() -> None:
    """A path that refuses segments is told, so that the next packets go one by one."""
    here, there = pair("127.0.0.1")
    outbox = Outbox()
    address = Address(("127.0.0.1", 0))
    assert not outbox.send(here, here.fileno(), address, [100, 100], gso=True)
    here.close()
    there.close()


async def test_the_address_is_right_when_families_take_turns() -> None:
    sockets = Sockets()
    ends = []
    for host in ("127.0.0.1", "::1"):
        listener = Listener()
        port = sockets.bind(listener, host)
        here, spare = pair(host)
        spare.close()
        ends.append((host, listener, port, here))
    for number in range(6):
        for host, _, port, here in ends:
            here.sendto(bytes([number]), (host, port.get_extra_info("sockname")[1]))
        await asyncio.sleep(0.03)
    for host, listener, port, here in ends:
        sender = (host, here.getsockname()[1])
        assert listener.heard == [(bytes([number]), sender) for number in range(6)]
        here.close()
        port.close()
    await asyncio.sleep(0.03)
    assert all(listener.closed for _, listener, _, _ in ends)


async def test_more_than_an_inbox_holds_comes_at_later_ticks() -> None:
    sockets, listener = Sockets(), Listener()
    port = sockets.bind(listener, "127.0.0.1")
    here, there = pair("127.0.0.1")
    for number in range(70):
        here.sendto(number.to_bytes(2, "big"), port.get_extra_info("sockname"))
    await asyncio.sleep(0.1)
    assert [int.from_bytes(data, "big") for data, _ in listener.heard] == list(range(70))
    port.close()
    port.close()
    port.sendto(b"late", there.getsockname())
    here.close()
    there.close()
    await asyncio.sleep(0)
