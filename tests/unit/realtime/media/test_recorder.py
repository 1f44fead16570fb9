"""What is recorded of what arrives: order, loss, clocks, silence, changes in mid-stream."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.media.tape import Sent, Tape, camera, numbers, picture, sound, voice

GAPS = {"gap", "stalled"}


def gaps(tape: Tape) -> list[tuple[int, int, str]]:
    return [
        (line["start_ms"], line["end_ms"], line["cause"])
        for line in tape.journal
        if line["event"] in GAPS
    ]


@dataclass(frozen=True)
class Weather:
    """``loss`` in percent, ``jitter`` in seconds, and where the counters begin."""

    loss: int
    jitter: float
    pictures: bool
    sequence: int
    timestamp: int


WEATHER = st.builds(
    Weather,
    loss=st.integers(0, 20),
    jitter=st.sampled_from([0, 0.02, 0.15]),
    pictures=st.booleans(),
    sequence=st.sampled_from([0, 65_500, 65_535]),
    timestamp=st.sampled_from([0, 0xFFFFFFFF - 48_000, 0xFFFFFFFF]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1 << 32), WEATHER)
def test_all_that_arrives_in_time_is_kept_once_in_order_at_its_time(
    tmp_path_factory: pytest.TempPathFactory, seed: int, weather: Weather
) -> None:
    """Loss, reordering, duplicates, late packets, both wraps."""
    rng = random.Random(seed)
    tape = Tape(tmp_path_factory.mktemp("tape"), video=weather.pictures)
    start = {"sequence": weather.sequence, "timestamp": weather.timestamp}
    audio = voice(250, **start)
    video = camera(100, **start) if weather.pictures else []
    arriving, kept = [], {"opus": set[int](), "vp8": set[int]()}
    for item in [*audio, *video]:
        number = int.from_bytes(item.payload[-4:], "big")
        if number > 10 and rng.randrange(100) < weather.loss:
            continue
        kept[item.codec].add(number)
        late = replace(item, at_s=item.at_s + (rng.random() * weather.jitter if number > 10 else 0))
        arriving.append(late)
        if rng.random() < 0.1:
            arriving.append(replace(late, at_s=late.at_s + rng.random()))
    tape.play(arriving)
    tape.stop()

    heard = tape.media(2)
    assert numbers(heard) == sorted(kept["opus"])
    assert [b.at_ms for b in heard] == pytest.approx([1000 + 20 * n for n in numbers(heard)], abs=1)
    if weather.pictures:
        seen = numbers(tape.media(1))
        # Behind a loss nothing can be decoded until the next keyframe.
        whole, fine = [], True
        for number in range(100):
            fine = number in kept["vp8"] and (fine or number % 20 == 0)
            if fine:
                whole.append(number)
        assert seen == whole
    assert gaps(tape) == []


def test_a_late_join_of_sound_begins_a_segment_with_both(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    tape.play([*camera(160), *voice(250, start_s=4.0)])
    tape.stop()
    assert [s["codecs"] for s in tape.segments] == [["vp8"], ["vp8", "opus"]]
    assert len(tape.media(1)) == 160
    # Sound until the next keyframe does not fit the segment without a track for it.
    assert len(tape.media(2)) >= 200
    assert gaps(tape) == []


def test_silence_that_is_not_sent_is_no_gap(tmp_path: Path) -> None:
    """Opus DTX: a packet every 400 ms, sequence numbers without a hole."""
    rng, sent, at = random.Random(3), [], 0
    for number in range(200):
        sent.append(
            Sent(1 + at * 0.02 + rng.random() * 0.15, "opus", number, at * 960, sound(number))
        )
        at += 20 if 50 <= number < 120 else 1
    tape = Tape(tmp_path, video=False)
    tape.play(sent)
    tape.stop()
    assert numbers(tape.media(2)) == list(range(200))
    assert gaps(tape) == []
    for one, following in itertools.pairwise(tape.segments):
        assert following["start_ms"] - one["end_ms"] < 500


def test_sound_that_is_lost_for_long_is_a_gap_even_while_more_comes(tmp_path: Path) -> None:
    tape = Tape(tmp_path, video=False)
    tape.play([item for n, item in enumerate(voice(300)) if not 100 <= n < 135])
    tape.stop()
    assert gaps(tape) == [(3000, 3700, "network")]
    assert [(s["start_ms"], s["end_ms"]) for s in tape.segments] == [(1000, 3000), (3700, 7000)]


@pytest.mark.parametrize("jump", [90_000 * 3600, -90_000 * 600, 1 << 31])
def test_a_jump_of_the_timestamp_goes_on_where_it_arrives(tmp_path: Path, jump: int) -> None:
    video = camera(200)
    spoilt = [replace(v, timestamp=v.timestamp + jump) if n >= 100 else v
              for n, v in enumerate(video)]  # fmt: skip
    tape = Tape(tmp_path)
    tape.play([*spoilt, *voice(500)])
    tape.stop()
    assert numbers(tape.media(1)) == list(range(200))
    assert [b.at_ms for b in tape.media(1)] == pytest.approx(
        [1000 + 50 * n for n in range(200)], abs=2
    )
    assert gaps(tape) == []


def test_another_ssrc_goes_on_in_the_next_segment(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    first = camera(60)
    second = camera(60, start_s=4.0, sequence=9, timestamp=77, ssrc=5)
    tape.play([*first, *second, *voice(300)])
    tape.stop()
    assert numbers(tape.media(1)) == [*range(60), *range(60)]
    assert numbers(tape.media(2)) == list(range(300))
    assert len(tape.segments) == 2
    assert gaps(tape) == []


def test_another_size_of_the_picture_needs_no_cut(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    video = camera(120)
    video[60] = replace(video[60], payload=picture(60, key=True, width=640, height=480))
    tape.play([*video, *voice(300)])
    tape.stop()
    assert numbers(tape.media(1)) == list(range(120))
    assert [s["start_ms"] for s in tape.segments] == [1000, 6000]


def test_keyframes_are_asked_for_ahead_of_the_cut_and_ever_rarer(tmp_path: Path) -> None:
    """The sender sends no keyframe but the first."""
    tape = Tape(tmp_path, target_ms=4000)
    tape.play([*camera(400, gop=10_000), *voice(1000)])
    tape.stop()
    assert tape.asked_s[0] == pytest.approx(4.7, abs=0.15)
    waits = [b - a for a, b in itertools.pairwise(tape.asked_s)]
    assert waits[:4] == pytest.approx([0.5, 1.0, 2.0, 4.0], abs=0.15)
    assert min(waits) >= 0.45


def test_a_keyframe_that_comes_when_asked_is_asked_for_once_a_segment(tmp_path: Path) -> None:
    tape = Tape(tmp_path, target_ms=4000)
    for number in range(400):
        at_s = 1 + number * 0.05
        tape.wait(at_s)
        key = number == 0 or bool(tape.asked_s and 0.1 < at_s - tape.asked_s[-1] <= 0.151)
        tape.play([Sent(at_s, "vp8", number, number * 4500, picture(number, key=key), ssrc=1)])
    tape.stop()
    assert len(tape.segments) == 6
    assert len(tape.asked_s) == 5
    assert {s["end_ms"] - s["start_ms"] for s in tape.segments[:-1]} <= {3800, 3850, 3900, 3950}


def test_a_loss_that_is_not_repaired_is_followed_by_a_request(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    tape.play([v for n, v in enumerate(camera(100, gop=1000)) if n != 50])
    tape.stop()
    assert 3.5 <= tape.asked_s[0] - 0.6 <= 3.8
    assert len(tape.asked_s) <= 3


def test_sound_and_picture_meet_by_the_senders_reports(tmp_path: Path) -> None:
    """Made at the same instants; the sound takes 300 ms longer to arrive."""
    tape = Tape(tmp_path, target_ms=4000)
    for second in range(16):
        end = 1 + second
        tape.play([v for v in camera(340) if end <= v.at_s < end + 1]
                  + [replace(v, at_s=v.at_s + 0.3) for v in voice(850)
                     if end <= v.at_s + 0.3 < end + 1])  # fmt: skip
        for kind, rate, start, ssrc in ((True, 90_000, 9000, 1), (False, 48_000, 5000, 2)):
            tape.report(kind, ntp_s=5000 + end, timestamp=start + (end - 1) * rate, ssrc=ssrc)
    tape.stop()
    video = {n: b.at_ms for n, b in zip(numbers(tape.media(1)), tape.media(1), strict=True)}
    audio = {n: b.at_ms for n, b in zip(numbers(tape.media(2)), tape.media(2), strict=True)}
    offsets = [audio[n * 5 // 2] - video[n] for n in range(0, 300, 2) if n * 5 // 2 in audio]
    assert offsets[5] == pytest.approx(300, abs=25)
    assert offsets[-1] == pytest.approx(0, abs=25)


def test_media_that_falls_behind_the_clock_is_noticed_while_packets_flow(tmp_path: Path) -> None:
    """A capture that drops a fifth of its samples: the file would end far too early."""
    slow = [replace(v, timestamp=5000 + n * 768) for n, v in enumerate(voice(1000))]
    tape = Tape(tmp_path, video=False)
    behind = 0
    for second in range(1, 21):
        tape.play([v for v in slow if second <= v.at_s < second + 1])
        behind = max(behind, tape.recorder.behind_ms)
    tape.stop()
    assert behind > 500
    found = [line for line in tape.journal if line["event"] == "stalled"]
    assert len(found) >= 2
    assert {line["cause"] for line in found} == {"stalled"}
    assert sum(line["end_ms"] - line["start_ms"] for line in found) == pytest.approx(4000, abs=1500)
    assert {line["cause"] for line in tape.journal} == {"stalled"}
    for block in tape.media(2):
        arrived = 1000 + numbers([block])[0] * 20
        assert arrived - block.at_ms < 1500
    assert tape.segments[-1]["end_ms"] > 19_500


def test_a_network_that_gets_slower_is_no_stall(tmp_path: Path) -> None:
    """The sender's reports say that its media keeps pace with its clock."""
    tape = Tape(tmp_path, video=False)
    late = [replace(v, at_s=v.at_s + (0.6 if n > 200 else 0)) for n, v in enumerate(voice(1000))]
    for second in range(1, 22):
        tape.play([v for v in late if second <= v.at_s < second + 1])
        tape.report(False, ntp_s=50 + second, timestamp=5000 + (second - 1) * 48_000, ssrc=2)
    tape.stop()
    assert gaps(tape) == []
    assert [b.at_ms for b in tape.media(2)] == pytest.approx(
        [1000 + 20 * n for n in range(1000)], abs=2
    )


@pytest.mark.parametrize("waits", [True, False])
def test_after_an_outage_the_clock_is_kept_or_taken_anew(tmp_path: Path, waits: bool) -> None:
    """What queued on the way comes in a burst; a capture that stood still goes on later."""
    tape = Tape(tmp_path, video=False)
    audio = voice(600)
    tape.play(audio[:200])
    tape.wait(7.0)
    tape.recorder.interrupt()
    if waits:
        burst = [replace(v, at_s=max(v.at_s, 8.0 + n * 0.001)) for n, v in enumerate(audio[200:])]
    else:
        burst = [replace(v, at_s=v.at_s + 3.0) for v in audio[200:]]
    tape.play(burst)
    tape.stop()
    moved = 0 if waits else 3000
    assert [b.at_ms for b in tape.media(2)] == pytest.approx(
        [1000 + 20 * n + (moved if n >= 200 else 0) for n in range(600)], abs=5
    )
    assert gaps(tape) == ([] if waits else [(5000, 8000, "network")])


def test_on_a_long_line_a_lost_sound_is_waited_for_and_stands_in_its_place(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    tape.recorder.repaired_in(0.8)
    late = {70: 0.9, 71: 1.0, 120: 0.7}
    sounds = [replace(s, at_s=s.at_s + late.get(n, 0.0)) for n, s in enumerate(voice(250))]
    tape.play([*sounds, *camera(100)])
    tape.stop()
    heard = tape.media(2)
    assert numbers(heard) == list(range(250))
    assert [b.at_ms for b in heard] == pytest.approx([1000 + 20 * n for n in range(250)], abs=1)
    assert numbers(tape.media(1)) == list(range(100)), "the picture waits with the sound"
    assert gaps(tape) == []


def test_stills_stay_in_one_recording_with_the_sound(tmp_path: Path) -> None:
    """A picture every four seconds, keyframes when they are asked for."""
    tape = Tape(tmp_path)
    stills = [replace(one, at_s=1.0 + 4.0 * n, timestamp=9000 + 360_000 * n)
              for n, one in enumerate(camera(12, gop=3))]  # fmt: skip
    tape.play([*voice(2300), *stills])
    tape.stop()
    assert numbers(tape.media(2)) == list(range(2300))
    mimes = [segment["mime"] for segment in tape.segments]
    assert mimes.count('audio/webm; codecs="opus"') <= 1, "at most until the cadence is known"
    assert len(numbers(tape.media(1))) >= 10
    assert gaps(tape) == []
