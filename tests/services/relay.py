"""coturn as the tests run it: real, configured by the product, gone afterwards."""

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from infra.turnserver import Relay
from tests.services.processes import Server


@dataclass(frozen=True)
class Turn:
    """A running relay, what was configured, and where its words are."""

    relay: Relay
    log: Path

    @property
    def urls(self) -> list[str]:
        """Over UDP, TCP and, with a certificate, TLS."""
        relay = self.relay
        plain = f"turn:{relay.address}:{relay.port}"
        secure = f"turns:{relay.address}:{relay.tls_port}?transport=tcp"
        found = [f"{plain}?transport=udp", f"{plain}?transport=tcp"]
        return [*found, secure] if relay.certificate else found

    @property
    def environment(self) -> dict[str, str]:
        """What the product has to know of it."""
        return {"TURN_URLS": ",".join(self.urls), "TURN_SECRET": self.relay.secret}


def relay_at(address: str, *peers: str, port: int = 0, tls_port: int = 0) -> Relay:
    """A relay at ``address`` on free ports, for media processes at ``peers``."""
    return Relay(
        secret=secrets.token_urlsafe(24),
        realm="turn.ajj.test",
        peers=peers or (address,),
        address=address,
        port=port or _free(address),
        tls_port=tls_port or _free(address),
        relay_ports=(40000, 44999),
    )


@contextmanager
def coturn(
    folder: Path, relay: Relay, certificate: tuple[bytes, bytes] | None = None
) -> Iterator[Turn]:
    """Run ``relay``; with a certificate and its key (PEM) it speaks TLS too."""
    program = shutil.which("turnserver")
    if program is None:
        raise RuntimeError("turnserver is missing: make test installs it (apt coturn).")
    folder.mkdir(parents=True)
    if certificate:
        for name, content in zip(("cert.pem", "key.pem"), certificate, strict=True):
            (folder / name).write_bytes(content)
        relay = replace(relay, certificate=str(folder / "cert.pem"), key=str(folder / "key.pem"))
    (folder / "turnserver.conf").write_text(relay.text())
    server = Server(
        (program, "-c", str(folder / "turnserver.conf"), "--verbose",
         f"--userdb={folder / 'turndb'}", f"--pidfile={folder / 'pid'}"),
        log=folder / "log",
    )  # fmt: skip
    try:
        server.wait_for(lambda: _answers(relay.address, relay.port), 20)
        yield Turn(relay, folder / "log")
    finally:
        server.stop()


def _free(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0
