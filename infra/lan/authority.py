"""A certificate authority of this installation's own, for addresses of local networks only.

Whoever trusts it trusts this laptop, so it is made unable to speak for anything else: its name
constraints (RFC 5280, 4.2.1.10) permit private networks, the networks this machine was on when it
was made, and local names.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS, LEAF_DAYS = 3650, 90
EARLY = timedelta(days=1)
"""A phone's clock may be slow."""
LOCAL_NETWORKS = tuple(
    map(
        IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
         "127.0.0.0/8"),
    )
)  # fmt: skip
LEAF_NAME = "AJJ di jaringan lokal"
"""No host: OpenSSL reads a lone common name that could be one as one, against the constraints."""
LOCAL_NAMES = ("local", "localhost", "lan", "home.arpa", "internal")


@dataclass(frozen=True)
class Authority:
    """``networks`` are those it may speak for."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def networks(self) -> list[IPv4Network]:
        names = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return [
            name.value
            for name in names.permitted_subtrees or ()
            if isinstance(name, x509.IPAddress) and isinstance(name.value, IPv4Network)
        ]

    def may_name(self, host: str) -> bool:
        """Whether it may sign for ``host``, an IPv4 address or a name."""
        try:
            address = ip_address(host)
        except ValueError:
            return any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)
        return any(address in network for network in self.networks)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def issue(self, hosts: Sequence[str], *, now: datetime) -> tuple[bytes, bytes]:
        """A server's certificate for ``hosts`` and its key, as PEM. ``now`` is aware.

        Raises ``ValueError`` for a host that the authority may not name.
        """
        refused = [host for host in hosts if not self.may_name(host)]
        if refused or not hosts:
            raise ValueError(f"not local: {refused}")
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder()
            .subject_name(_name(LEAF_NAME))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - EARLY)
            .not_valid_after(now + timedelta(days=LEAF_DAYS))
            .add_extension(x509.SubjectAlternativeName(list(map(_general, hosts))), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM), _key_pem(key)


def create(name: str, own: Iterable[IPv4Network], *, now: datetime) -> Authority:
    """A new authority called ``name`` for local networks and ``own``. ``now`` is aware."""
    key = ec.generate_private_key(ec.SECP256R1())
    networks = [*LOCAL_NETWORKS]
    networks += [net for net in own if not any(net.subnet_of(known) for known in networks)]
    permitted = [
        *(x509.IPAddress(network) for network in networks),
        *(x509.DNSName(local) for local in LOCAL_NAMES),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, made)


def kept(folder: Path, name: str, own: Iterable[IPv4Network], *, now: datetime) -> Authority:
    """The authority in ``folder``, made there once (``ca.key`` 0600) and again when it expires."""
    key_path, path = folder / "ca.key", folder / "ca.pem"
    if key_path.exists() and path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        left = certificate.not_valid_after_utc - now
        if isinstance(key, ec.EllipticCurvePrivateKey) and left > timedelta(days=LEAF_DAYS):
            return Authority(key, certificate)
    made = create(name, own, now=now)
    folder.mkdir(parents=True, exist_ok=True)
    write_secret(key_path, _key_pem(made.key))
    path.write_bytes(made.pem())
    return made


def write_secret(path: Path, content: bytes) -> None:
    """A file that nobody but its owner could ever read."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def network_of(address: str, prefix: int) -> IPv4Network:
    network = ip_network(f"{address}/{prefix}", strict=False)
    if not isinstance(network, IPv4Network):
        raise TypeError(address)
    return network


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(IPv4Address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
