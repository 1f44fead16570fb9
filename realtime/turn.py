"""Time-limited TURN credentials, as coturn checks them with ``use-auth-secret``."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import NotRequired, TypedDict


class IceServer(TypedDict):
    """One entry of RTCConfiguration.iceServers."""

    urls: list[str]
    username: NotRequired[str]
    credential: NotRequired[str]


def lasts_until(*, now: int, closes: int, ttl_s: int) -> int:
    """When a credential made ``now`` ends: with the room, and never later than ``ttl_s`` from now.

    Epoch seconds. coturn asks for it only when an allocation is made: one that stands may be
    refreshed for as long as it is used, so an end in mid-session interrupts nothing.
    """
    return min(closes, now + ttl_s)


def ice_servers(urls: Sequence[str], *, secret: str, user: str, expires: int) -> list[IceServer]:
    """Servers a client may use until ``expires`` (epoch seconds); empty when none is configured.

    STUN addresses need no credentials; TURN addresses are left out while no secret is set.
    """
    stun = [url for url in urls if url.startswith(("stun:", "stuns:"))]
    turn = [url for url in urls if url.startswith(("turn:", "turns:"))]
    servers: list[IceServer] = []
    if stun:
        servers.append({"urls": stun})
    if turn and secret:
        username = f"{expires}:{user}"
        mac = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
        servers.append(
            {"urls": turn, "username": username, "credential": base64.b64encode(mac).decode()}
        )
    return servers


def link_headers(servers: Sequence[IceServer]) -> list[str]:
    """``Link`` header values that carry the servers to a WHIP client (RFC 9725, 4.6)."""
    links = []
    for server in servers:
        credentials = ""
        if "username" in server:
            credentials = (
                f'; username="{server["username"]}"; credential="{server.get("credential", "")}"'
                '; credential-type="password"'
            )
        links += [f'<{url}>; rel="ice-server"{credentials}' for url in server["urls"]]
    return links
