"""What should be recorded against what is: alarms in time, actions that heal and then stop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.reconcile import (
    Alarm,
    Close,
    Due,
    Ended,
    Kept,
    NodeStream,
    NodeView,
    Open,
    OpenPublication,
    Reupload,
    Watch,
    World,
    decide,
    gravest,
)

SESSION, STREAM = "session", "stream"


def node(*, ago=20, written=0, **more) -> NodeView:
    live = NodeStream(STREAM, SESSION, 1_000, ago, written)
    return NodeView(answers=True, streams={STREAM: live}, **more)


def due(now_ms, **more) -> Due:
    return Due(SESSION, STREAM, 0, now_ms, **more)


def first_alarm(views, *, every_ms=1_000):
    """(ms after the first bad look, alarm) when one look follows the other; None without."""
    watch = Watch()
    for n, view in enumerate(views):
        now_ms = 60_000 + n * every_ms
        verdict = watch.look([due(now_ms)], view(now_ms), at_ms=now_ms)
        if verdict.alarms:
            (alarm,) = verdict.alarms
            return n * every_ms, alarm.kind, verdict.restart
    return None


@pytest.mark.parametrize(
    ("view", "kind", "restarts"),
    [
        (lambda _now: NodeView(answers=False), Alarm.NOT_RECORDING, False),
        (lambda _now: NodeView(answers=True), Alarm.NOT_RECORDING, False),
        (lambda _now: node(written=60_000 - 500), Alarm.STALLED, True),
        (lambda now: node(ago=now - 59_500, written=59_500), Alarm.NOT_RECORDING, False),
    ],
)
def test_whatever_stops_the_recording_is_said_within_five_seconds(view, kind, restarts):
    found = first_alarm([view] * 10)
    assert found is not None
    after_ms, said, restart = found
    assert after_ms <= 4_000
    assert said is kind
    assert bool(restart) is restarts


def test_what_is_recorded_raises_nothing_and_ends_what_was_raised():
    watch = Watch()
    for n in range(4):
        watch.look([due(60_000)], NodeView(answers=False), at_ms=n * 1_000)
    verdict = watch.look([due(60_000)], NodeView(answers=False), at_ms=4_000)
    assert {alarm.kind for alarm in verdict.alarms} == {Alarm.NOT_RECORDING}
    assert not watch.look([due(66_000)], node(written=65_000), at_ms=5_000).alarms
    assert not watch.look([due(67_000)], NodeView(answers=False), at_ms=6_000).alarms


def test_a_stalled_recorder_is_restarted_again_but_not_each_second():
    watch = Watch()
    restarts = [
        n
        for n in range(30)
        if watch.look([due(60_000 + n * 1_000)], node(written=50_000), at_ms=n * 1_000).restart
    ]
    assert restarts == [0, 10, 20]


def test_an_asesi_who_sends_nothing_disk_and_storage():
    absent = Due(SESSION, None, 0, 12_000, held_ms=61_000)
    alarms = Watch().look([absent], node(disk="low"), at_ms=0).alarms
    assert {(a.kind, a.about) for a in alarms} == {
        (Alarm.NOT_RECORDING, "asesi"),
        (Alarm.DISK, ""),
        (Alarm.STORAGE, ""),
    }
    assert gravest({a.kind.value for a in alarms}) is Alarm.NOT_RECORDING
    assert gravest({"unsealed"}) is None


ROW = OpenPublication(STREAM, SESSION, 5_000, 0, 8_000)


def test_a_silent_node_proves_nothing():
    plan = decide(World(NodeView(answers=False), [ROW]), suspected={STREAM})
    assert (plan.actions, plan.uncertain) == ((), frozenset())


def test_a_publication_that_the_node_does_not_have_is_closed_at_the_second_look():
    world = World(NodeView(answers=True), [ROW], frozenset({STREAM}))
    first = decide(world)
    assert (first.actions, first.uncertain) == ((), frozenset({STREAM}))
    assert decide(world, suspected=first.uncertain).actions == (Close(STREAM, 8_000, "network"),)


def test_a_publication_older_than_the_node_died_with_the_one_before():
    world = World(NodeView(answers=True, boot_epoch_ms=9_000), [ROW])
    assert decide(world).actions == (Close(STREAM, 8_000, "media process"),)


def test_a_publisher_that_nobody_told_us_of_is_opened_once():
    world = World(node(), [], frozenset({STREAM}))
    assert decide(world).actions == (Open(STREAM, 1_000),)
    assert decide(replace(world, publications=[ROW])).actions == ()
    assert decide(replace(world, known=frozenset())).actions == ()


def kept(**more) -> Kept:
    given_ = {
        "rows": {0: "000000-a.ajj1", 1: "000001-b.ajj1"},
        "objects": frozenset({"000000-a.ajj1", "000001-b.ajj1"}),
        "named": frozenset({"000000-a.ajj1", "000001-b.ajj1"}),
        **more,
    }
    return Kept(SESSION, STREAM, **given_)


def stored(one: Kept):
    plan = decide(World(NodeView(answers=False), kept=[one]))
    return plan.actions, {(alarm.kind, alarm.about) for alarm in plan.alarms}


def test_rows_and_objects_that_agree_are_left_alone():
    assert stored(kept()) == ((), set())


def test_a_lost_object_is_named_and_comes_back_from_the_spool():
    one = kept(objects=frozenset({"000000-a.ajj1"}))
    lost = {(Alarm.OBJECT_MISSING, "stream/1")}
    assert stored(one) == ((), lost)
    assert stored(replace(one, spooled=frozenset({1}))) == ((Reupload(STREAM, 1),), lost)


def test_an_object_without_a_row_is_reported_unless_it_is_on_its_way():
    more = kept().objects | {"000002-c.ajj1"}
    unknown = {(Alarm.OBJECT_UNKNOWN, "stream/000002-c.ajj1")}
    assert stored(kept(objects=more)) == ((), unknown)
    assert stored(kept(objects=more, spooled=frozenset({2}))) == ((), set())
    assert stored(kept(objects=more, named=more)) == ((), set())


def test_what_was_refused_and_what_is_not_sealed_is_said():
    assert stored(kept(refused=frozenset({7})))[1] == {(Alarm.REFUSED, "stream/7")}
    for over_ms, said in ((60_000, False), (60_001, True)):
        ended = Ended(SESSION, 5_000, over_ms, "3 segments in the spool")
        plan = decide(World(NodeView(answers=False), ended=[ended]))
        assert {a.detail for a in plan.alarms} == ({"3 segments in the spool"} if said else set())


names = st.sampled_from(["a", "b", "c", "d"])
streams = st.dictionaries(
    names,
    st.builds(
        NodeStream,
        names,
        st.just(SESSION),
        st.integers(0, 9_000),
        st.none() | st.integers(0, 9_000),
        st.none() | st.integers(0, 9_000),
    ),
).map(lambda found: {key: replace(one, stream=key) for key, one in found.items()})
publications = st.lists(
    st.builds(
        OpenPublication,
        names,
        st.just(SESSION),
        st.integers(0, 9_000),
        st.integers(0, 9_000),
        st.integers(0, 9_000),
    ),
    unique_by=lambda row: row.stream,
)


@given(streams, publications, st.frozensets(names), st.integers(0, 9_000))
def test_healing_ends_in_agreement(live, rows, known, boot_ms):
    """Two looks and their actions leave nothing to do: never one thing again and again."""
    view = NodeView(answers=True, streams=live, boot_epoch_ms=boot_ms)
    suspected: frozenset[str] = frozenset()
    for _look in range(2):
        plan = decide(World(view, rows, known), suspected=suspected)
        suspected = plan.uncertain
        for action in plan.actions:
            if isinstance(action, Close):
                rows = [row for row in rows if row.stream != action.stream]
            elif isinstance(action, Open):
                begun = max(action.at_epoch_ms, boot_ms)
                rows = [*rows, OpenPublication(action.stream, SESSION, begun, 0, 0)]
    assert decide(World(view, rows, known), suspected=suspected).actions == ()
    open_ones = {row.stream for row in rows}
    assert open_ones <= live.keys()
    sending = {key for key, one in live.items() if one.last_packet_ms_ago is not None}
    assert (known & sending) <= open_ones


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3_000),
            st.booleans(),
            st.none() | st.integers(0, 20_000),
            st.none() | st.integers(0, 100_000),
        ),
        max_size=20,
    )
)
def test_the_watch_takes_any_sequence_of_looks(looks):
    watch, at_ms = Watch(), 0
    for step_ms, answers, ago, written in looks:
        at_ms += step_ms
        view = node(ago=ago, written=written) if answers else NodeView(answers=False)
        verdict = watch.look([due(at_ms)], view, at_ms=at_ms)
        assert len({(a.session, a.about, a.kind) for a in verdict.alarms}) == len(verdict.alarms)
        assert all(alarm.since_ms <= at_ms for alarm in verdict.alarms)
