"""Admission: no session is booked or opened that could not be recorded."""

import shutil

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.scheduling.admission import Slot
from recordings.capacity import Lack, Spool, lack


def spool_disk() -> Spool | None:
    """The disk of the spool; None where this process does not have it."""
    try:
        usage = shutil.disk_usage(settings.SPOOL_DIR)
    except OSError:
        return None
    return Spool(usage.free, usage.total, settings.SPOOL_BRIM_BYTES)


def may_book(slot: Slot) -> str | None:
    """The reason why one more room in ``slot`` could not be recorded."""
    spool = spool_disk() or Spool(1 << 62, 1 << 62)
    found = lack(
        slot.at_once,
        spool,
        rooms_per_node=settings.ROOMS_PER_NODE,
        room_hour_bytes=settings.ROOM_HOUR_BYTES,
    )
    if found is Lack.ROOMS:
        return _(
            "Pada waktu itu sudah ada %(count)d ruang; peladen media merekam paling banyak"
            " %(most)d ruang bersamaan. Pilih waktu lain."
        ) % {"count": slot.at_once - 1, "most": settings.ROOMS_PER_NODE}
    if found is Lack.DISK:
        return _(
            "Ruang simpan sementara peladen tidak cukup untuk merekam %(count)d ruang bersamaan."
            " Pilih waktu lain atau hubungi pengelola sistem."
        ) % {"count": slot.at_once}
    return None


def may_open() -> str | None:
    """The reason why no room may open now: nothing of it would be recorded."""
    spool = spool_disk()
    if spool is None or spool.opens:
        return None
    return _(
        "Ruang belum dapat dibuka: tempat simpan rekaman di peladen penuh. Hubungi admin LSP; coba"
        " lagi setelah ruang simpan tersedia."
    )
