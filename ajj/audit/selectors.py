"""Reading the audit trail."""

from django.db.models import Model, QuerySet

from ajj.audit.models import AuditEntry


def trail_of(target: Model) -> QuerySet[AuditEntry]:
    """Everything recorded about ``target``, newest first."""
    return AuditEntry.objects.filter(
        object_type=target._meta.label_lower, object_id=str(target.pk)
    ).select_related("actor")
