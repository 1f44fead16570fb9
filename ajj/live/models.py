"""The session, its log, and what the log says now (projections; only the log's writer writes them).

Moments named ``*_ms`` are session milliseconds since ``Session.opened_at`` (t0).
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.kernel.chain import GENESIS
from ajj.live.cameramodels import CameraPairing, PairingMiss, Sweep
from ajj.live.rescuemodels import Turn
from ajj.live.states import EndReason, SessionKind, SessionState

__all__ = [
    "AgendaTick",
    "CameraPairing",
    "ChatMessage",
    "Consent",
    "ConsentText",
    "Hand",
    "Incident",
    "LogEntry",
    "MediaKey",
    "OpResult",
    "PairingMiss",
    "Presence",
    "Session",
    "Sweep",
    "Turn",
]


def _choices(
    kind: type[SessionState] | type[SessionKind] | type[EndReason],
) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in kind]


class Session(models.Model):
    """One remote meeting. ``head_seq``/``head_hash`` are the end of its log (0 and zeros: none)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jadwal = models.OneToOneField(
        "scheduling.Jadwal", on_delete=models.PROTECT, related_name="session"
    )
    kind = models.CharField(max_length=16, choices=_choices(SessionKind))
    state = models.CharField(
        max_length=16, choices=_choices(SessionState), default=SessionState.SCHEDULED.value
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_ms = models.BigIntegerField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, blank=True, choices=_choices(EndReason))
    # Where the live part ended and what time there is to go on without it; null: no rescue.
    rescue_ms = models.BigIntegerField(null=True, blank=True)
    rescue_until = models.DateTimeField(null=True, blank=True)
    head_seq = models.PositiveIntegerField(default=0)
    head_ms = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="session_opened_has_t0",
                condition=models.Q(state="scheduled") | models.Q(opened_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_rescue_whole",
                condition=models.Q(rescue_ms__isnull=True, rescue_until__isnull=True)
                | models.Q(rescue_ms__isnull=False, rescue_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class LogEntry(models.Model):
    """One line of the truth. ``actor`` is a user's pk as text, or ``system``."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="log")
    seq = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    actor = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_entry_per_seq"),
            models.CheckConstraint(name="seq_from_one", condition=models.Q(seq__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["session", "kind"])]


class OpResult(models.Model):
    """The answer a command got, so that its repetition gets the same. Scoped to its sender.

    ``acted_ms`` is where the act number ``device_n`` of ``device`` was placed.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="op_results")
    actor = models.CharField(max_length=40)
    op_id = models.CharField(max_length=64)
    ok = models.BooleanField()
    seq = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(default=200)
    code = models.CharField(max_length=48, blank=True)
    message = models.TextField(blank=True)
    device = models.CharField(max_length=64, blank=True)
    device_n = models.PositiveBigIntegerField(null=True)
    acted_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "actor", "op_id"], name="one_answer_per_op")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "actor", "device", "device_n"])
        ]


class ConsentText(models.Model):
    """What a person agrees to before being recorded. The newest version is the current one."""

    version = models.CharField(max_length=24, unique=True)
    text = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-published_at", "-pk"]


class Consent(models.Model):
    """One person's agreement, in one session, to one version of the text."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="consents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents"
    )
    version = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "user", "version"], name="one_consent_per_version"
            )
        ]


class ClockPause(models.Model):
    """The session stood still for this long; ``end_ms`` is null while it does."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="pauses")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    actor = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar[list[str]] = ["start_ms", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(end_ms__isnull=True),
                name="one_pause_at_a_time",
            )
        ]


class Presence(models.Model):
    """One connection of one person; ``left_ms`` is null while it is believed to hold."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="presences"
    )
    connection = models.CharField(max_length=64)
    role = models.CharField(max_length=24)
    joined_ms = models.BigIntegerField()
    left_ms = models.BigIntegerField(null=True, blank=True)
    left_reason = models.CharField(max_length=24, blank=True)
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "connection"], name="one_row_per_connection")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["left_ms", "last_seen_at"])]


class Admission(models.Model):
    """Who was let in from the waiting room, by the entry ``seq``; the row goes with a sending back.

    Only sessions whose jadwal says ``by_asesor`` have a waiting room.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="admissions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=40)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "user"], name="one_admission_per_person")
        ]


class IdentityPicture(models.Model):
    """A still of the asesi (``owner``), taken for the identity check by ``actor``.

    The bytes lie in storage, sealed with the asesi's media key of the session. ``sha256`` is of
    the plaintext.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="identity_pictures")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=40)
    filetype = models.CharField(max_length=60)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=200, unique=True)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]


class Hand(models.Model):
    """Whose hand is up."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="hands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "user"], name="one_hand_per_person")
        ]


class AgendaTick(models.Model):
    """How a step of the agenda stands: the latest tick."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="ticks")
    step = models.CharField(max_length=32)
    done = models.BooleanField()
    note = models.TextField(blank=True)
    actor = models.CharField(max_length=40)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "step"], name="one_tick_per_step")
        ]


class ChatMessage(models.Model):
    """A line that everybody in the room reads."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="chat")
    actor = models.CharField(max_length=40)
    text = models.TextField()
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_chat_per_entry")
        ]


class Incident(models.Model):
    """An irregularity that the asesor, an observer or the admin wrote down.

    ``judul`` is what the catalogue called ``code`` that day; empty for a code it does not know.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="incidents")
    actor = models.CharField(max_length=40)
    code = models.CharField(max_length=32)
    judul = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_incident_per_entry")
        ]


class MediaKey(models.Model):
    """What opens one person's media of one session; ``wrapped`` is null once it was destroyed.

    A person whose media was never sealed gets a row when it is destroyed. ``minutes``
    is the number of the berita acara, ``destroyed_by`` its print.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="media_keys")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField(null=True)
    master_key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["master_key_id"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "owner"], name="one_media_key_per_person"),
            models.CheckConstraint(
                name="media_key_lives_or_is_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            ),
        ]
