"""What enters the log reads back the same everywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.canonical import canonical_json
from ajj.kernel.errors import Invalid
from ajj.live.entry import normalised

WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=8), WILD))
def test_what_is_accepted_keeps_its_canonical_form(data):
    try:
        kept = normalised(data)
    except Invalid:
        return
    assert normalised(kept) == kept
    assert canonical_json(json.loads(json.dumps(kept))) == canonical_json(kept)
    assert "\\u0000" not in json.dumps(kept)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"a": "x\x00"}, "not_json"),
        ({"a\x00": 1}, "not_json"),
        ({"a": "\ud800"}, "not_json"),
        ({"a": 2**53}, "not_json"),
        ({"a": 1e300}, "not_json"),
        ({"a": float("nan")}, "not_json"),
        ({"a": object()}, "not_json"),
        ({"a": "x" * 70_000}, "too_long"),
    ],
)
def test_what_is_refused(data, code):
    with pytest.raises(Invalid) as refused:
        normalised(data)
    assert refused.value.code == code
