"""Frames of the socket: whatever arrives is understood or refused with a reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import protocol
from realtime.protocol import BadFrame, OpFrame, Ping

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
whole = st.none() | st.integers(0, protocol.MAX_SAFE_INTEGER)
kinds = st.from_regex(r"[a-z][a-z0-9_]{0,10}(\.[a-z0-9_]{1,10})?", fullmatch=True)
op_ids = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)


@given(st.text() | json_values.map(json.dumps))
def test_anything_is_a_frame_or_a_named_refusal(text):
    answer = outcome(text)
    if isinstance(answer, BadFrame):
        assert answer.code
        assert answer.message
        assert json.loads(protocol.reject(answer.op_id, answer.code, answer.message))
    else:
        assert isinstance(answer, Ping | OpFrame)


def outcome(text: str) -> Ping | OpFrame | BadFrame:
    try:
        return protocol.parse(text)
    except BadFrame as error:
        return error


@given(
    op_ids,
    kinds,
    st.dictionaries(st.text(), st.integers() | st.text()),
    whole,
    whole,
)
def test_an_op_arrives_as_it_was_sent(op_id, kind, data, client_ms, base_seq):
    text = json.dumps(
        {"op_id": op_id, "kind": kind, "data": data, "client_ms": client_ms, "base_seq": base_seq}
    )
    assert protocol.parse(text) == OpFrame(op_id, kind, data, client_ms, base_seq)


@given(st.integers(-protocol.MAX_SAFE_INTEGER, protocol.MAX_SAFE_INTEGER))
def test_a_ping_is_echoed_as_it_came(value):
    frame = protocol.parse(json.dumps({"ping": value}))
    assert frame == Ping(value)
    assert json.loads(protocol.pong(value, None, 5)) == {"pong": value, "server_ms": None, "now": 5}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("[" * 60_000, "not_json"),
        ('{"ping": NaN}', "not_json"),
        ('{"ping": Infinity}', "not_json"),
        ('{"ping": 1e400}', "invalid"),
        ('{"ping": "x"}', "invalid"),
        ('{"ping": true}', "invalid"),
        ("[]", "not_object"),
        ('"x"', "not_object"),
        ("{}", "op_id"),
        ('{"op_id": 1, "kind": "mark"}', "op_id"),
        ('{"op_id": "", "kind": "mark"}', "op_id"),
        ('{"op_id": "a b", "kind": "mark"}', "op_id"),
        (json.dumps({"op_id": "x" * 65, "kind": "mark"}), "op_id"),
        ('{"op_id": "1"}', "kind"),
        ('{"op_id": "1", "kind": "Mark"}', "kind"),
        ('{"op_id": "1", "kind": "mark\\n"}', "kind"),
        ('{"op_id": "1", "kind": "mark", "data": []}', "data"),
        ('{"op_id": "1", "kind": "mark", "client_ms": -1}', "client_ms"),
        ('{"op_id": "1", "kind": "mark", "client_ms": "1"}', "client_ms"),
        ('{"op_id": "1", "kind": "mark", "base_seq": 1e300}', "base_seq"),
        ('{"op_id": "1", "kind": "mark", "base_seq": true}', "base_seq"),
        (json.dumps({"op_id": "1", "kind": "chat", "data": {"text": "x" * 70_000}}), "too_large"),
        (json.dumps({"op_id": "1", "kind": "chat", "data": {"text": "é" * 33_000}}), "too_large"),
    ],
)
def test_what_is_refused_and_why(text, code):
    with pytest.raises(BadFrame) as refused:
        protocol.parse(text)
    assert refused.value.code == code


def test_a_refused_op_is_answered_by_its_own_id():
    with pytest.raises(BadFrame) as refused:
        protocol.parse('{"op_id": "a-1", "kind": "mark", "data": 3}')
    assert refused.value.op_id == "a-1"


@given(st.integers(0, 10**14))
def test_a_cursor_is_a_whole_number(value):
    assert protocol.parse_cursor(str(value)) == value


@pytest.mark.parametrize("text", ["-1", "1.0", "x", "1 ", " 1", "٣", "1e3", "9" * 16])
def test_any_other_cursor_is_refused(text):
    with pytest.raises(BadFrame):
        protocol.parse_cursor(text)


def test_no_cursor_is_the_beginning():
    assert protocol.parse_cursor("") == 0
