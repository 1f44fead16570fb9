"""A two-hour recording before the komite, in a database of one's own or of a running product.

Inside a product: ``product.query("from tests.factories.media.berkas import berkas; answer = …")``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from ajj.committee import services as committee
from ajj.kernel.clock import epoch_ms
from ajj.live import services as live
from ajj.live.states import EndReason
from recordings.models import FIRST_DEVICE_INDEX
from recordings.services import Ingest, ensure_stream
from tests.factories.live import room
from tests.factories.media import recorded as media
from tests.factories.media.long_session import TWO_HOURS_MS, Source, write_session

Gaps = tuple[tuple[int, int], ...]
SPARSE: Gaps = ((60_000, 3_600_000), (3_630_000, 7_170_000))
"""Only three spans of two hours were recorded: the clock is long, the bytes are few."""


def berkas(
    *, duration_ms: int = TWO_HOURS_MS, gaps: Gaps = SPARSE, device: Sequence[int] = ()
) -> dict[str, Any]:
    """A recommended session of asesi and asesor; ``device``: moments of pieces of 4 s handed in.

    The device's pieces are H.264, and the last of them is sound alone. Gives ``case``, ``session``,
    ``asesi`` (the stream) and the pk of a ``mark`` at 3,606 s.
    """
    # Its window is still open: else the product's own jobs end it under our hands.
    began = timezone.now() - timedelta(milliseconds=duration_ms, minutes=5)
    made = room(starts_at=began, minutes=180).go_live().agree()
    asesi = ensure_stream(made.id, owner_id=made.asesi.pk, kind="camera")
    asesor = ensure_stream(made.id, owner_id=made.asesor.pk, kind="camera")
    away = tuple(sorted([*gaps, *([(20_000, 40_000)] if device else [])]))
    sources = [
        Source(asesi.pk, str(made.asesi.pk), gaps=away),
        Source(asesor.pk, str(made.asesor.pk), gaps=gaps),
    ]
    with tempfile.TemporaryDirectory() as name:
        spool = Path(name)
        write_session(spool, str(made.id), sources, t0_ms=epoch_ms(began), duration_ms=duration_ms)
        end = began + timedelta(milliseconds=duration_ms)
        _mark(made, end, duration_ms)
        Ingest(spool, clock=lambda: end).step()
        for number, start in enumerate(device):
            last = number == len(device) - 1 and number > 0
            piece = media.webm(start, picture=False) if last else media.fmp4(start)
            media.keep(asesi, FIRST_DEVICE_INDEX + number, start, piece, spool, now=end)
    asesor_pk = str(made.asesor.pk)
    with transaction.atomic():
        live.end(live.lock(made.id), actor=asesor_pk, reason=EndReason.ASESOR, now=end)
    data = {"result": "K", "note": "Runtut.", "tindak_lanjut": "", "units": []}
    live.record(made.id, kind="ak02.recommended", actor=asesor_pk, data=data, now=end)
    case = committee.open_case(made.id, now=end)
    return {"case": case.pk, "session": str(made.id), "asesi": asesi.pk, "asesor": asesor.pk}


def _mark(made: Any, end: Any, duration_ms: int) -> None:
    data = {"kuk": made.kuk[0], "value": "ya", "note": ""}
    at = made.at(min(3606, duration_ms / 2000))
    live.record(made.id, kind="mark", actor=str(made.asesor.pk), data=data, now=at)
