"""What the entries about a second camera and room sweeps do to the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajj.live.fold.state import Camera, SessionState, Sweep

Entry = Mapping[str, Any]


def _paired(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.cameras[data["camera"]] = Camera(data["device"], entry["at_ms"])


def _unpaired(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.cameras[data["camera"]]
    state.cameras[data["camera"]] = replace(held, ended_ms=entry["at_ms"], reason=data["reason"])


def _asked(state: SessionState, entry: Entry) -> None:
    state.sweeps[entry["seq"]] = Sweep(entry["seq"], entry["at_ms"], entry["actor"])


def _done(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.sweeps[data["sweep"]]
    state.sweeps[held.seq] = replace(held, start_ms=data["start_ms"], end_ms=data["end_ms"])


def _judged(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.sweeps[data["sweep"]]
    state.sweeps[held.seq] = replace(held, result=data["result"], note=data.get("note", ""))


STEPS: Mapping[str, Callable[[SessionState, Entry], None]] = {
    "camera.paired": _paired,
    "camera.unpaired": _unpaired,
    "sweep.asked": _asked,
    "sweep.done": _done,
    "sweep.judged": _judged,
}
