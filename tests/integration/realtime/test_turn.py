"""Credentials and configuration against the real coturn, over a link's own address."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aioice import stun, turn

from infra.lan.authority import create
from realtime.turn import ice_servers, link_headers
from tests.net.far import far_away
from tests.services.relay import Turn, coturn, relay_at

AUTHORITY = create("uji", (), now=datetime.now(UTC))
LIFETIME_S = 600


@pytest.fixture(scope="module")
def relay(tmp_path_factory) -> Iterator[Turn]:
    """coturn at this end of a link: an address that is no loopback, on any machine."""
    with far_away() as far:
        certificate = AUTHORITY.issue([far.near], now=datetime.now(UTC))
        folder = tmp_path_factory.mktemp("relay") / "coturn"
        with coturn(folder, relay_at(far.near), certificate) as running:
            yield running


@pytest.fixture
def frugal(relay, tmp_path) -> Iterator[Turn]:
    """Beside it one that grants a person two allocations."""
    with coturn(tmp_path / "coturn", replace(relay_at(relay.relay.address), user_quota=2)) as one:
        yield one


@dataclass
class Ear(asyncio.DatagramProtocol):
    heard: list[bytes] = field(default_factory=list)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.append(data)


def credential(relay: Turn, seconds: int, user: str = "7") -> tuple[str, str]:
    """As the join answer carries it, good for so many seconds."""
    (server,) = ice_servers(
        relay.urls, secret=relay.relay.secret, user=user, expires=int(time.time()) + seconds
    )
    assert server["urls"] == relay.urls
    return server["username"], server["credential"]


@asynccontextmanager
async def allocated(relay: Turn, username: str, password: str, by: str = "udp"):
    """An allocation by a TURN client that is not ours: its transport and what it hears."""
    secure = by == "tls"
    context = ssl.create_default_context(cadata=AUTHORITY.pem().decode())
    transport, ear = await turn.create_turn_endpoint(
        Ear,
        server_addr=(relay.relay.address, relay.relay.tls_port if secure else relay.relay.port),
        username=username,
        password=password,
        lifetime=LIFETIME_S,
        channel_refresh_time=500,
        ssl=context if secure else False,
        transport="udp" if by == "udp" else "tcp",
    )
    try:
        yield transport, ear
    finally:
        transport.close()
        await asyncio.sleep(0.05)


def asked(transport: Any, method: stun.Method, **attributes: Any):
    """One more request inside an allocation."""
    request = stun.Message(message_method=method, message_class=stun.Class.REQUEST)
    request.attributes.update({name.replace("_", "-"): at for name, at in attributes.items()})
    return transport._TurnTransport__inner_protocol.request_with_retry(request)


@asynccontextmanager
async def media_at(address: str) -> AsyncIterator[tuple[str, int]]:
    """An echo where the media process would be."""
    loop = asyncio.get_running_loop()

    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            self.transport.sendto(data.upper(), addr)

    transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=(address, 0))
    try:
        yield transport.get_extra_info("sockname")[:2]
    finally:
        transport.close()


@pytest.mark.parametrize("by", ["udp", "tcp", "tls"])
async def test_what_the_site_hands_out_opens_the_relay(relay, by):
    async with (
        media_at(relay.relay.address) as media,
        allocated(relay, *credential(relay, 60), by) as (transport, ear),
    ):
        transport.sendto(b"frame", media)
        for _ in range(40):
            if ear.heard:
                break
            await asyncio.sleep(0.05)
        assert ear.heard == [b"FRAME"]


@pytest.mark.parametrize("spoilt", ["secret", "expired", "user"])
async def test_no_other_credential_does(relay, spoilt):
    username, password = credential(relay, -1 if spoilt == "expired" else 60)
    if spoilt == "secret":
        password = ice_servers(["turn:x"], secret="guess", user="7", expires=2_000_000_000)[0][
            "credential"
        ]
    if spoilt == "user":
        username = username.replace(":7", ":8")
    with pytest.raises(stun.TransactionFailed) as refusal:
        async with allocated(relay, username, password):
            pass
    assert refusal.value.response.attributes["ERROR-CODE"][0] == 401


async def test_an_allocation_outlives_the_credential_it_was_made_with(relay):
    username, password = credential(relay, 2)
    async with allocated(relay, username, password) as (transport, _):
        await asyncio.sleep(3)
        with pytest.raises(stun.TransactionFailed):
            async with allocated(relay, username, password):
                pass
        answer, _ = await asked(transport, stun.Method.REFRESH, LIFETIME=LIFETIME_S)
        assert answer.attributes["LIFETIME"] == LIFETIME_S
        # Another nonce, as after ten minutes, asks for the same proof again.
        transport._TurnTransport__inner_protocol.nonce = b"old"
        answer, _ = await asked(transport, stun.Method.REFRESH, LIFETIME=LIFETIME_S)
        assert answer.attributes["LIFETIME"] == LIFETIME_S


async def test_the_quota_counts_a_person_and_not_the_credentials(frugal):
    async with (
        allocated(frugal, *credential(frugal, 60)),
        allocated(frugal, *credential(frugal, 70)),
    ):
        with pytest.raises(stun.TransactionFailed) as refusal:
            async with allocated(frugal, *credential(frugal, 80)):
                pass
        assert refusal.value.response.attributes["ERROR-CODE"][0] == 486
        async with allocated(frugal, *credential(frugal, 80, user="8")):
            pass


@pytest.mark.parametrize(
    "peer",
    ["127.0.0.1", "0.0.0.0", "10.0.0.1", "192.168.1.1", "169.254.169.254", "8.8.8.8", "224.0.0.1"],
)
async def test_it_relays_to_the_media_process_and_nowhere_else(relay, peer):
    async with allocated(relay, *credential(relay, 60)) as (transport, _):
        for method, more in (
            (stun.Method.CREATE_PERMISSION, {}),
            (stun.Method.CHANNEL_BIND, {"CHANNEL_NUMBER": 0x4001}),
        ):
            with pytest.raises(stun.TransactionFailed) as refusal:
                await asked(transport, method, **more, XOR_PEER_ADDRESS=(peer, 9))
            assert refusal.value.response.attributes["ERROR-CODE"][0] == 403
            own = (relay.relay.address, 9)
            await asked(transport, method, **more, XOR_PEER_ADDRESS=own)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
async def test_it_speaks_neither_old_tls_nor_of_itself(relay):
    def speaks(version: ssl.TLSVersion) -> bool:
        context = ssl.create_default_context(cadata=AUTHORITY.pem().decode())
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        address = relay.relay.address
        with socket.create_connection((address, relay.relay.tls_port), 1) as line:
            try:
                return bool(context.wrap_socket(line, server_hostname=address).version())
            except (ssl.SSLError, TimeoutError):
                return False

    versions = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2)
    assert [speaks(version) for version in versions] == [False, False, True]
    async with allocated(relay, *credential(relay, 60)) as (transport, _):
        answer, _ = await asked(transport, stun.Method.REFRESH, LIFETIME=LIFETIME_S)
        assert "SOFTWARE" not in answer.attributes
        assert "FINGERPRINT" in answer.attributes


def test_the_link_headers_say_the_same(relay):
    servers = ice_servers(relay.urls, secret=relay.relay.secret, user="7", expires=2_000_000_000)
    username, password = servers[0]["username"], servers[0]["credential"]
    links = link_headers(servers)
    assert len(links) == 3
    for url, link in zip(relay.urls, links, strict=True):
        assert link == (
            f'<{url}>; rel="ice-server"; username="{username}"; credential="{password}";'
            ' credential-type="password"'
        )
