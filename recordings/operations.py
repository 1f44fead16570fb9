"""The office's look at what is being recorded now: rooms, spool, storage, alarms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ajj.kernel.clock import session_ms
from ajj.live.models import Session
from ajj.live.states import IN_ROOM
from ajj.people.access import roles_required
from ajj.people.models import Role
from recordings import node
from recordings.models import Alarm, Stream
from recordings.reconcile import Alarm as Kind
from recordings.reconcile import NodeView
from recordings.selectors import Latest, latest
from recordings.services.admission import spool_disk

RECENT = timedelta(days=1)
MOST_PAST = 50
WORDS = {
    Kind.NOT_RECORDING: gettext_lazy("Tidak terekam"),
    Kind.STALLED: gettext_lazy("Perekaman tersendat"),
    Kind.DISK: gettext_lazy("Ruang simpan menipis"),
    Kind.STORAGE: gettext_lazy("Menunggu penyimpanan"),
    Kind.OBJECT_MISSING: gettext_lazy("Potongan hilang dari penyimpanan"),
    Kind.OBJECT_UNKNOWN: gettext_lazy("Objek tanpa catatan di penyimpanan"),
    Kind.REFUSED: gettext_lazy("Potongan ditolak"),
    Kind.UNSEALED: gettext_lazy("Belum disegel"),
}
DETAILS = {
    "media process": gettext_lazy("proses media tidak menjawab"),
    "gone": gettext_lazy("alirannya tidak ada di proses media"),
    "no packets": gettext_lazy("tidak ada data yang datang"),
    "not sent": gettext_lazy("asesi tidak mengirim gambar dan suara"),
    "recorder": gettext_lazy("perekamnya tertinggal"),
    "low": "",
    "brim": gettext_lazy("hanya suara yang direkam"),
}


@dataclass(frozen=True)
class Waiting:
    """Finished segments in the spool; ``oldest_s`` is how long the first one has waited."""

    count: int
    bytes: int
    oldest_s: int


@dataclass(frozen=True)
class Room:
    """A running session; ``lag_s``: age of the newest stored second of the worst live stream."""

    session: Session
    streams: list[Latest]
    lag_s: int | None


@require_safe
@roles_required(Role.ADMIN, Role.MANAJER, Role.DIREKTUR)
def page(request: HttpRequest) -> HttpResponse:
    """What runs, what waits, what is wrong."""
    now = datetime.now(UTC)
    view, spool, rooms = node.look(), spool_disk(), _rooms(now)
    alarms = Alarm.objects.select_related("session__jadwal__permohonan__asesi")
    hours = spool.hours(max(1, len(rooms)), settings.ROOM_HOUR_BYTES) if spool else None
    return render(
        request,
        "recordings/operations.html",
        {
            "node": view,
            "node_words": _node_words(view),
            "live": len(view.streams),
            "rooms": rooms,
            "most": settings.ROOMS_PER_NODE,
            "spool": spool,
            "hours": None if hours is None else round(hours, 1),
            "waiting": waiting_in(Path(settings.SPOOL_DIR), now),
            "alarms": _worded(alarms.filter(cleared_at=None)),
            "past": _worded(alarms.filter(cleared_at__gt=now - RECENT)[:MOST_PAST]),
        },
    )


def _node_words(view: NodeView) -> str:
    if not view.answers:
        return _("tidak menjawab")
    return {"low": _("ruang simpan menipis"), "brim": _("hanya suara yang direkam")}.get(
        view.disk, _("bekerja")
    )


@dataclass(frozen=True)
class Shown:
    """An alarm in the reader's words; ``about`` names whose stream it is."""

    row: Alarm
    words: str
    detail: str
    about: str


def _worded(found: Iterable[Alarm]) -> list[Shown]:
    rows = list(found)
    ids = {row.about.partition("/")[0] for row in rows}
    owners = dict(Stream.objects.filter(pk__in=ids).values_list("pk", "owner__name"))
    return [
        Shown(
            row,
            str(WORDS[Kind(row.kind)]),
            str(DETAILS.get(row.detail, row.detail)),
            owners.get(row.about.partition("/")[0], ""),
        )
        for row in rows
    ]


def _rooms(now: datetime) -> list[Room]:
    states = [state.value for state in IN_ROOM]
    found = Session.objects.filter(state__in=states, opened_at__isnull=False)
    rooms = []
    for session in found.select_related("jadwal__permohonan__asesi", "jadwal__permohonan__skema"):
        streams = latest(session)
        now_ms = session_ms(session.opened_at or now, now)
        live = [row for row in streams if row.publication.stopped_ms is None]
        lags = [now_ms - max(row.stored_ms, row.publication.started_ms) for row in live]
        rooms.append(Room(session, live, round(max(lags) / 1000) if lags else None))
    return rooms


def waiting_in(spool: Path, now: datetime) -> Waiting:
    """What waits in ``spool`` for storage."""
    count = size = 0
    oldest = now.timestamp()
    for sidecar in spool.glob("*-*/*/*.json"):
        for path in (sidecar.with_suffix(".webm"), sidecar.with_suffix(".mp4")):
            try:
                found = path.stat()
            except OSError:
                continue
            count, size = count + 1, size + found.st_size
            oldest = min(oldest, found.st_mtime)
    return Waiting(count, size, max(0, round(now.timestamp() - oldest)))
