"""UDP sockets of the media process, read together every few milliseconds.

An event loop wakes once per packet; with hundreds of sockets that, not the packets, is the work.
Here one timer asks the kernel which sockets hold something, reads each empty in one call, and
sends all answers at the end. A packet waits a millisecond on average for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import select
import selectors
import socket
from collections.abc import Callable
from typing import Any

from realtime.media.batch import Address, Inbox, Outbox

log = logging.getLogger(__name__)

TICK_S = 0.003
_IDLE_S = 0.005
_BUFFER = 1 << 20
"""Asked of the kernel, which may give less: a pause of the process must not cost packets."""


class Sockets:
    """All media sockets of one event loop. Nothing runs while there are none."""

    def __init__(self, tick_s: float = TICK_S) -> None:
        # The kernel shortens an inbox's room for addresses to what it wrote: one for each length.
        self._inboxes = {socket.AF_INET: Inbox(), socket.AF_INET6: Inbox()}
        self.outbox = Outbox()
        self._tick_s = tick_s
        self._open: dict[int, Port] = {}
        self._ready = _Readiness()
        self._timer: asyncio.TimerHandle | None = None
        self._unsent: list[Callable[[Outbox], None]] = []

    def bind(self, protocol: asyncio.DatagramProtocol, address: str) -> Port:
        """A socket on ``address`` with a port of the system's choice. Raises OSError."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            sock.bind((address, 0))
        except OSError:
            sock.close()
            raise
        port = Port(self, sock, protocol)
        self._open[port.fileno] = port
        self._ready.add(port.fileno)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick_s, self._tick)
        protocol.connection_made(port)
        return port

    def forget(self, port: Port) -> None:
        if self._open.pop(port.fileno, None) is not None:
            self._ready.remove(port.fileno)

    def send_later(self, flush: Callable[[Outbox], None]) -> None:
        """Call ``flush`` at the end of this tick or the next."""
        self._unsent.append(flush)

    def _tick(self) -> None:
        ready = self._ready.poll()
        for fileno in ready:
            port = self._open.get(fileno)
            if port is not None:
                self._read(port)
        unsent, self._unsent = self._unsent, []
        for flush in unsent:
            try:
                flush(self.outbox)
            except Exception:
                log.exception("sending")
        if not self._open:
            self._timer = None
            return
        wait = self._tick_s if ready or unsent else _IDLE_S
        self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _read(self, port: Port) -> None:
        # What does not fit the inbox is read at the next tick: nobody can starve the others.
        inbox = self._inboxes[port.family]
        sizes = inbox.receive(port.socket, port.fileno)
        if not sizes:
            return
        try:
            port.deliver(inbox, sizes)
        except Exception:
            log.exception("a datagram")


class Port(asyncio.DatagramTransport):
    """One socket, as the transport that aioice's protocol expects.

    ``deliver`` gets each batch; until somebody replaces it, all goes to the protocol.
    """

    def __init__(
        self, sockets: Sockets, sock: socket.socket, protocol: asyncio.DatagramProtocol
    ) -> None:
        super().__init__()
        self.socket = sock
        self.fileno = sock.fileno()
        self.family = sock.family
        self.segments = True
        self.deliver: Callable[[Inbox, list[int]], None] = self._to_protocol
        self._sockets, self._protocol = sockets, protocol
        self._name = sock.getsockname()
        self._closed = False

    def pass_on(self, inbox: Inbox, slot: int, size: int) -> None:
        """Give one datagram of a batch to the protocol."""
        start = inbox.starts[slot]
        data = bytes(inbox.view[start : start + size])
        self._protocol.datagram_received(data, inbox.address(slot))

    def transmit(self, outbox: Outbox, address: Address, sizes: list[int]) -> None:
        """Send the first slots of ``outbox``; what the kernel does not take is lost."""
        if not self._closed and not outbox.send(
            self.socket, self.fileno, address, sizes, gso=self.segments
        ):
            # A link with a small MTU, or hardware without checksums: one by one from now on.
            self.segments = False

    def sendto(self, data: Any, addr: Any = None) -> None:
        if self._closed:
            return
        with contextlib.suppress(BlockingIOError, InterruptedError):
            try:
                self.socket.sendto(data, addr)
            except OSError as error:
                self._protocol.error_received(error)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"sockname": self._name, "socket": self.socket}.get(name, default)

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._sockets.forget(self)
        self.socket.close()
        asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def _to_protocol(self, inbox: Inbox, sizes: list[int]) -> None:
        for slot, size in enumerate(sizes):
            self.pass_on(inbox, slot, size)


class _Readiness:
    """Which sockets hold something, without waiting."""

    def __init__(self) -> None:
        self._epoll = select.epoll() if hasattr(select, "epoll") else None
        self._other = selectors.DefaultSelector() if self._epoll is None else None

    def add(self, fileno: int) -> None:
        if self._epoll is not None:
            self._epoll.register(fileno, select.EPOLLIN)
        elif self._other is not None:
            self._other.register(fileno, selectors.EVENT_READ)

    def remove(self, fileno: int) -> None:
        if self._epoll is not None:
            with contextlib.suppress(FileNotFoundError):
                self._epoll.unregister(fileno)
        elif self._other is not None:
            self._other.unregister(fileno)

    def poll(self) -> list[int]:
        if self._epoll is not None:
            return [fileno for fileno, _ in self._epoll.poll(0)]
        if self._other is not None and self._other.get_map():
            return [key.fd for key, _ in self._other.select(0)]
        return []
