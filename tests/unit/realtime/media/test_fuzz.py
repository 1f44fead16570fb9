"""A little of ``python -m tests.prove fuzz``, the same at every run."""

from __future__ import annotations

from pathlib import Path

from tests.prove import fuzz


def test_nothing_raises_whatever_comes(tmp_path: Path) -> None:
    seen = fuzz.run(12_000, 20, tmp_path, say=False)
    assert seen["packets"] >= 12_000
    assert seen["webm"] > 20
    assert seen["mp4"] > 5
    assert seen["repaired"] > 10
    assert seen["refused"] > 10
