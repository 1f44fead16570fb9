"""The LSP's signing keys: Ed25519, in one directory, the retired ones kept for verification.

Whoever signs (seals, offline QR of certificates) signs with the active key; whoever verifies gets
every public key ever used from ``jwks``.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ACTIVE = "active.pem"


@dataclass(frozen=True)
class SigningKey:
    """``kid`` is the key's RFC 7638 thumbprint."""

    kid: str
    private: Ed25519PrivateKey


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638 thumbprint of an OKP key (RFC 8037, appendix A.3)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _b64(_raw(key))}
    body = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return _b64(hashlib.sha256(body).digest())


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The public JWK (RFC 8037)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _b64(_raw(key)),
        "kid": thumbprint(key),
        "use": "sig",
        "alg": "EdDSA",
    }


def _load(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key")
    return key


class Keyring:
    """Keys in ``directory``: ``active.pem`` signs, ``retired-*.json`` (public) only verify."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def active(self) -> SigningKey:
        """The key to sign with; made on first use, once even when two processes ask at once."""
        path = self.directory / ACTIVE
        if not path.exists():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._create(path)
        key = _load(path)
        return SigningKey(thumbprint(key.public_key()), key)

    def _create(self, path: Path) -> None:
        fresh = self._write_key(path.with_name(f"new-{os.getpid()}-{os.urandom(4).hex()}.pem"))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()

    def _write_key(self, path: Path) -> Path:
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        return path

    def rotate(self) -> SigningKey:
        """Retire the active key (its public half stays published) and sign with a new one."""
        old = self.active()
        self._publish(old)
        fresh = self._write_key(self.directory / f"new-{os.getpid()}-{os.urandom(4).hex()}.pem")
        fresh.replace(self.directory / ACTIVE)
        return self.active()

    def _publish(self, old: SigningKey) -> None:
        """Keep the public half on disk before the private one goes, whole or not at all."""
        retired = self.directory / f"retired-{old.kid}.json"
        unfinished = retired.with_suffix(f".{os.urandom(4).hex()}.part")
        with unfinished.open("w") as file:
            file.write(json.dumps(public_jwk(old.private.public_key())))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(retired)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """A JWK set of the active and every retired key."""
        active = public_jwk(self.active().private.public_key())
        retired = [json.loads(path.read_text()) for path in self.directory.glob("retired-*.json")]
        # A rotation that died half-way has published the key that is still active.
        return {"keys": [active, *(key for key in retired if key != active)]}

    def sign(self, payload: dict[str, Any]) -> tuple[str, str]:
        """``payload`` as a compact JWS (EdDSA), and the ``kid`` that its header names."""
        key = self.active()
        return (
            jwt.encode(payload, key.private, algorithm="EdDSA", headers={"kid": key.kid}),
            key.kid,
        )

    def verify(self, jws: str) -> dict[str, Any]:
        """The payload of a JWS signed by one of our keys.

        Raises ``jwt.InvalidTokenError`` for anything else.
        """
        kid = jwt.get_unverified_header(jws).get("kid")
        for jwk in self.jwks()["keys"]:
            if jwk["kid"] == kid:
                decoded: dict[str, Any] = jwt.decode(
                    jws,
                    jwt.PyJWK(jwk).key,
                    algorithms=["EdDSA"],
                    options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
                )
                return decoded
        raise jwt.InvalidTokenError("signed with a key we never had")
