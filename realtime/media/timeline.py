"""Audio and video of a stream merged into one order of session time."""

from __future__ import annotations

from collections import deque

from recordings.container import Sample

PATIENCE_S = 0.4
"""A track that gave nothing for so long, and waits for no repair, no longer holds the other."""


class Timeline:
    """Holds samples until the other track has come as far, then gives them out in order."""

    def __init__(self) -> None:
        self._waiting: dict[bool, deque[Sample]] = {True: deque(), False: deque()}
        self._reached: dict[bool, float] = {}
        self._seen: dict[bool, float] = {}

    def add(self, sample: Sample, now: float) -> None:
        self._waiting[sample.video].append(sample)
        self._reached[sample.video] = sample.at_ms
        self._seen[sample.video] = now

    def ready(self, now: float, patience_s: float) -> list[Sample]:
        """Samples up to where every active track has come; ``now`` in seconds."""
        active = [self._reached[k] for k, seen in self._seen.items() if now - seen < patience_s]
        return self._take(min(active) if active else float("inf"))

    def flush(self) -> list[Sample]:
        out = self._take(float("inf"))
        self._reached.clear()
        self._seen.clear()
        return out

    def _take(self, until: float) -> list[Sample]:
        video, audio = self._waiting[True], self._waiting[False]
        out: list[Sample] = []
        while video or audio:
            # At the same instant video goes first: a cut falls before its audio.
            queue = video if video and (not audio or video[0].at_ms <= audio[0].at_ms) else audio
            if queue[0].at_ms > until:
                break
            out.append(queue.popleft())
        return out
