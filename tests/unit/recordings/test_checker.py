"""The capsule's checker against the libraries that the product uses for the same."""

import ast
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ajj.documents.keyring import Keyring
from ajj.kernel import chain
from recordings.capsule import verify as checker

SOURCE = Path(checker.__file__)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXT, inner)),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_json_is_that_of_the_product(value):
    assert checker.canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_as_in_ecmascript(value):
    assert checker.canonical(value) == rfc8785.dumps(value)


def test_keys_stand_in_the_order_of_utf_16():
    body = checker.canonical({"\ue000": 1, "\U0001f600": 2, "a": 3})
    assert body == '{"a":3,"\U0001f600":2,"\ue000":1}'.encode()


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}, object(), b"x"]
)
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(checker.NotJson):
        checker.canonical(value)


@pytest.mark.parametrize(
    "raw",
    [b'{"a":1,"a":1}', b'{"b":1,"a":1}', b"[1, 2]", b"1.0", b"1e0", b"\xff", b"NaN", b'"\\u0041"'],
)
def test_only_the_one_spelling_is_read(raw):
    with pytest.raises(checker.NotJson):
        checker.parsed(raw)


@settings(max_examples=15)
@given(st.binary(max_size=80), st.binary(min_size=32, max_size=32), st.integers(0, 511))
def test_a_signature_holds_for_its_message_key_and_bytes_alone(message, seed, bit):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert checker.signature_holds(public, message, signature)
    assert not checker.signature_holds(public, message + b"x", signature)
    torn = bytearray(signature)
    torn[bit // 8] ^= 1 << bit % 8
    assert not checker.signature_holds(public, message, bytes(torn))


def test_the_first_vectors_of_rfc_8032():
    rows = (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    )
    for public, message, signature in rows:
        key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
        assert checker.signature_holds(key, text, signed)


def test_a_stretched_signature_and_a_weak_key_are_refused():
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"x")
    s = int.from_bytes(signature[32:], "little") + checker.ORDER
    assert not checker.signature_holds(public, b"x", signature[:32] + s.to_bytes(32, "little"))
    neutral = (1).to_bytes(32, "little")
    assert not checker.signature_holds(neutral, b"x", neutral + bytes(32))


def test_signed_texts_of_the_product_open_and_others_do_not(tmp_path):
    ring = Keyring(tmp_path)
    old, _kid = ring.sign({"n": 1})
    ring.rotate()
    new, kid = ring.sign({"n": 2})
    keys, faults = checker.public_keys(ring.jwks()["keys"])
    assert faults == []
    assert checker.opened_jws(old, keys)[1] == {"n": 1}
    assert checker.opened_jws(new, keys) == (kid, {"n": 2})
    secret = ring.active().private
    wrong = [
        jwt.encode({"n": 3}, "k" * 64, algorithm="HS256", headers={"kid": kid}),
        jwt.encode({"n": 3}, "", algorithm="none", headers={"kid": kid}),
        jwt.encode({"n": 3}, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": kid}),
        jwt.encode({"n": 3}, secret, algorithm="EdDSA", headers={"kid": "another"}),
        jwt.encode({"n": 3}, secret, algorithm="EdDSA", headers={"kid": kid, "crit": ["n"]}),
        f"{new}=",
        new.replace(".", "..", 1),
        "",
    ]
    for text in wrong:
        with pytest.raises(checker.Unsigned):
            checker.opened_jws(text, keys)


def test_a_key_cannot_be_exchanged_under_its_name(tmp_path):
    (key,) = Keyring(tmp_path / "one").jwks()["keys"]
    (other,) = Keyring(tmp_path / "two").jwks()["keys"]
    wrong: list[Any] = [{**key, "x": other["x"]}, {**key, "alg": "none"}, {**key, "d": "x"}, {}, []]
    for forged in wrong:
        usable, faults = checker.public_keys([forged])
        assert (usable, len(faults)) == ({}, 1)


@given(st.dictionaries(TEXT, VALUES, max_size=4), TEXT)
def test_a_log_entry_hashes_as_in_the_product(data, actor):
    entry = {"session": "s", "seq": 1, "at_ms": 0, "kind": "chat", "actor": actor, "data": data}
    assert checker.entry_hash(checker.GENESIS, entry) == chain.entry_hash(chain.GENESIS, entry)


@given(st.lists(VALUES, max_size=6))
def test_no_log_makes_it_raise(log):
    faults = list(checker.chain_faults(log, "0" * 64))
    assert faults
    checker.told(item for item in log if isinstance(item, dict))


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(sorted(checker.SEAL_FIELDS | {"jws", "kid"})), VALUES), VALUES
)
def test_no_documents_make_it_raise(seal, manifest):
    report = checker.checked(checker.Proof([], manifest, [seal, manifest], [seal, manifest], {}))
    assert report.faults


def test_no_stamp_makes_it_raise_anything_but_a_value_error():
    with pytest.raises(ValueError):
        checker.stamp_of(os.urandom(200))


def test_it_needs_nothing_but_an_old_standard_library(tmp_path):
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    alone = tmp_path / "verify.py"
    alone.write_bytes(SOURCE.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "file log.jsonl: missing" in done.stdout
    assert done.stderr == ""
    nowhere = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), "nowhere.zip"], capture_output=True, check=False
    )
    assert nowhere.returncode == 2


def test_erased_media_is_told_and_no_fault():
    """That the bytes are gone is then no fault; that they are still there is one."""
    log, previous = [], checker.GENESIS
    body = b"rekaman"
    said = (
        ("session.opened", {"t0": 1}),
        ("stream.started", {"stream": "s", "owner": "7", "kind": "camera", "codecs": []}),
        (
            "segment.stored",
            {
                "stream": "s",
                "index": 0,
                "start_ms": 0,
                "end_ms": 10,
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "mime": "video/webm",
            },
        ),
        ("media.erased", {"owner": "7", "ba": "BA-3/2026"}),
    )
    for seq, (kind, data) in enumerate(said, 1):
        entry = {
            "session": "a", "seq": seq, "at_ms": seq, "kind": kind, "actor": "system", "data": data
        }  # fmt: skip
        entry["hash"] = previous = checker.entry_hash(previous, entry)
        log.append(json.loads(json.dumps(entry)))
    story = checker.told(log)
    manifest = checker.manifest_of(story, [])
    (segment,) = manifest["streams"][0]["segments"]
    assert (segment["url"], segment["erased"]) == (None, "BA-3/2026")
    report = checker.checked(checker.Proof(log, manifest, [], [], {}))
    assert report.faults == []
    assert "segment s/0: erased by BA-3/2026, chain valid" in report.notes
    path = checker.segment_path({"stream": "s", "index": 0, "mime": "video/webm"})
    kept = {path: lambda: io.BytesIO(body)}
    report = checker.checked(checker.Proof(log, manifest, [], [], kept))
    assert report.faults == ["segment s/0: erased by BA-3/2026 says the log, but it is still here"]
