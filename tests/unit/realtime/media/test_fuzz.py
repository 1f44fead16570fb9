"""A little of ``python -m tests.prove fuzz``, the same at every run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.prove import fuzz


def test_nothing_raises_whatever_comes() -> None:
    with tempfile.TemporaryDirectory(dir=fuzz.quick_folder()) as name:
        seen = fuzz.run(10_000, 20, Path(name), say=False)
    assert seen["packets"] >= 10_000
    assert seen["webm"] > 20
    assert seen["mp4"] > 5
    assert seen["repaired"] > 10
    assert seen["refused"] > 10
