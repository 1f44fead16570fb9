"""Stored segments with real frames in them, for what plays and exports recordings."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction

from ajj.live.services import append, lock
from realtime.rtp import h264
from recordings.container import Audio, Video
from recordings.fmp4 import Fmp4Writer
from recordings.models import FIRST_DEVICE_INDEX, Segment, SegmentSource, Stream
from recordings.services.segments import Sidecar, register, store
from recordings.webm import WebmWriter
from tests.factories.media import encode
from tests.factories.media.samples import samples, write

SECONDS = 4
LENGTH_MS = SECONDS * 1000


@cache
def frames(codec: str) -> list[encode.Encoded]:
    """Four seconds of moving picture, one keyframe at its beginning."""
    return encode.video(codec, seconds=SECONDS, fps=15, gop=15 * SECONDS)


@cache
def sound() -> list[encode.Encoded]:
    """Four seconds of a tone."""
    return encode.audio(seconds=SECONDS)


def webm(start_ms: int, *, picture: bool = True) -> tuple[bytes, str]:
    """VP8 and Opus, or Opus alone, from ``start_ms`` on; and the mime."""
    size = Video("vp8", 320, 240) if picture else None
    writer = WebmWriter(start_ms, size, Audio())
    items = samples(frames("vp8") if picture else [], sound(), start_ms)
    return write(writer, items, start_ms + LENGTH_MS), writer.mime


def fmp4(start_ms: int) -> tuple[bytes, str]:
    """H.264 and Opus from ``start_ms`` on; and the mime."""
    coded = [(item, *_lengthened(item.data)) for item in frames("h264")]
    sets = coded[0][2]
    video = Video("h264", 320, 240, sets[h264.SPS], sets[h264.PPS])
    pictures = [encode.Encoded(True, item.at_ms, body, item.keyframe) for item, body, _ in coded]
    writer = Fmp4Writer(start_ms, video, Audio())
    return write(writer, samples(pictures, sound(), start_ms), start_ms + LENGTH_MS), writer.mime


def _lengthened(data: bytes) -> tuple[bytes, dict[int, bytes]]:
    """Annex B as units with 4-byte lengths, parameter sets apart."""
    kept, sets = b"", {}
    for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]:
        kind = h264.unit_type(unit)
        if kind in (h264.SPS, h264.PPS):
            sets[kind] = unit
        else:
            kept += len(unit).to_bytes(4, "big") + unit
    return kept, sets


def keep(
    stream: Stream,
    index: int,
    start_ms: int,
    content: tuple[bytes, str],
    folder: Path,
    *,
    now: datetime,
) -> Segment:
    """Store and log one segment, as the jobs process does; device pieces by their index."""
    body, mime = content
    path = folder / f"{stream.pk}-{index}"
    path.write_bytes(body)
    sidecar = Sidecar(
        session=str(stream.session_id),
        stream=stream.pk,
        owner=str(stream.owner_id),
        kind=stream.kind,
        index=index,
        start_ms=start_ms,
        end_ms=start_ms + LENGTH_MS,
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        mime=mime,
    )
    store(path, sidecar)
    if index < FIRST_DEVICE_INDEX:
        register(sidecar, stream, now=now)
    else:
        _hand_in(sidecar, stream, now)
    return Segment.objects.get(stream=stream, index=index)


@transaction.atomic
def _hand_in(sidecar: Sidecar, stream: Stream, now: datetime) -> None:
    """A piece of the device's backup, aligned and logged."""
    facts = {
        "index": sidecar.index,
        "start_ms": sidecar.start_ms,
        "end_ms": sidecar.end_ms,
        "bytes": sidecar.bytes,
        "sha256": sidecar.sha256,
        "mime": sidecar.mime,
        "source": SegmentSource.DEVICE.value,
    }
    data = {"stream": stream.pk, **facts, "shift_ms": 0, "aligned_by": "clock"}
    session = lock(stream.session_id)
    entry = append(session, kind="segment.stored", actor="system", data=data, now=now)
    Segment.objects.create(stream=stream, **facts, storage_name=sidecar.storage_name, seq=entry.seq)
