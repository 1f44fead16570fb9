"""What an IP packet shows of itself. Pure; a packet it cannot read is ``other``."""

import ipaddress
from dataclasses import dataclass

_NAMES = {1: "icmp", 6: "tcp", 17: "udp"}
_WITH_PORTS = {"tcp", "udp"}


@dataclass(frozen=True)
class Packet:
    """``ports`` are source and destination, empty for what has none (and for later fragments)."""

    protocol: str
    source: str
    destination: str
    ports: tuple[int, ...]

    @classmethod
    def read(cls, data: bytes) -> "Packet":
        """An IPv4 packet as it comes from a TUN device (RFC 791, 3.1)."""
        if len(data) < 20 or data[0] >> 4 != 4:
            return cls("other", "", "", ())
        protocol = _NAMES.get(data[9], "other")
        start, fragment = (data[0] & 15) * 4, int.from_bytes(data[6:8]) & 0x1FFF
        ports: tuple[int, ...] = ()
        if protocol in _WITH_PORTS and not fragment and len(data) >= start + 4:
            ports = (
                int.from_bytes(data[start : start + 2]),
                int.from_bytes(data[start + 2 : start + 4]),
            )
        source, destination = (str(ipaddress.IPv4Address(data[a : a + 4])) for a in (12, 16))
        return cls(protocol, source, destination, ports)

    def fits(self, rule: str) -> bool:
        """Whether ``rule`` names it: a protocol (``udp``), or with one of its ports (``tcp/443``).

        Either port counts, so that one rule lets a connection through both ways.
        """
        protocol, _, port = rule.partition("/")
        return protocol == self.protocol and (not port or int(port) in self.ports)
