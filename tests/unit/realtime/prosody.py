"""A verifier of Jitsi tokens, written from what Jitsi and Prosody publish about their check.

lib-jitsi-meet ``doc/tokens.md``: ``aud``, ``iss``, ``sub`` (the domain), ``room``, ``exp``, and the
``kid`` header of RS256. Prosody's token module: the algorithm is the configured one and no other,
``aud`` is a string, ``exp`` has no leeway, ``nbf`` is honoured, the room is compared in lower case.
It shares no code with the issuer: base64, HMAC and RSA are used directly.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class Refused(Exception):
    pass


def b64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass(frozen=True)
class Prosody:
    """One deployment: ``algorithm`` is configuration, never read from a token."""

    domain: str
    app_id: str
    audience: str
    algorithm: str
    secret: bytes = b""
    keys: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)

    def enter(self, token: str, room: str, now: float) -> dict[str, Any]:
        """The context of one who may enter ``room``; raises ``Refused``."""
        try:
            head, body, signature = token.split(".")
            header, claims = json.loads(b64(head)), json.loads(b64(body))
        except ValueError as error:
            raise Refused("not a token") from error
        if header.get("alg") != self.algorithm:
            raise Refused("algorithm")
        self._check_signature(header, f"{head}.{body}".encode(), b64(signature))
        self._check_claims(claims, room, now)
        context = claims.get("context")
        if not isinstance(context, dict):
            raise Refused("context")
        return context

    def _check_signature(self, header: dict[str, Any], signed: bytes, signature: bytes) -> None:
        if self.algorithm == "HS256":
            if not hmac.compare_digest(
                hmac.new(self.secret, signed, hashlib.sha256).digest(), signature
            ):
                raise Refused("signature")
            return
        key = self.keys.get(header.get("kid", ""))
        if key is None:
            raise Refused("kid")
        try:
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise Refused("signature") from error

    def _check_claims(self, claims: dict[str, Any], room: str, now: float) -> None:
        if not isinstance(claims.get("aud"), str) or claims["aud"] != self.audience:
            raise Refused("aud")
        if claims.get("iss") != self.app_id:
            raise Refused("iss")
        if not isinstance(claims.get("sub"), str) or claims["sub"] != self.domain:
            raise Refused("sub")
        if not isinstance(claims.get("exp"), int) or now >= claims["exp"]:
            raise Refused("exp")
        if "nbf" in claims and now < claims["nbf"]:
            raise Refused("nbf")
        if not isinstance(claims.get("room"), str) or claims["room"].lower() != room.lower():
            raise Refused("room")
