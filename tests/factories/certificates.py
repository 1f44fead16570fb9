"""A certificate that came the whole way: recommendation, votes, pleno, SK."""

from django.utils import timezone

from ajj.certificates import services
from ajj.certificates.models import Sertifikat
from ajj.committee import services as committee
from tests.factories.committee import Komite, decided


def issued() -> tuple[Komite, Sertifikat]:
    """A valid certificate and the people who decided on it."""
    people, case, pleno = decided()
    committee.sign_sk(pleno, direktur=people.direktur, now=timezone.now())
    services.issue_missing(now=timezone.now())
    return people, Sertifikat.objects.get(case=case)
