"""The signing keys: made once, rotated, never lost for verification."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ajj.documents.keyring import Keyring


def b64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_jws_verifies_with_the_published_key_alone(tmp_path):
    keys = Keyring(tmp_path / "keys")
    jws, kid = keys.sign({"seq": 3})
    head, body, signature = jws.split(".")
    assert json.loads(b64(head)) == {"alg": "EdDSA", "kid": kid, "typ": "JWT"}
    (jwk,) = keys.jwks()["keys"]
    public = Ed25519PublicKey.from_public_bytes(b64(jwk["x"]))
    public.verify(b64(signature), f"{head}.{body}".encode())
    assert json.loads(b64(body)) == {"seq": 3}
    assert "d" not in jwk


def test_a_retired_key_still_verifies(tmp_path):
    keys = Keyring(tmp_path)
    old, old_kid = keys.sign({"n": 1})
    assert keys.rotate().kid != old_kid
    new, new_kid = keys.sign({"n": 2})
    assert keys.verify(old) == {"n": 1}
    assert keys.verify(new) == {"n": 2}
    assert {jwk["kid"] for jwk in keys.jwks()["keys"]} == {old_kid, new_kid}
    assert not any("d" in jwk for jwk in keys.jwks()["keys"])


def test_a_foreign_or_altered_jws_is_refused(tmp_path):
    keys, other = Keyring(tmp_path / "a"), Keyring(tmp_path / "b")
    jws, _ = other.sign({"n": 1})
    with pytest.raises(jwt.InvalidTokenError):
        keys.verify(jws)
    mine, kid = keys.sign({"n": 1})
    head, _, signature = mine.split(".")
    body = base64.urlsafe_b64encode(b'{"n":2}').rstrip(b"=").decode()
    with pytest.raises(jwt.InvalidTokenError):
        keys.verify(f"{head}.{body}.{signature}")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).decode()
    with pytest.raises(jwt.InvalidTokenError):
        keys.verify(f"{none.rstrip('=')}.{body}.")


def test_two_who_ask_at_once_get_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        kids = set(pool.map(lambda _: Keyring(tmp_path / "keys").active().kid, range(16)))
    assert len(kids) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["active.pem"]


def test_the_private_key_is_for_its_owner_only(tmp_path):
    Keyring(tmp_path / "keys").active()
    assert (tmp_path / "keys" / "active.pem").stat().st_mode & 0o777 == 0o600
