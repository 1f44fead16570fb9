"""The configuration of coturn for this installation: ``python -m infra.turnserver > FILE``.

Read from the environment that the product itself is started with, so that both sides agree on the
secret, the addresses and the media processes. Standard library only. The file holds the secret:
keep it readable for coturn alone (0640, group ``turnserver``).
"""

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).parent / "coturn" / "turnserver.conf.template"
SHORTEST_SECRET = 16
RELAY_PORTS = (49152, 65535)
USER_QUOTA = 120
MAX_BPS = 1_000_000
"""Bytes a second, each way, of one allocation: a shared screen at its best takes a quarter."""


class Misconfigured(ValueError):
    """Names the variable that is missing or wrong."""


@dataclass(frozen=True)
class Relay:
    """One coturn. Addresses are IP addresses, ``peers`` those of the media processes.

    ``user_quota`` counts allocations of one person, whatever credential they were made with.
    ``external`` is what the world sees when ``address`` is behind NAT 1:1. Without a certificate
    there is no TURN over TLS.
    """

    secret: str
    realm: str
    peers: tuple[str, ...]
    address: str = ""
    external: str = ""
    port: int = 3478
    tls_port: int = 5349
    certificate: str = ""
    key: str = ""
    relay_ports: tuple[int, int] = RELAY_PORTS
    user_quota: int = USER_QUOTA

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Relay":
        """Raises ``Misconfigured``."""
        urls = [url.strip() for url in environ.get("TURN_URLS", "").split(",") if url.strip()]
        turns = [url for url in urls if url.startswith(("turn:", "turns:"))]
        realm = environ.get("TURN_REALM", "") or next(map(_host, turns), "")
        peers = environ.get("TURN_PEERS") or environ.get("MEDIA_PUBLIC_ADDRESS", "")
        relay = cls(
            secret=environ.get("TURN_SECRET", ""),
            realm=realm,
            peers=tuple(_address("TURN_PEERS", peer) for peer in peers.split(",") if peer.strip()),
            address=_address("TURN_ADDRESS", environ.get("TURN_ADDRESS", "")),
            external=_address("TURN_EXTERNAL_ADDRESS", environ.get("TURN_EXTERNAL_ADDRESS", "")),
            port=int(environ.get("TURN_PORT") or _port(turns, "turn:") or 3478),
            tls_port=int(environ.get("TURN_TLS_PORT") or _port(turns, "turns:") or 5349),
            certificate=environ.get("TURN_CERTIFICATE", ""),
            key=environ.get("TURN_KEY", ""),
        )
        relay.check(tls=any(url.startswith("turns:") for url in turns))
        return relay

    def check(self, *, tls: bool) -> None:
        """Raises ``Misconfigured`` for what would be unsafe, or would not work."""
        if len(self.secret) < SHORTEST_SECRET or not re.fullmatch(r"[!-~]+", self.secret):
            raise Misconfigured(
                f"TURN_SECRET needs {SHORTEST_SECRET} or more printable characters without spaces"
            )
        if not re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", self.realm):
            raise Misconfigured("TURN_URLS (or TURN_REALM) must name the relay's host")
        if not self.peers:
            raise Misconfigured("TURN_PEERS must name the addresses of the media processes")
        if tls and not (self.certificate and self.key):
            raise Misconfigured("turns: needs TURN_CERTIFICATE and TURN_KEY, PEM files")
        if self.external and not self.address:
            raise Misconfigured("TURN_EXTERNAL_ADDRESS needs TURN_ADDRESS, the address behind it")

    def text(self) -> str:
        """The configuration file."""
        addresses = []
        if self.address:
            addresses = [f"listening-ip={self.address}", f"relay-ip={self.address}"]
        if self.external:
            addresses.append(f"external-ip={self.external}/{self.address}")
        certificate = [f"cert={self.certificate}", f"pkey={self.key}"]
        first, last = self.relay_ports
        return Template(TEMPLATE.read_text()).substitute(
            addresses="\n".join(addresses) or "# all addresses of this machine",
            port=self.port,
            tls_port=self.tls_port,
            relay_first=first,
            relay_last=last,
            secret=self.secret,
            realm=self.realm,
            peers="\n".join(f"allowed-peer-ip={peer}" for peer in self.peers),
            user_quota=self.user_quota,
            total_quota=(last - first + 1) // 2,
            max_bps=MAX_BPS,
            certificate="\n".join(certificate) if self.certificate else "no-tls",
        )


def _address(name: str, text: str) -> str:
    """An IP address; for peers also a range ``FIRST-LAST``. Empty stays empty."""
    text = text.strip()
    ends = text.split("-") if name == "TURN_PEERS" else [text]
    try:
        for end in ends if text else ():
            ipaddress.ip_address(end)
    except ValueError as error:
        raise Misconfigured(f"{name}: {text!r} is not an IP address") from error
    return text


def _host(url: str) -> str:
    return re.sub(r"(:\d+)?(\?.*)?$", "", url.partition(":")[2])


def _port(urls: list[str], scheme: str) -> int | None:
    """The port that the first address of ``scheme`` names."""
    for url in urls:
        named = re.search(r":(\d+)(\?.*)?$", url.removeprefix(scheme))
        if url.startswith(scheme) and named:
            return int(named[1])
    return None


def main() -> None:
    try:
        print(Relay.of(os.environ).text(), end="")
    except Misconfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
