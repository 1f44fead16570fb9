"""The verification of one asesi's portfolio (FR.IA.08), and the log of what was judged when."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.assessment.vatm import Kind
from ajj.kernel.chain import GENESIS


class PortfolioReview(models.Model):
    """The row that is locked to judge a portfolio; ``head_*`` is the end of its log."""

    permohonan = models.OneToOneField(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="portfolio_review"
    )
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"FR.IA.08 {self.permohonan_id}"


class PortfolioEntry(models.Model):
    """One line of the log, linked to the line before by its hash (``ajj.kernel.chain``).

    ``data`` of a judgement names the piece by key and what was looked at by ``sha256``.
    ``at_ms`` is the wall clock (epoch).
    """

    review = models.ForeignKey(PortfolioReview, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    at_ms = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "seq"], name="one_portfolio_entry_per_seq")
        ]
