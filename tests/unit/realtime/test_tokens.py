"""Join tokens and Jitsi tokens: what opens, and everything that must not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from realtime import tokens
from tests.unit.realtime.prosody import Prosody, Refused

NOW = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ROOM = "sesi-0d5c1c6a3f0e4bb58a1d6a2b7c9e0f11"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PEM = RSA_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
RSA_PUBLIC_PEM = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SECRET = "a secret of more than thirty-two bytes, shared with Prosody"
GUEST = tokens.JitsiGuest(id="7", name="Ratna", email="ratna@ajj.test", moderator=True)

HS_ISSUER = tokens.JitsiIssuer("meet.ajj.test", "ajj-app", "jitsi", secret=SECRET)
RS_ISSUER = tokens.JitsiIssuer(
    "meet.ajj.test", "ajj-app", "jitsi", private_key=RSA_PEM, key_id="ajj/1"
)
HS_PROSODY = Prosody("meet.ajj.test", "ajj-app", "jitsi", "HS256", secret=SECRET.encode())
RS_PROSODY = Prosody(
    "meet.ajj.test", "ajj-app", "jitsi", "RS256", keys={"ajj/1": RSA_KEY.public_key()}
)
PAIRS = [
    pytest.param(HS_ISSUER, HS_PROSODY, id="HS256"),
    pytest.param(RS_ISSUER, RS_PROSODY, id="RS256"),
]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token: str):
    head, body, _ = token.split(".")
    return [json.loads(base64.urlsafe_b64decode(p + "==")) for p in (head, body)]


def jitsi(issuer: tokens.JitsiIssuer, *, room: str = ROOM, nbf: int = AT - 60, exp: int = AT + 60):
    return tokens.issue_jitsi(issuer, GUEST, room=room, nbf=nbf, exp=exp)


@pytest.mark.parametrize(("issuer", "prosody"), PAIRS)
class TestJitsi:
    def test_the_right_room_opens(self, issuer, prosody):
        context = prosody.enter(jitsi(issuer), ROOM, AT)
        assert context["user"] == {
            "id": "7",
            "name": "Ratna",
            "email": "ratna@ajj.test",
            "moderator": True,
        }
        assert context["features"]["recording"] is True

    def test_the_claims_are_what_the_contract_says(self, issuer, prosody):
        header, claims = parts(jitsi(issuer))
        assert header["alg"] == prosody.algorithm
        assert header.get("kid", "") == issuer.key_id
        assert claims["aud"] == "jitsi"
        assert claims["iss"] == "ajj-app"
        assert claims["sub"] == "meet.ajj.test"
        assert claims["room"] == ROOM
        assert "moderator" not in claims

    @pytest.mark.parametrize(
        ("room", "at", "why"),
        [
            ("sesi-other", AT, "room"),
            (ROOM + "x", AT, "room"),
            (ROOM, AT + 60, "exp"),
            (ROOM, AT - 61, "nbf"),
        ],
    )
    def test_another_room_or_time_stays_closed(self, issuer, prosody, room, at, why):
        with pytest.raises(Refused, match=why):
            prosody.enter(jitsi(issuer), room, at)

    def test_another_domain_stays_closed(self, issuer, prosody):
        elsewhere = Prosody(
            "meet.other.test",
            prosody.app_id,
            prosody.audience,
            prosody.algorithm,
            secret=prosody.secret,
            keys=prosody.keys,
        )
        with pytest.raises(Refused, match="sub"):
            elsewhere.enter(jitsi(issuer), ROOM, AT)

    def test_every_tampered_claim_is_refused(self, issuer, prosody):
        head, body, signature = jitsi(issuer).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        for name, value in (("room", "*"), ("sub", "*"), ("exp", AT + 9999), ("nbf", 0)):
            forged = b64(json.dumps({**claims, name: value}).encode())
            with pytest.raises(Refused, match="signature"):
                prosody.enter(f"{head}.{forged}.{signature}", ROOM, AT)

    def test_no_algorithm_is_no_token(self, issuer, prosody):
        _, body, signature = jitsi(issuer).split(".")
        for alg in ("none", "None", "NONE", ""):
            head = b64(json.dumps({"alg": alg, "typ": "JWT"}).encode())
            for tail in ("", signature):
                with pytest.raises(Refused, match="algorithm"):
                    prosody.enter(f"{head}.{body}.{tail}", ROOM, AT)


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused():
    _, body, _ = jitsi(RS_ISSUER).split(".")
    head = b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "ajj/1"}).encode())
    mac = hmac.new(RSA_PUBLIC_PEM, f"{head}.{body}".encode(), hashlib.sha256).digest()
    with pytest.raises(Refused, match="algorithm"):
        RS_PROSODY.enter(f"{head}.{body}.{b64(mac)}", ROOM, AT)


def test_an_unknown_key_id_is_refused():
    other = tokens.JitsiIssuer(
        "meet.ajj.test", "ajj-app", "jitsi", private_key=RSA_PEM, key_id="someone/else"
    )
    with pytest.raises(Refused, match="kid"):
        RS_PROSODY.enter(jitsi(other), ROOM, AT)


@pytest.mark.parametrize("room", ["", "*", "Sesi-1", "sesi-*"])
def test_no_wildcard_and_no_capitals_are_ever_issued(room):
    with pytest.raises(ValueError, match="exactly"):
        jitsi(HS_ISSUER, room=room)


def test_an_issuer_without_a_key_issues_nothing():
    with pytest.raises(ValueError, match="no key"):
        jitsi(tokens.JitsiIssuer("meet.ajj.test", "ajj-app"))
    with pytest.raises(ValueError, match="key's id"):
        jitsi(tokens.JitsiIssuer("meet.ajj.test", "ajj-app", private_key=RSA_PEM))


def test_only_the_asesor_is_moderator():
    guest = tokens.JitsiGuest(id="8", name="Maria", email="maria@ajj.test", moderator=False)
    token = tokens.issue_jitsi(HS_ISSUER, guest, room=ROOM, nbf=AT, exp=AT + 60)
    context = HS_PROSODY.enter(token, ROOM, AT)
    assert context["user"]["moderator"] is False
    assert context["features"]["recording"] is False


def test_the_room_is_named_in_lower_case():
    assert tokens.jitsi_room("0D5C1C6A-3F0E-4BB5-8A1D-6A2B7C9E0F11") == ROOM


KEY = "k" * 64
CLAIMS = tokens.JoinClaims("7", "s-1", "asesor", "Ratna", AT - 60, AT + 60)


def test_a_join_token_says_who_and_where():
    assert tokens.verify_join(tokens.issue_join(CLAIMS, key=KEY), key=KEY, now=NOW) == CLAIMS


@pytest.mark.parametrize(
    ("seconds", "code"), [(60, "token_expired"), (3600, "token_expired"), (-61, "token_not_yet")]
)
def test_a_join_token_holds_only_in_its_window(seconds, code):
    token = tokens.issue_join(CLAIMS, key=KEY)
    with pytest.raises(tokens.BadToken) as refused:
        tokens.verify_join(token, key=KEY, now=NOW + timedelta(seconds=seconds))
    assert (refused.value.code, refused.value.status) == (code, 401)


def test_a_join_token_of_another_key_algorithm_issuer_or_audience_is_refused():
    good = tokens.issue_join(CLAIMS, key=KEY)
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))

    def signed(header: object, payload: object, key: str = KEY) -> str:
        text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(payload).encode())}"
        return f"{text}.{b64(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())}"

    hs = {"alg": "HS256", "typ": "JWT"}
    assert tokens.verify_join(signed(hs, claims), key=KEY, now=NOW) == CLAIMS
    bad = [
        "",
        "x",
        "..",
        good[:-2],
        f"{head}.{body}.",
        signed(hs, claims, "another key of the same length, or of about it."),
        signed({"alg": "none"}, claims),
        signed({"alg": "HS512"}, claims),
        signed(hs, {**claims, "iss": "someone"}),
        signed(hs, {**claims, "aud": "jitsi"}),
        signed(hs, {**claims, "sub": 7}),
        signed(hs, {**claims, "exp": "tomorrow"}),
        signed(hs, {**claims, "exp": True}),
        *(signed(hs, {k: v for k, v in claims.items() if k != name}) for name in claims),
        f"{b64(json.dumps({'alg': 'none'}).encode())}.{body}.",
        f"{head}.{b64(json.dumps({**claims, 'sub': '1'}).encode())}.{signature}",
    ]
    for token in bad:
        with pytest.raises(tokens.BadToken) as refused:
            tokens.verify_join(token, key=KEY, now=NOW)
        assert refused.value.status == 401


def test_a_jitsi_token_is_no_join_token():
    issuer = tokens.JitsiIssuer("meet.ajj.test", "ajj", "ajj-session", secret=KEY)
    with pytest.raises(tokens.BadToken):
        tokens.verify_join(jitsi(issuer), key=KEY, now=NOW)
