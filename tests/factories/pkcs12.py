"""Certified signatures in tests: an imagined LSP's PKCS#12, and a provider that is away."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from ajj.documents.certified import SigningUnavailable

PASSWORD = "rahasia-segel"


def make(directory: Path, now: datetime) -> tuple[Path, Path]:
    """A PKCS#12 file (password ``PASSWORD``) and its certificate as PEM, valid around ``now``."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Segel LSP Contoh"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    p12, pem = directory / "lsp.p12", directory / "lsp.pem"
    secret = BestAvailableEncryption(PASSWORD.encode())
    p12.write_bytes(pkcs12.serialize_key_and_certificates(b"lsp", key, certificate, None, secret))
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    return p12, pem


class Away:
    """A provider that does not answer; ``asked`` counts how often it was asked in vain."""

    asked = 0

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        Away.asked += 1
        raise SigningUnavailable("Penyedia tanda tangan tidak menjawab. Tidak ada yang terbit.")
