"""The fold by itself: order, repetition, holes, a moment in the past."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.live import fold
from ajj.live.fold import HoleError


def entries(*kinds_and_data):
    return [
        {
            "seq": seq, "at_ms": seq * 1000, "kind": kind, "actor": actor, "data": data,
            "hash": f"{seq:064x}",
        }
        for seq, (kind, actor, data) in enumerate(kinds_and_data, 1)
    ]  # fmt: skip


LOG = entries(
    ("session.opened", "1", {"t0": 1_770_000_000_000}),
    ("consent", "1", {"version": "2026-1", "sha256": "a" * 64}),
    ("joined", "1", {"role": "asesi", "name": "Ayu", "connection": "c1"}),
    ("joined", "2", {"role": "asesor", "name": "Bambang", "connection": "c2"}),
    ("session.live", "system", {}),
    ("hand", "1", {"raised": True}),
    ("mark", "2", {"kuk": 7, "value": "tidak", "note": ""}),
    ("mark", "2", {"kuk": 7, "value": "ya", "note": ""}),
    ("mark.undone", "2", {"mark": 8}),
    ("stream.started", "1", {"stream": "s", "kind": "camera", "owner": "1", "codecs": ["vp8"]}),
    ("segment.stored", "system", {"stream": "s", "index": 0, "start_ms": 1, "end_ms": 6001}),
    ("gap", "system", {"stream": "s", "start_ms": 1, "end_ms": 2, "cause": "x"}),
    ("left", "1", {"connection": "c1", "reason": "closed"}),
    ("stream.stopped", "1", {"stream": "s", "reason": "closed"}),
    ("session.ended", "2", {"reason": "asesor"}),
    ("session.sealed", "system", {"head": "b" * 64, "seq": 15, "kid": "k"}),
    ("decision", "9", {"result": "K", "pleno": "1", "sha256": "c" * 64}),
    ("something.new", "9", {}),
    ("media.limited", "2", {"person": "1", "rung": "180p"}),
    ("media.limited", "1", {"person": "1", "rung": "audio"}),
    ("media.limited", "2", {"person": "1", "rung": ""}),
)


def test_the_whole_log():
    state = fold.fold(LOG)
    assert (state.phase, state.ended_ms, state.end_reason) == ("sealed", 15_000, "asesor")
    assert state.present() == {"2"}
    assert state.hands == {}
    assert state.marks[8].undone_seq == 9
    assert state.streams["s"].recorded_ms == 6001
    assert not state.streams["s"].live
    assert state.decision is not None
    limits = {key: limit.rung for key, limit in state.limits.items()}
    assert limits == {("1", "2"): "", ("1", "1"): "audio"}, "each has a limit of their own"
    assert state.head_seq == len(LOG)


def test_as_it_stood_then():
    then = fold.fold(LOG, until_ms=8_500)
    assert then.phase == "live"
    assert then.hands == {"1": 6_000}
    assert then.marks[8].undone_seq is None
    assert then.decision is None


@given(st.lists(st.integers(0, len(LOG) - 1), max_size=60))
def test_repetitions_change_nothing_and_holes_are_refused(order):
    state = fold.SessionState()
    for index in order:
        entry = LOG[index]
        if entry["seq"] > state.head_seq + 1:
            with pytest.raises(HoleError):
                fold.apply(state, entry)
        else:
            new = entry["seq"] == state.head_seq + 1
            assert fold.apply(state, entry) == new
    assert state == fold.fold(LOG[: state.head_seq])
