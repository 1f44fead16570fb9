"""Every seam into private parts of aiortc and aioice, and nothing else.

aiortc stays in charge of SDP, ICE and DTLS. Its RTP and RTCP machinery (decoder threads,
encoders, timers) is never started: ICE runs on our own sockets, where packets are decrypted in
place with the session's own SRTP keys and handed over as bytes; what we send is encrypted and put
on the nominated pair, a tick's packets at once. Each hook has a contract test in
tests/integration/media/test_hooks.py.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pylibsrtp
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import StunProtocol
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcdtlstransport import RTCDtlsTransport
from pylibsrtp._binding import ffi as srtp_ffi
from pylibsrtp._binding import lib as srtp_lib

from realtime.media.batch import SIZE, SLOTS, Address, Inbox, Outbox
from realtime.media.datagrams import Port, Sockets

_EARLY = 256
"""Packets kept while our half of the DTLS handshake is still under way."""
_CONSENT_AGAIN = 2
"""Sent again after 0.5 and 1.5 s, given up after 3.5 s."""
_LARGEST = SIZE - pylibsrtp.SRTP_MAX_SRTCP_TRAILER_LEN

OnPackets = Callable[[list[bytes]], None]
OnPacket = Callable[[bytes], None]


def _replace(target: object, name: str, value: object) -> None:
    """Shadow a method or attribute on one instance; the class stays as it is."""
    setattr(target, name, value)


def create_connection() -> RTCPeerConnection:
    """A peer connection without STUN servers. Add transceivers, then ``silence``, ``gather``."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def silence(connection: RTCPeerConnection) -> None:
    """Keep aiortc's own senders and receivers from ever starting a thread, task or timer.

    Call it when all transceivers exist and before the second description is set.
    """

    async def ignore(parameters: object) -> None:
        return None

    for transceiver in connection.getTransceivers():
        _replace(transceiver.receiver, "receive", ignore)
        _replace(transceiver.sender, "send", ignore)


def gather(connection: RTCPeerConnection, sockets: Sockets, *, loopback: bool) -> None:
    """Let ICE use ``sockets``. Call it when all transceivers exist, before setLocalDescription.

    With ``loopback`` 127.0.0.1 is a candidate too, which aioice itself leaves out; a laptop
    without a network has nothing else.
    """
    for transceiver in connection.getTransceivers():
        ice: Any = transceiver.receiver.transport.transport._connection
        if ice not in _lines:
            _lines[ice] = _Line(ice, sockets, ["127.0.0.1"] if loopback else [])


def _patient(request: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Consent checks that outlast a long round trip.

    aioice sends them once and waits 0.5 s; six in a row without an answer close the connection.
    Where a round trip takes longer than that, each is one: every 30 s all would be cut off.
    """

    async def patient(*arguments: Any, retransmissions: int | None = None, **more: Any) -> Any:
        tries = _CONSENT_AGAIN if retransmissions == 0 else retransmissions
        return await request(*arguments, retransmissions=tries, **more)

    return patient


class _Line:
    """One ICE connection: its sockets, its SRTP sessions, and what waits to be sent."""

    def __init__(self, ice: Any, sockets: Sockets, more: list[str]) -> None:
        self._ice: Any = weakref.proxy(ice)
        self._sockets = sockets
        self._more = more
        self.dtls: Any = None
        self.on_rtp: OnPackets | None = None
        self.on_rtcp: OnPacket | None = None
        self._early: list[bytes] = []
        self._pending: list[bytes] = []
        self._pair: Any = None
        self._address: Address | None = None
        self._length = srtp_ffi.new("int *")
        _replace(ice, "get_component_candidates", self._candidates)

    async def _candidates(
        self, component: int, addresses: list[str], **_more: object
    ) -> list[Candidate]:
        """Host candidates on our own sockets, in the place of aioice's."""
        found = []
        for address in [*addresses, *self._more]:
            protocol = StunProtocol(self._ice)
            _replace(protocol, "request", _patient(protocol.request))
            try:
                port = self._sockets.bind(protocol, address)
            except OSError:
                continue
            port.deliver = self._receiver(port)
            host, number = port.get_extra_info("sockname")[:2]
            protocol.local_candidate = Candidate(
                foundation=candidate_foundation("host", "udp", host),
                component=component,
                transport="udp",
                priority=candidate_priority(component, "host"),
                host=host,
                port=number,
                type="host",
            )
            self._ice._protocols.append(protocol)
            found.append(protocol.local_candidate)
        return found

    def _receiver(self, port: Port) -> Callable[[Inbox, list[int]], None]:
        """The hot path in: STUN and DTLS to aioice, the rest decrypted where it lies."""
        unprotect, unprotect_rtcp = srtp_lib.srtp_unprotect, srtp_lib.srtp_unprotect_rtcp
        length = self._length

        def received(inbox: Inbox, sizes: list[int]) -> None:
            memory, view = inbox.memory, inbox.view
            session = self.dtls._rx_srtp if self.dtls is not None else None
            on_rtp, on_rtcp = self.on_rtp, self.on_rtcp
            if session is not None and self._early:
                self._replay(session)
            plain: list[bytes] = []
            for slot, size in enumerate(sizes):
                start = inbox.starts[slot]
                if not 127 < memory[start] < 192 or size < 2:
                    port.pass_on(inbox, slot, size)
                    continue
                if session is None or on_rtp is None or on_rtcp is None:
                    # The peer may finish the handshake first; its first keyframe comes right then.
                    if len(self._early) < _EARLY:
                        self._early.append(bytes(view[start : start + size]))
                    continue
                length[0] = size
                control = 192 <= memory[start + 1] <= 223
                decrypt = unprotect_rtcp if control else unprotect
                if decrypt(session._srtp[0], inbox.pointers[slot], length):
                    continue
                data = bytes(view[start : start + length[0]])
                if control:
                    on_rtcp(data)
                else:
                    plain.append(data)
            if plain and on_rtp is not None:
                on_rtp(plain)

        return received

    def _replay(self, session: Any) -> None:
        early, self._early = self._early, []
        for data in early:
            with contextlib.suppress(pylibsrtp.Error, ValueError):
                if 192 <= data[1] <= 223:
                    if self.on_rtcp is not None:
                        self.on_rtcp(session.unprotect_rtcp(data))
                elif self.on_rtp is not None:
                    self.on_rtp([session.unprotect(data)])

    def route(self) -> bool:
        """Whether there is a way to the peer."""
        pair = self._ice._nominated.get(1)
        if pair is None:
            return False
        if pair is not self._pair:
            self._pair, self._address = pair, Address(pair.remote_addr)
        return True

    def send(self, data: bytes) -> bool:
        """Encrypt RTP or a compound of RTCP and send it within a tick; False while not connected.

        RTCP is told by its packet type (RFC 5761 §4).
        """
        if not self._pending:
            if self.dtls._tx_srtp is None or not self.route():
                return False
            self._sockets.send_later(self._flush)
        self._pending.append(data)
        return True

    def _flush(self, outbox: Outbox) -> None:
        """The hot path out: encrypted where it lies, one system call for all."""
        pending, self._pending = self._pending, []
        session = self.dtls._tx_srtp
        if session is None or not self.route() or self._address is None:
            return
        protect, protect_rtcp = srtp_lib.srtp_protect, srtp_lib.srtp_protect_rtcp
        context, length = session._srtp[0], self._length
        memory, starts, pointers = outbox.memory, outbox.starts, outbox.pointers
        sizes: list[int] = []
        for data in pending:
            slot, size = len(sizes), len(data)
            if size > _LARGEST:
                continue
            start = starts[slot]
            memory[start : start + size] = data
            length[0] = size
            encrypt = protect_rtcp if 192 <= data[1] <= 223 else protect
            if encrypt(context, pointers[slot], length):
                continue
            sizes.append(length[0])
            if len(sizes) == SLOTS:
                self._pair.protocol.transport.transmit(outbox, self._address, sizes)
                sizes = []
        if sizes:
            self._pair.protocol.transport.transmit(outbox, self._address, sizes)


_lines: weakref.WeakKeyDictionary[Any, _Line] = weakref.WeakKeyDictionary()


class Wire:
    """Plain RTP and RTCP in and out of one DTLS transport whose ICE uses our sockets."""

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        self._line = _lines[dtls.transport._connection]
        self._line.dtls = dtls
        self.send = self._line.send
        self.identity = id(dtls)
        """Equal for two media sections that share a transport (BUNDLE)."""

    @property
    def ready(self) -> bool:
        """Whether packets sent now would leave."""
        return self._line.dtls._tx_srtp is not None and self._line.route()

    def tap(self, on_rtp: OnPackets, on_rtcp: OnPacket) -> None:
        """Take every decrypted packet away from aiortc; STUN and DTLS still go to it.

        RTP comes as one list for all that was waiting.
        """
        self._line.on_rtp, self._line.on_rtcp = on_rtp, on_rtcp


__all__ = ["Wire", "create_connection", "gather", "silence"]
