"""The register: the terms that the rows of a decision, a certificate or a berkas give a session."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ajj.certificates.models import Sertifikat
from ajj.committee.services import open_case
from recordings import register
from recordings.register import Status
from tests.factories.certificates import issued
from tests.factories.committee import decided, recommended

pytestmark = pytest.mark.django_db


def test_a_certificate_keeps_both_sessions_until_its_last_day_and_a_renewal_longer(
    tmp_path, settings
):
    settings.DATA_DIR = tmp_path
    _people, certificate = issued()
    session = certificate.case.session
    found = register.facts_of([register.session_of(session.pk)])[session.pk]
    assert found.certificates == (certificate.valid_until,)
    (row,) = register.rows([session], today=certificate.valid_until)
    assert (row.status, row.term.due) == (
        Status.KEPT,
        certificate.valid_until + timedelta(days=1),
    )
    _more, renewal = issued()
    Sertifikat.objects.filter(pk=renewal.pk).update(
        holder=certificate.holder,
        skema=certificate.skema,
        issued_on=certificate.valid_until,
        valid_until=certificate.valid_until + timedelta(days=1000),
    )
    (row,) = register.rows([session], today=certificate.valid_until)
    assert row.term.due == certificate.valid_until + timedelta(days=1001)


def test_what_the_komite_still_has_is_frozen_and_a_bk_counts_from_the_decision():
    waiting = recommended("BK")
    open_case(waiting.id, now=waiting.at(62))
    (row,) = register.rows([register.session_of(waiting.id)], today=timezone.localdate())
    assert row.status is Status.FROZEN
    _people, case, _pleno = decided("BK")
    (row,) = register.rows([register.session_of(case.session_id)], today=timezone.localdate())
    assert row.status is Status.KEPT
    assert row.term.due == register.local_day(timezone.now()) + timedelta(days=365)
