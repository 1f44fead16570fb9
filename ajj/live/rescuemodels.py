"""The turns of a session that goes on without live media."""

from typing import ClassVar

from django.db import models

from ajj.live.states import TurnState


class Turn(models.Model):
    """One task of the asesor and its answer, as the log has it; named by its asking's ``seq``.

    ``text`` is shown to the asesi from ``opened_ms`` on; the answer is due by ``due_ms``. What was
    recorded is named by ``sha256`` before it has arrived: it becomes evidence with that hash.
    ``late_ms`` is by how much the answer's word came after its time. Moments are session ms.
    """

    session = models.ForeignKey("live.Session", on_delete=models.CASCADE, related_name="turns")
    seq = models.PositiveIntegerField()
    asked_ms = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.value) for item in TurnState],
        default=TurnState.ASKED.value,
    )
    how = models.CharField(max_length=8)
    answer_s = models.PositiveIntegerField()
    step = models.CharField(max_length=32, blank=True)
    kuk = models.JSONField(default=list)
    text = models.TextField(blank=True)
    opened_ms = models.BigIntegerField(null=True, blank=True)
    due_ms = models.BigIntegerField(null=True, blank=True)
    answered_ms = models.BigIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    from_ms = models.BigIntegerField(null=True, blank=True)
    to_ms = models.BigIntegerField(null=True, blank=True)
    late_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_turn_per_entry"),
            models.CheckConstraint(
                name="turn_known_state",
                condition=models.Q(state__in=[item.value for item in TurnState]),
            ),
        ]
