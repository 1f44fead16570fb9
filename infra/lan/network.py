"""Where this machine is on its local networks, and what the product needs to be reached there."""

import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network
from pathlib import Path

import ifaddr

from infra.lan.authority import kept, network_of, write_secret

VIRTUAL = re.compile(r"^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel)")
"""Networks that live inside this machine; no phone is there."""
SOMEWHERE = ("192.0.2.1", 9)
"""TEST-NET-1 (RFC 5737): only asked which way it would lie; nothing is sent."""


@dataclass(frozen=True)
class Lan:
    """``hosts`` are the names and addresses that the certificate carries, the best first.

    ``port`` speaks HTTPS, ``door_port`` HTTP: the page that helps a phone to trust us. Both listen
    on ``interface``.
    """

    hosts: tuple[str, ...]
    port: int
    door_port: int
    folder: Path
    interface: str = "0.0.0.0"

    @property
    def site(self) -> str:
        return f"https://{self.hosts[0]}{'' if self.port == 443 else f':{self.port}'}"

    @property
    def door(self) -> str:
        return f"http://{self.hosts[0]}:{self.door_port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "site.pem"

    @property
    def key(self) -> Path:
        return self.folder / "site.key"

    @property
    def door_arguments(self) -> tuple[str, ...]:
        """For ``infra.lan.door``."""
        return self.interface, str(self.door_port), self.site, str(self.folder)

    @property
    def endpoint(self) -> str:
        """For daphne: a Twisted server string, where a colon needs a backslash."""
        cert, key = (re.sub(r"([\\:=])", r"\\\1", str(p)) for p in (self.certificate, self.key))
        return f"ssl:{self.port}:interface={self.interface}:certKey={cert}:privateKey={key}"

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What the product is told; what ``environ`` says already goes before."""
        allowed = [name for name in environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
        return {
            "SITE_URL": environ.get("SITE_URL") or self.site,
            "ALLOWED_HOSTS": ",".join([*allowed, *self.hosts, "localhost", "127.0.0.1", "[::1]"]),
        }


def prepare(environ: Mapping[str, str], *, port: int, data_dir: Path, now: datetime) -> Lan:
    """The authority made once, a new certificate for where this machine is today.

    ``LAN_ADDRESS`` is the only one to listen on; ``LAN_PORT`` (``port`` + 443) and
    ``LAN_HTTP_PORT`` (``port`` + 80) move the ports. Leaves with a clear word without a network.
    """
    own = own_addresses()
    folder = data_dir / "lan"
    networks = [network_of(address, prefix) for address, prefix in own]
    wanted = environ.get("LAN_ADDRESS", "")
    first = wanted or way_out()
    addresses = sorted((address for address, _ in own), key=lambda address: address != first)
    if not addresses:
        sys.exit("LAN=1 finds no network: connect this machine to the phone's Wi-Fi first.")
    if wanted and wanted not in addresses:
        sys.exit(f"LAN_ADDRESS={wanted} is not an address of this machine: {', '.join(addresses)}.")
    authority = kept(folder, f"AJJ lokal di {socket.gethostname()}", networks, now=now)
    hosts = [host for host in (*addresses, mdns_name(), "localhost") if authority.may_name(host)]
    if hosts[0] != addresses[0]:
        # Its name constraints were drawn before this network was known.
        sys.exit(
            f"The authority in {folder} may not speak for {addresses[0]}."
            f" Remove {folder} to make a new one; phones then have to trust that one."
        )
    certificate, key = authority.issue(hosts, now=now)
    write_secret(folder / "site.key", key)
    (folder / "site.pem").write_bytes(certificate)
    return Lan(
        hosts=tuple(host for host in hosts if host != "localhost"),
        port=int(environ.get("LAN_PORT") or port + 443),
        door_port=int(environ.get("LAN_HTTP_PORT") or port + 80),
        folder=folder,
        interface=wanted or "0.0.0.0",
    )


def own_addresses() -> list[tuple[str, int]]:
    """IPv4 addresses of this machine on networks that a phone may be on, with prefix lengths."""
    return [
        (str(ip.ip), ip.network_prefix)
        for adapter in ifaddr.get_adapters()
        if not VIRTUAL.match(adapter.name)
        for ip in adapter.ips
        if ip.is_IPv4 and not IPv4Network(f"{ip.ip}/32").is_loopback
    ]


def way_out() -> str:
    """The address that leads to the rest of the world, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def mdns_name() -> str:
    """The name by which mDNS finds this machine where it is on."""
    name = socket.gethostname().split(".")[0].lower()
    return f"{re.sub(r'[^a-z0-9-]', '-', name)}.local"
