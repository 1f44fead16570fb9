"""Every seam into private parts of aiortc and aioice, and nothing else.

aiortc stays in charge of SDP, ICE and DTLS. Its RTP and RTCP machinery (decoder threads,
encoders, timers) is never started: packets are taken off the ICE connection, decrypted with the
session's own SRTP keys and handed over as bytes; what we send is encrypted and put on the
nominated pair. Each hook has a contract test in tests/integration/media/test_hooks.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pylibsrtp
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcdtlstransport import RTCDtlsTransport

_EARLY = 256
"""Packets kept while our half of the DTLS handshake is still under way."""

OnPacket = Callable[[bytes], None]


def _replace(target: object, name: str, value: object) -> None:
    """Shadow a method or attribute on one instance; the class stays as it is."""
    setattr(target, name, value)


def create_connection() -> RTCPeerConnection:
    """A peer connection without STUN servers. Add transceivers, then call ``silence``."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def silence(connection: RTCPeerConnection, *, loopback: bool) -> None:
    """Keep aiortc's own senders and receivers from ever starting a thread, task or timer.

    Call it between setRemoteDescription and setLocalDescription: all transceivers exist then,
    and none has started. Loopback candidates are arranged here too, before gathering.
    """

    async def ignore(parameters: object) -> None:
        return None

    for transceiver in connection.getTransceivers():
        _replace(transceiver.receiver, "receive", ignore)
        _replace(transceiver.sender, "send", ignore)
        if loopback:
            _gather_loopback(transceiver.receiver.transport.transport._connection)


def _gather_loopback(ice: Any) -> None:
    """Aioice itself leaves 127.0.0.1 out; a laptop without a network has nothing else."""
    original: Callable[..., Awaitable[Any]] = type(ice).get_component_candidates

    async def gather(component: int, addresses: list[str]) -> Any:
        return await original(ice, component, [*addresses, "127.0.0.1"])

    _replace(ice, "get_component_candidates", gather)


class Wire:
    """Plain RTP and RTCP in and out of one DTLS transport."""

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        self._dtls: Any = dtls
        self._ice: Any = dtls.transport._connection
        self._pair: Any = None
        self._sendto: Callable[[bytes, Any], None] | None = None
        self._address: Any = None

    @property
    def identity(self) -> int:
        """Equal for two media sections that share a transport (BUNDLE)."""
        return id(self._dtls)

    @property
    def ready(self) -> bool:
        """Whether packets sent now would leave."""
        return self._dtls._tx_srtp is not None and self._route()

    def tap(self, on_rtp: OnPacket, on_rtcp: OnPacket) -> None:
        """Take every decrypted packet away from aiortc; STUN and DTLS still go to it."""
        forward = type(self._ice).data_received
        ice, dtls = self._ice, self._dtls
        early: list[bytes] = []

        def received(data: bytes, component: int) -> None:
            if len(data) < 2 or not 127 < data[0] < 192:
                forward(ice, data, component)
                return
            session = dtls._rx_srtp
            if session is None:
                # The peer may finish the handshake first; its first keyframe comes right then.
                if len(early) < _EARLY:
                    early.append(data)
                return
            while early:
                decrypt(session, early.pop(0))
            decrypt(session, data)

        def decrypt(session: Any, data: bytes) -> None:
            try:
                if 192 <= data[1] <= 223:
                    on_rtcp(session.unprotect_rtcp(data))
                else:
                    on_rtp(session.unprotect(data))
            except pylibsrtp.Error:
                return

        _replace(ice, "data_received", received)

    def send_rtp(self, data: bytes) -> bool:
        """Encrypt and send; False while not connected."""
        session = self._dtls._tx_srtp
        if session is None or not self._route():
            return False
        with contextlib.suppress(pylibsrtp.Error, OSError):
            self._transmit(session.protect(data))
            return True
        return False

    def send_rtcp(self, data: bytes) -> bool:
        """As ``send_rtp``, for a compound RTCP packet."""
        session = self._dtls._tx_srtp
        if session is None or not self._route():
            return False
        with contextlib.suppress(pylibsrtp.Error, OSError):
            self._transmit(session.protect_rtcp(data))
            return True
        return False

    def _transmit(self, data: bytes) -> None:
        if self._sendto is not None:
            self._sendto(data, self._address)

    def _route(self) -> bool:
        pair = self._ice._nominated.get(1)
        if pair is None:
            return False
        if pair is not self._pair:
            self._pair = pair
            self._sendto = pair.protocol.transport.sendto
            self._address = pair.remote_addr
        return True


__all__ = ["Wire", "create_connection", "silence"]
