"""One asesi taking one MUK once, and the log of what was answered when."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from ajj.assessment.sheet import MINUTE_MS, Kind, Time
from ajj.assessment.states import UjianState
from ajj.kernel.chain import GENESIS
from ajj.kernel.clock import session_ms

INTERVIEW = "wawancara"
"""The kind of a ujian without a MUK: its questions are entries of its own log (FR.IA.09)."""


class Ujian(models.Model):
    """A MUK given to one asesi. ``seed`` orders its items; ``head_*`` is the end of its log.

    Without ``muk`` it is the interview on this asesi's portfolio (``INTERVIEW``).
    ``minutes`` as the MUK says, ``extra_minutes`` by FR.AK.07 with its reason; at most
    ``allowance_minutes`` of being cut off are given back. Entries count milliseconds from
    ``started_at``. ``session`` and ``logged_seq``: where a session's log names its conclusion.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    permohonan = models.ForeignKey(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="ujian"
    )
    muk = models.ForeignKey("skema.Muk", null=True, on_delete=models.PROTECT, related_name="ujian")
    seed = models.CharField(max_length=32)
    minutes = models.PositiveSmallIntegerField()
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_reason = models.CharField(max_length=400, blank=True)
    allowance_minutes = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in UjianState],
        default=UjianState.READY.value,
    )
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tercapai = models.BooleanField(null=True)
    belum_tercapai = models.TextField(blank=True)
    umpan_balik = models.TextField(blank=True)
    session = models.ForeignKey(
        "live.Session", null=True, on_delete=models.PROTECT, related_name="ujian"
    )
    logged_seq = models.PositiveIntegerField(null=True)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        ordering: ClassVar[list[str]] = ["given_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["permohonan", "muk"],
                condition=~models.Q(state=UjianState.CANCELLED.value),
                name="one_ujian_per_muk",
            ),
            models.UniqueConstraint(
                fields=["permohonan"],
                condition=models.Q(
                    muk__isnull=True,
                    state__in=[UjianState.READY.value, UjianState.RUNNING.value],
                ),
                name="one_interview_at_a_time",
            ),
            models.CheckConstraint(
                name="ujian_known_state",
                condition=models.Q(state__in=[state.value for state in UjianState]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.permohonan_id}"

    @property
    def jenis(self) -> str:
        """The kind of its MUK, or ``INTERVIEW``."""
        return self.muk.jenis if self.muk else INTERVIEW

    @property
    def written(self) -> bool:
        """Taken by the asesi against the clock; the others are asked aloud."""
        return self.muk is not None and self.muk.timed

    @property
    def task(self) -> bool:
        """A task: its brief is read beforehand, results are handed in, questions follow."""
        return self.muk is not None and self.muk.task

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return self.muk.judul if self.muk else _("Wawancara atas portofolio")

    @property
    def form(self) -> str:
        """The form that it fills, with the version of its MUK."""
        if self.muk is None:
            return _("FR.IA.09 Pertanyaan wawancara")
        return f"{self.muk.get_jenis_display()} · v{self.muk.version}"

    @property
    def time(self) -> Time:
        """How long it lasts."""
        total = (self.minutes + self.extra_minutes) * MINUTE_MS
        return Time(total, self.allowance_minutes * MINUTE_MS)

    def now_ms(self, now: datetime) -> int:
        """Milliseconds since it began; 0 before."""
        return 0 if self.started_at is None else session_ms(self.started_at, now)


class UjianEntry(models.Model):
    """One line of a ujian's log, linked to the line before by its hash (``ajj.kernel.chain``).

    ``at_ms``: when it was done, as the device's clocks place it on the server's; ``received_ms``
    when it arrived. ``op`` is the sender's own id: the same again is stored once. ``n`` counts
    the acts of ``device``.
    """

    ujian = models.ForeignKey(Ujian, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    op = models.UUIDField()
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    at_ms = models.BigIntegerField()
    received_ms = models.BigIntegerField()
    device = models.CharField(max_length=64, blank=True)
    n = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ujian", "seq"], name="one_ujian_entry_per_seq"),
            models.UniqueConstraint(fields=["ujian", "op"], name="one_ujian_entry_per_op"),
        ]
