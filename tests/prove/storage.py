"""S3 stopped in the middle of a session: the spool grows, drains by itself, every hash is equal."""

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.services.servers import Weed, mortal_seaweedfs

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Feed:
    """Writes a session's segments into the spool at real pace, as the media process does."""

    spool: Path
    session: str
    streams: dict[str, int]
    t0_ms: int
    segment_s: float
    size: int
    written: dict[tuple[str, int], str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def say_started(self) -> None:
        """The journal of a boot in which every stream begins now."""
        now_ms = round(time.time() * 1000)
        lines: list[dict[str, Any]] = [{"event": "media.started"}]
        lines += [
            {"event": "stream.started", "stream": s, "session": self.session, "owner": str(owner),
             "kind": "camera", "codecs": ["vp8", "opus"]}
            for s, owner in self.streams.items()
        ]  # fmt: skip
        folder = self.spool / "journal"
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(
            json.dumps({"n": n, "at_epoch_ms": now_ms, **line}) + "\n"
            for n, line in enumerate(lines, 1)
        )
        (folder / f"{now_ms:016d}-feed.jsonl").write_text(text)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        assert self._thread is not None
        self._thread.join()

    def left(self) -> int:
        """How many finished segments wait in the spool."""
        return sum(1 for _ in (self.spool / self.session).glob("*/*.json"))

    def _run(self) -> None:
        index, at_ms = 0, round(time.time() * 1000) - self.t0_ms
        while not self._stop.wait(self.segment_s):
            until_ms = round(time.time() * 1000) - self.t0_ms
            for stream in self.streams:
                self._write(stream, index, at_ms, until_ms)
            index, at_ms = index + 1, until_ms

    def _write(self, stream: str, index: int, start_ms: int, end_ms: int) -> None:
        body = os.urandom(self.size)
        folder = self.spool / self.session / stream
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{index:06d}.webm").write_bytes(body)
        sha256 = hashlib.sha256(body).hexdigest()
        sidecar = {
            "session": self.session, "stream": stream, "owner": str(self.streams[stream]),
            "kind": "camera", "index": index, "start_ms": start_ms, "end_ms": end_ms,
            "bytes": len(body), "sha256": sha256, "mime": 'video/webm; codecs="vp8,opus"',
            "codecs": ["vp8", "opus"], "first_keyframe": True, "t0_ms": self.t0_ms,
            "clock": "arrival+sr",
        }  # fmt: skip
        new = folder / f".{index:06d}.new"
        new.write_text(json.dumps(sidecar))
        new.replace(folder / f"{index:06d}.json")
        self.written[stream, index] = sha256


def feed_of(spool: Path, *, segment_s: float, size: int) -> Feed:
    """A session that is live now, with the cameras of asesi and asesor."""
    from ajj.kernel.clock import epoch_ms
    from recordings.services import ensure_stream
    from tests.factories.live import room
    from tests.integration.realtime.sockets import consent_text

    now = datetime.now(UTC)
    consent_text(now)
    made = room(starts_at=now).go_live()
    streams = {
        ensure_stream(made.id, owner_id=user.pk, kind="camera").pk: user.pk
        for user in (made.asesi, made.asesor)
    }
    opened = made.fresh().opened_at
    assert opened is not None
    return Feed(spool, str(made.id), streams, epoch_ms(opened), segment_s, size)


def light(session: str) -> dict[str, Any]:
    """The recording light as the room shows it now."""
    from uuid import UUID

    from realtime.presence import frame_of

    frame = json.loads(frame_of(UUID(session), datetime.now(UTC)))
    found: dict[str, Any] = frame["recording"]
    return found


def check_all_kept(feed: Feed) -> int:
    """Every segment ever written is a row, in the log, and comes back with its hash."""
    from ajj.live.selectors import full_log
    from recordings.models import Segment
    from recordings.selectors import open_segment

    rows = {(row.stream_id, row.index): row for row in Segment.objects.all()}
    assert rows.keys() == feed.written.keys()
    for key, row in rows.items():
        with open_segment(row) as file:
            assert hashlib.sha256(file.read()).hexdigest() == feed.written[key]
    entries = list(full_log(next(iter(rows.values())).stream.session_id))
    logged = [
        (e["data"]["stream"], e["data"]["index"]) for e in entries if e["kind"] == "segment.stored"
    ]
    assert sorted(logged) == sorted(rows)
    gaps = [e["data"] for e in entries if e["kind"] == "gap"]
    assert all(gap["start_ms"] == 0 for gap in gaps), f"nothing is missing but the start: {gaps}"
    return len(rows)


def _watch(session: str, seconds: float, seen: list[str]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        state = light(session)["state"]
        if not seen or seen[-1] != state:
            seen.append(state)
            print(f"{time.strftime('%H:%M:%S')} light: {state}", flush=True)
        time.sleep(1)


def _prove(weed: Weed, feed: Feed, outage_s: float, how: str, before_s: float) -> None:
    seen: list[str] = []
    _watch(feed.session, before_s, seen)
    assert seen[-1] == "recording", seen
    held = len(weed.bucket.keys())
    assert held, "storage took segments before"
    weed.signal(signal.SIGSTOP if how == "stop" else signal.SIGKILL)
    print(f"{time.strftime('%H:%M:%S')} storage is gone, {held} objects in it", flush=True)
    _watch(feed.session, outage_s, seen)
    assert seen[-1] == "stored_locally", seen
    assert "not_recording" not in seen[seen.index("recording") :], seen
    left = feed.left()
    print(f"{time.strftime('%H:%M:%S')} storage returns; {left} segments wait", flush=True)
    assert left, "the outage happened"
    if how == "stop":
        weed.signal(signal.SIGCONT)
    else:
        weed.start()
    began = time.monotonic()
    while feed.left() > len(feed.streams):
        assert time.monotonic() - began < 300, f"{feed.left()} segments still wait"
        time.sleep(0.2)
    drained_s = time.monotonic() - began
    _watch(feed.session, 2 * feed.segment_s + 2, seen)
    assert seen[-1] == "recording", seen
    feed.stop()
    while feed.left():
        time.sleep(0.2)
    kept = check_all_kept(feed)
    print(f"{kept} segments, every hash equal; {left} waited and were in after {drained_s:.1f} s")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--how", choices=["stop", "kill"], default="kill")
    options.add_argument("--segment", type=float, default=10)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ajj-prove-") as name:
        folder = Path(name)
        with mortal_seaweedfs(folder / "s3") as weed:
            os.environ.update(
                weed.bucket.environment
                | {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "ajj.config.settings"}
            )
            manage = (sys.executable, str(ROOT / "manage.py"))
            subprocess.run((*manage, "migrate", "-v0"), check=True)
            import django

            django.setup()
            feed = feed_of(folder / "spool", segment_s=given.segment, size=1_500_000)
            feed.say_started()
            with (folder / "jobs.log").open("w") as log:
                jobs = subprocess.Popen((*manage, "jobs"), stdout=log, stderr=log)
                try:
                    feed.start()
                    _prove(weed, feed, given.minutes * 60, given.how, 3 * given.segment + 5)
                finally:
                    jobs.terminate()
                    jobs.wait(90)


if __name__ == "__main__":
    main()
