"""The table of verdicts: examples to argue about, and laws that hold for all input."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ajj.gladi.measured import Measured
from ajj.gladi.verdicts import CHECKS, Level, Verdict, decide

GOOD = Measured(
    browser="Chrome 131, Android",
    secure=True,
    webrtc=True,
    codecs=["vp8", "h264", "opus"],
    camera="ok",
    camera_width=1280,
    camera_height=720,
    microphone="ok",
    microphone_peak=0.4,
    speaker="heard",
    udp="ok",
    turn_udp="ok",
    turn_tcp="ok",
    turn_tls="ok",
    connected=True,
    media_ms=700,
    loss=0.001,
    jitter_ms=12.0,
    trip_ms=60.0,
    reconnected=True,
    reconnect_ms=900,
    up_bps=2_000_000,
    down_bps=8_000_000,
    clock_offset_ms=120.0,
    storage_free=8_000_000_000,
    battery=0.9,
    charging=True,
    screen_width=360,
    screen_height=740,
)
NOTHING = Measured()
measurements = st.from_type(Measured)


def levels(measured: Measured, role: str = "asesi") -> dict[str, Level]:
    return {one.key: one.seen.level for one in decide(measured, role).findings}


def test_a_good_device_on_a_good_line_is_ready_and_nothing_is_said_against_it():
    judged = decide(GOOD, "asesi")
    assert judged.verdict is Verdict.READY
    assert {one.seen.level for one in judged.findings} == {Level.OK}
    assert judged.reasons == []


@pytest.mark.parametrize(
    ("changes", "key", "verdict"),
    [
        ({"camera": "denied"}, "camera", Verdict.VOICE_ONLY),
        ({"camera": None}, "camera", Verdict.VOICE_ONLY),
        ({"codecs": ["av1", "opus"]}, "browser", Verdict.VOICE_ONLY),
        ({"up_bps": 119_999}, "up", Verdict.VOICE_ONLY),
        ({"down_bps": 100_000}, "down", Verdict.VOICE_ONLY),
        ({"loss": 0.101}, "loss", Verdict.VOICE_ONLY),
        ({"trip_ms": 2_001}, "delay", Verdict.VOICE_ONLY),
        ({"microphone": "missing"}, "microphone", Verdict.NOT_READY),
        ({"microphone_peak": 0.0}, "microphone", Verdict.NOT_READY),
        ({"microphone": None}, "microphone", Verdict.NOT_READY),
        ({"speaker": "silent"}, "speaker", Verdict.NOT_READY),
        ({"connected": False}, "path", Verdict.NOT_READY),
        ({"connected": None}, "path", Verdict.NOT_READY),
        ({"loss": 0.26}, "loss", Verdict.NOT_READY),
        ({"up_bps": 39_999}, "up", Verdict.NOT_READY),
        ({"secure": False}, "browser", Verdict.NOT_READY),
        ({"webrtc": False}, "browser", Verdict.NOT_READY),
        ({"codecs": ["vp8"]}, "browser", Verdict.NOT_READY),
    ],
)
def test_what_lacks_decides_and_says_what_to_do(
    changes: dict[str, Any], key: str, verdict: Verdict
):
    judged = decide(replace(GOOD, **changes), "asesi")
    assert judged.verdict is verdict
    assert [one.key for one in judged.reasons] == [key]
    assert judged.reasons[0].seen.advice


@pytest.mark.parametrize(
    ("changes", "key", "level"),
    [
        ({"battery": 0.2, "charging": False}, "battery", Level.NOTE),
        ({"battery": None}, "battery", Level.UNKNOWN),
        ({"storage_free": 10_000_000}, "storage", Level.NOTE),
        ({"clock_offset_ms": -420_000.0}, "clock", Level.NOTE),
        ({"speaker": None}, "speaker", Level.NOTE),
        ({"udp": "failed"}, "udp", Level.NOTE),
        ({"turn_tls": "absent"}, "turn_tls", Level.UNKNOWN),
        ({"loss": 0.05}, "loss", Level.NOTE),
        ({"reconnected": False}, "reconnect", Level.NOTE),
        ({"up_bps": 120_000}, "up", Level.NOTE),
        ({"microphone_peak": 0.02}, "microphone", Level.NOTE),
    ],
)
def test_what_a_session_bears_is_told_and_changes_no_verdict(
    changes: dict[str, Any], key: str, level: Level
):
    measured = replace(GOOD, **changes)
    assert levels(measured)[key] is level
    assert decide(measured, "asesi").verdict is Verdict.READY


def test_a_small_screen_is_the_asesors_concern_only():
    assert levels(GOOD, "asesi")["screen"] is Level.OK
    assert levels(GOOD, "asesor")["screen"] is Level.NOTE


def test_the_path_of_another_engine_is_not_held_against_anybody():
    measured = replace(GOOD, elsewhere=True, connected=None, reconnected=None)
    assert decide(measured, "asesi").verdict is Verdict.READY
    assert levels(measured)["path"] is Level.UNKNOWN


def test_whoever_measured_nothing_is_not_ready():
    assert decide(NOTHING, "asesi").verdict is Verdict.NOT_READY


@given(measurements, st.sampled_from(["asesi", "asesor", "asesor_pendamping"]))
def test_every_report_has_every_check_once_and_its_words_have_what_they_need(measured, role):
    judged = decide(measured, role)
    assert [one.key for one in judged.findings] == [key for key, _label, _check in CHECKS]
    for one in judged.findings:
        assert one.seen.figure.text % one.seen.figure.params
        if one.seen.level in {Level.STOP, Level.VOICE}:
            assert one.seen.advice, one.key


@given(measurements)
def test_readiness_rests_on_what_was_measured(measured):
    judged = decide(measured, "asesi")
    if judged.verdict is Verdict.READY:
        assert measured.webrtc
        assert measured.microphone == "ok"
        assert measured.camera == "ok"
        assert measured.connected or measured.elsewhere


@given(measurements, st.sampled_from([one.name for one in fields(Measured)]))
def test_a_figure_that_is_missing_never_makes_a_better_verdict_of_devices_and_path(measured, name):
    if name not in {"webrtc", "camera", "microphone", "connected"}:
        return
    order = [Verdict.NOT_READY, Verdict.VOICE_ONLY, Verdict.READY]
    without = decide(replace(measured, **{name: None}), "asesi").verdict
    worst = decide(
        replace(measured, **{name: False if name in {"webrtc", "connected"} else "off"}), "asesi"
    )
    assert order.index(without) <= order.index(worst.verdict)


@given(measurements)
def test_a_report_reads_back_as_it_was_written(measured):
    adapter = TypeAdapter(Measured)
    assert adapter.validate_json(adapter.dump_json(measured)) == measured
