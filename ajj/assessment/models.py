"""What the log says of the assessment (projections), and uploads on their way.

Moments named ``*_ms`` are session milliseconds; ``seq`` is the log entry that says so.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.assessment.pihakmodels import PihakAnswer, PihakKetiga
from ajj.assessment.portfoliomodels import PortfolioEntry, PortfolioReview
from ajj.assessment.reportmodels import FormAnswers, FormAnswersVersion, Report, ReportRevision
from ajj.assessment.signingmodels import Manuscript, Signature, SignatureEntry
from ajj.assessment.states import BatchState
from ajj.assessment.ujianmodels import INTERVIEW, Ujian, UjianEntry
from ajj.live.incoming import Incoming
from ajj.live.models import Session
from ajj.skema.models import Kuk

__all__ = [
    "INTERVIEW",
    "Ak01",
    "Evidence",
    "FormAnswers",
    "FormAnswersVersion",
    "FormBatch",
    "IssuedForm",
    "Judgement",
    "Manuscript",
    "Mark",
    "MarkResolution",
    "MarkValue",
    "PihakAnswer",
    "PihakKetiga",
    "PortfolioEntry",
    "PortfolioReview",
    "Recommendation",
    "Report",
    "ReportRevision",
    "Result",
    "Signature",
    "SignatureEntry",
    "Ujian",
    "UjianEntry",
    "Upload",
]


class MarkValue(models.TextChoices):
    """FR.IA.01, pencapaian."""

    YA = "ya", "Ya"
    TIDAK = "tidak", "Tidak"
    LANJUT = "lanjut", "Penilaian lanjut"


class Result(models.TextChoices):
    """A recommendation; the decision is the komite's."""

    K = "K", "Kompeten"
    BK = "BK", "Belum kompeten"


class Mark(models.Model):
    """Every mark that was ever made; ``undone_seq`` when its author took it back."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="marks")
    kuk = models.ForeignKey(Kuk, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=8, choices=MarkValue)
    note = models.TextField(blank=True)
    at_ms = models.BigIntegerField()
    client_ms = models.BigIntegerField(null=True)
    seq = models.PositiveIntegerField()
    undone_seq = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_mark_per_entry"),
            models.CheckConstraint(
                name="mark_known_value", condition=models.Q(value__in=MarkValue.values)
            ),
        ]


class MarkResolution(models.Model):
    """What stands where two asesor marked one KUK differently; ``settles``: seqs of those marks."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="resolutions")
    kuk = models.ForeignKey(Kuk, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=8, choices=MarkValue)
    note = models.TextField()
    settles = models.JSONField(default=list)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_resolution_per_entry"),
            models.CheckConstraint(
                name="resolution_known_value", condition=models.Q(value__in=MarkValue.values)
            ),
        ]


class Evidence(models.Model):
    """A file that arrived whole. ``sha256`` is over the stored bytes.

    ``capture`` and ``original`` as ``ajj.assessment.capture`` writes them, empty when the client
    said nothing; ``asked_seq`` when an asesor asked for the original, which then is another row
    with ``original_of``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="evidence")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=160)
    filetype = models.CharField(max_length=80)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=200, unique=True)
    kuk = models.ManyToManyField(Kuk, related_name="+")
    taken_ms = models.BigIntegerField(null=True)
    capture = models.JSONField(default=dict)
    original = models.JSONField(default=dict)
    original_of = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="original_file"
    )
    asked_seq = models.PositiveIntegerField(null=True)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_evidence_per_entry")
        ]


class Judgement(models.Model):
    """How an asesor judged a piece of evidence (VATM); the last one counts, all are kept."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="judgements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kuk = models.ManyToManyField(Kuk, related_name="+")
    valid = models.BooleanField()
    asli = models.BooleanField()
    terkini = models.BooleanField()
    memadai = models.BooleanField()
    accepted = models.BooleanField()
    note = models.TextField(blank=True)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["evidence", "seq"], name="one_judgement_per_entry")
        ]


class Ak01(models.Model):
    """FR.AK.01 as last proposed in a session, and who signed that text."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="ak01")
    bukti = models.JSONField(default=list)
    hari = models.CharField(max_length=200)
    waktu = models.CharField(max_length=200)
    tuk = models.CharField(max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_seq = models.PositiveIntegerField()
    asesor_signed_seq = models.PositiveIntegerField(null=True)
    asesor_signed_ms = models.BigIntegerField(null=True)
    asesi_signed_seq = models.PositiveIntegerField(null=True)
    asesi_signed_ms = models.BigIntegerField(null=True)

    @property
    def complete(self) -> bool:
        """Both have signed this very text."""
        return self.asesor_signed_seq is not None and self.asesi_signed_seq is not None


class Recommendation(models.Model):
    """FR.AK.02. ``units``: ``[{unit, kode, bukti: [keys of AK02_EVIDENCE]}]``; the last counts."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recommendations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=2, choices=Result)
    note = models.TextField(blank=True)
    tindak_lanjut = models.TextField(blank=True)
    units = models.JSONField(default=list)
    at_ms = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_ak02_per_entry"),
            models.CheckConstraint(
                name="ak02_known_result", condition=models.Q(result__in=Result.values)
            ),
        ]


class IssuedForm(models.Model):
    """A print that the log names; ``basis_seq`` is the entry that completed what it shows."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="forms")
    code = models.CharField(max_length=24)
    version = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    document = models.UUIDField()
    basis_seq = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "code", "basis_seq"], name="one_form_per_basis"
            )
        ]


class Upload(Incoming):
    """A piece of evidence on its way by tus; ``announced_seq`` where the log told of it before.

    ``thumb_sha256`` is that of the small picture that came ahead, empty while there is none.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "Diterima"
        STORING = "storing", "Disimpan"
        DONE = "done", "Selesai"
        REFUSED = "refused", "Ditolak"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="uploads")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=160)
    filetype = models.CharField(max_length=80)
    kuk = models.JSONField(default=list)
    taken_ms = models.BigIntegerField(null=True)
    capture = models.JSONField(default=dict)
    original = models.JSONField(default=dict)
    original_of = models.ForeignKey(Evidence, null=True, on_delete=models.CASCADE, related_name="+")
    announced_seq = models.PositiveIntegerField(null=True)
    thumb_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVING)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "expires_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="upload_offset_within", condition=models.Q(offset__lte=models.F("length"))
            )
        ]


class FormBatch(models.Model):
    """The forms of many asesi as one zip. ``permohonan`` holds primary keys, ``done`` how many of
    them are in it, ``problems`` each form that could not be printed: ``{nomor, form, message}``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=240)
    permohonan = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    forms = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in BatchState],
        default=BatchState.QUEUED.value,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    storage_name = models.CharField(max_length=200, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="form_batch_known_state",
                condition=models.Q(state__in=[state.value for state in BatchState]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        """How many asesi it is for."""
        return len(self.permohonan)

    @property
    def working(self) -> bool:
        """Still to be made, or being made."""
        return self.state in {BatchState.QUEUED.value, BatchState.RUNNING.value}
