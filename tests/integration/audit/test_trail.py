"""The audit trail only grows."""

import pytest

from ajj.audit.models import AuditEntry
from ajj.audit.selectors import trail_of
from ajj.audit.services import record
from tests.factories import applications, people
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def test_an_entry_cannot_be_changed_or_removed():
    user = people.admin()
    entry = record(user, "uji.catat", user, {"a": 1}, now=NOW)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        AuditEntry.objects.filter(pk=entry.pk).update(action="lain")
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()


def test_every_step_of_a_permohonan_is_on_record_without_secrets():
    case = applications.verified()
    actions = [row.action for row in trail_of(case.permohonan)]
    assert actions[::-1] == [
        "applications.open",
        "applications.submit",
        "applications.accept",
        "applications.submit_apl02",
        "applications.verify_apl02",
    ]
    everything = " ".join(str(row.data) for row in AuditEntry.objects.all())
    assert applications.FILLED["nik"] not in everything
    assert people.PASSWORD not in everything
