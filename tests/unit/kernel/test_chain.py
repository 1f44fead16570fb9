"""The chain names every altered, missing, reordered or truncated entry."""

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.canonical import canonical_json
from ajj.kernel.chain import GENESIS, entry_hash, verify
from ajj.kernel.errors import Invalid

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def build(payloads: list[Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    previous = GENESIS
    for seq, data in enumerate(payloads, start=1):
        entry = {
            "session": "5f0c",
            "seq": seq,
            "at_ms": seq * 10,
            "kind": "chat",
            "actor": "7",
            "data": {"text": data},
        }
        previous = entry_hash(previous, entry)
        entries.append({**entry, "hash": previous})
    return entries


def test_hash_is_what_the_contract_says() -> None:
    entry = {
        "session": "s",
        "seq": 1,
        "at_ms": 0,
        "kind": "k",
        "actor": "a",
        "data": {"b": 1, "a": 2},
    }
    by_hand = b'{"actor":"a","at_ms":0,"data":{"a":2,"b":1},"kind":"k","seq":1,"session":"s"}'
    assert entry_hash(GENESIS, entry) == hashlib.sha256(bytes(32) + by_hand).hexdigest()


@given(st.lists(JSON, max_size=6))
def test_an_untouched_log_verifies(payloads: list[Any]) -> None:
    entries = build(payloads)
    head = entries[-1]["hash"] if entries else GENESIS
    assert verify(entries, head=head) == []


@given(st.lists(JSON, min_size=1, max_size=6), st.data())
def test_every_mutation_is_named(payloads: list[Any], data: st.DataObject) -> None:
    entries = build(payloads)
    head = entries[-1]["hash"]
    at = data.draw(st.integers(0, len(entries) - 1))
    kind = data.draw(st.sampled_from(["drop", "alter", "hash", "actor"]))
    if kind == "drop":
        del entries[at]
    elif kind == "alter":
        entries[at] = {**entries[at], "data": {"text": "forged", "by": "operator"}}
    elif kind == "actor":
        entries[at] = {**entries[at], "actor": "8"}
    else:
        flipped = "0" if entries[at]["hash"][0] != "0" else "1"
        entries[at] = {**entries[at], "hash": flipped + entries[at]["hash"][1:]}
    assert verify(entries, head=head)


def test_swapped_entries_are_both_named() -> None:
    entries = build(["a", "b", "c"])
    entries[0], entries[1] = entries[1], entries[0]
    assert {fault.seq for fault in verify(entries)} >= {1, 2}


@given(JSON)
def test_canonical_form_ignores_key_order(value: Any) -> None:
    forward = {"x": value, "y": 1}
    backward = {"y": 1, "x": value}
    assert canonical_json(forward) == canonical_json(backward) == rfc8785.dumps(forward)


@pytest.mark.parametrize("value", [float("nan"), 2**60, object()])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(Invalid):
        canonical_json(value)
