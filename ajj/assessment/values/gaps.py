"""What a session's recording lacks, in the words of FR.AK.05."""

from ajj.assessment.gaps import KINDS, MissingPart, missing_parts
from ajj.kernel.clock import clock_text
from ajj.live.models import LogEntry, Session
from ajj.live.selectors import members

CAUSES = {
    "network": "jaringan terputus",
    "stopped": "dimatikan oleh pemiliknya",
    "muted": "perangkat dibisukan atau nonaktif",
    "stalled": "pengiriman tersendat",
    "media process": "proses media",
    "storage": "tempat simpan",
    "not yet joined": "belum bergabung",
    "not recorded": "tidak terekam",
}
STREAMS = {
    "camera": "Kamera",
    "screen": "Layar",
    "second_camera": "Kamera kedua",
}
ONLY = {"video": "(gambar)", "audio": "(suara)"}
FILLERS = {
    "": "tidak terisi",
    "device backup": "cadangan perangkat",
}


def of(session: Session) -> tuple[list[dict[str, str]], str]:
    """A row per span that was not recorded, and what that comes to."""
    parts = missing_in(session)
    if not parts:
        return [], "Tidak ada rentang lebih dari 0,5 detik yang tidak terekam."
    names = {str(row["id"]): row["name"] for row in members(session)}
    lost = sum(gap.end_ms - gap.start_ms for gap in parts if not gap.filled_by and not gap.media)
    note = f"Waktu dihitung dari saat ruang dibuka. Jumlah yang tidak terisi: {length_text(lost)}."
    return [_row(gap, names.get(gap.owner, gap.owner)) for gap in parts], note


def _row(gap: MissingPart, name: str) -> dict[str, str]:
    stream = (STREAMS.get(gap.kind, gap.kind), ONLY.get(gap.media, ""))
    return {
        "siapa": name,
        "aliran": " ".join(filter(None, stream)),
        "dari": clock_text(gap.start_ms),
        "sampai": clock_text(gap.end_ms),
        "lama": length_text(gap.end_ms - gap.start_ms),
        "sebab": CAUSES.get(gap.cause, gap.cause),
        "diisi": FILLERS.get(gap.filled_by, gap.filled_by),
    }


def missing_in(session: Session) -> list[MissingPart]:
    """What the session's log says was not recorded."""
    rows = LogEntry.objects.filter(session=session, kind__in=KINDS).order_by("seq")
    return missing_parts(rows.values_list("kind", "data"))


def length_text(milliseconds: int) -> str:
    """A length in words: ``1,9 dtk``, ``1 mnt 2 dtk``, ``1 jam 5 mnt``."""
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.1f}".replace(".", ",") + " dtk"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} mnt {rest} dtk" if minutes else f"{rest} dtk"
    return f"{minutes // 60} jam {minutes % 60} mnt"
