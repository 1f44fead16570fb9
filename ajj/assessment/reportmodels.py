"""What is typed on forms, in every version, and the asesor's report made of all forms."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ajj.assessment.states import ReportState


class FormAnswers(models.Model):
    """What people typed on one form of one permohonan: ``isi`` as the print reads it.

    ``label`` is the version of the form that the permohonan keeps (``FR.AK.03@2023``); ``version``
    counts the adjusted versions of the answers (FR.AK.07), the older ones stay as
    ``FormAnswersVersion``. ``copied_from`` names the permohonan that a plan was begun from.
    """

    permohonan = models.ForeignKey(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="form_answers"
    )
    label = models.CharField(max_length=60)
    isi = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True)
    adjusted_at = models.DateTimeField(null=True)
    copied_from = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="form_answers_once", fields=["permohonan", "label"]),
            models.CheckConstraint(
                name="adjusted_answers_have_a_reason",
                condition=models.Q(version=1) | ~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.permohonan_id}"


class FormAnswersVersion(models.Model):
    """Answers as they stood when an adjustment began the next version; never changed again.

    ``reason`` is why this version was made, empty for the first; ``document`` is its signed print,
    where it had been signed.
    """

    answers = models.ForeignKey(FormAnswers, on_delete=models.PROTECT, related_name="older")
    version = models.PositiveSmallIntegerField()
    isi = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    document = models.UUIDField(null=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="form_answers_version", fields=["answers", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.answers} v{self.version}"


class ReportStatus(models.TextChoices):
    """The states of ``states.ReportState`` as screens name them."""

    SUBMITTED = ReportState.SUBMITTED.value, _("Menunggu penerimaan LSP")
    RECEIVED = ReportState.RECEIVED.value, _("Diterima LSP")
    RETURNED = ReportState.RETURNED.value, _("Dikembalikan dengan catatan")


class Report(models.Model):
    """The report package of one permohonan (SOP step 3.4). ``nomor`` stays over its revisions."""

    permohonan = models.OneToOneField(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="report"
    )
    nomor = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=ReportStatus, db_index=True)
    revision = models.PositiveSmallIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="report_known_state",
                condition=models.Q(state__in=[state.value for state in ReportState]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.nomor} r{self.revision}"

    @property
    def status(self) -> ReportState:
        """The state as the transition table knows it."""
        return ReportState(self.state)


class ReportRevision(models.Model):
    """A report as it was handed in, and what the LSP answered. All are kept.

    ``manifest`` is what was frozen: ``[{label, title, sha256, bytes, document, signed}]``, one row
    per print in the order of the file. ``lacking`` names what only the asesi could still add:
    ``[{label, title}]``. ``notes``: by label what the LSP asks to be put right.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    manifest = models.JSONField(default=list)
    lacking = models.JSONField(default=list)
    remark = models.TextField(blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField()
    answer = models.CharField(max_length=12, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    notes = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="one_report_revision", fields=["report", "number"]),
            models.CheckConstraint(
                name="report_known_answer",
                condition=models.Q(
                    answer__in=["", ReportState.RECEIVED.value, ReportState.RETURNED.value]
                ),
            ),
            models.CheckConstraint(
                name="report_answered_by_somebody",
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report.nomor} r{self.number}"

    @property
    def received(self) -> bool:
        return self.answer == ReportState.RECEIVED.value

    @property
    def returned(self) -> bool:
        return self.answer == ReportState.RETURNED.value

    def noted(self) -> list[dict[str, Any]]:
        """The rows of the manifest that the LSP wrote a note to, with it."""
        rows = [{**row, "note": self.notes.get(row["label"], "")} for row in self.manifest]
        return [row for row in rows if row["note"]]
