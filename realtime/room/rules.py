"""Who may publish and subscribe, by session role and phase."""

from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.kernel.words import gettext_noop

CAMERA, SCREEN, SECOND_CAMERA = "camera", "screen", "second_camera"
STREAM_KINDS = (CAMERA, SCREEN, SECOND_CAMERA)
PUBLISHERS = frozenset({"asesi", "asesor", "asesor_pendamping"})
SUBSCRIBERS = PUBLISHERS | {"pengamat"}
RUNNING = frozenset({"open", "live"})
OVER = frozenset({"ended", "sealed"})


def stream_kind(text: str) -> str:
    """The ``kind`` parameter of a publish; camera if left out. Raises ``Invalid`` (400)."""
    kind = text or CAMERA
    if kind not in STREAM_KINDS:
        raise Invalid(gettext_noop("Jenis aliran tidak dikenal."), code="unknown_kind")
    return kind


def require_second_camera(kind: str) -> None:
    """Raises ``Forbidden`` (403): a second camera's token is for that kind of stream alone."""
    if kind != SECOND_CAMERA:
        raise Forbidden(
            gettext_noop("Ponsel ini hanya dapat mengirim kamera kedua."), code="kind_not_yours"
        )


def require_running(state: str) -> None:
    """Raises ``Conflict`` (409) unless media may flow in a session of this ``state``."""
    if state in OVER:
        raise Conflict(gettext_noop("Sesi ini sudah berakhir."), code="session_ended")
    if state == "rescue":
        raise Conflict(
            gettext_noop("Sesi ini dilanjutkan tanpa sambungan langsung."),
            code="session_in_rescue",
        )
    if state not in RUNNING:
        raise Conflict(
            gettext_noop("Sesi ini belum dibuka. Masuk ke ruang dahulu."), code="session_not_open"
        )


def require_publisher(role: str) -> None:
    """Raises ``Forbidden`` (403) for a role that only looks on."""
    if role not in PUBLISHERS:
        raise Forbidden(
            gettext_noop(
                "Peran Anda di sesi ini hanya menyaksikan, tidak mengirim gambar atau suara."
            ),
            code="role_may_not_publish",
        )


def require_subscriber(role: str) -> None:
    """Raises ``Forbidden`` (403) for a role that does not watch sessions live."""
    if role not in SUBSCRIBERS:
        raise Forbidden(
            gettext_noop("Peran Anda tidak mengikuti sesi ini secara langsung."),
            code="role_may_not_subscribe",
        )
