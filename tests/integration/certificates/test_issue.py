import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from ajj.certificates import services
from ajj.certificates.models import Sertifikat
from ajj.certificates.prints import printed
from ajj.certificates.states import CertificateEvent
from ajj.committee import services as committee
from ajj.documents.render import qr_svg
from ajj.documents.selectors import content
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.models import LogEntry
from ajj.people.models import IdentityDocument
from tests.factories.certificates import issued
from tests.factories.committee import decided

pytestmark = pytest.mark.django_db


def squeezed(certificate: Sertifikat) -> list[str]:
    """The words of each page without white space (extraction splits kerned pairs)."""
    assert certificate.document is not None
    reader = PdfReader(BytesIO(content(certificate.document)))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def test_a_signed_sk_gives_a_certificate_by_itself(django_capture_on_commit_callbacks):
    people, case, pleno = decided()
    with django_capture_on_commit_callbacks(execute=True):
        committee.sign_sk(pleno, direktur=people.direktur, now=timezone.now())
    certificate = Sertifikat.objects.get(case=case)
    assert certificate.state == "issued"
    front, back = squeezed(certificate)
    for words in (
        certificate.holder_name,
        certificate.number,
        certificate.registration,
        "Menunggu nomor blanko BNSP",
        "This is to certify that",
        "Sertifikat ini berlaku untuk 3 (tiga) tahun",
        people.direktur.name,
    ):
        assert "".join(words.split()) in front
    assert "MengerjakanBagian2".lower() in back.lower()
    entry = LogEntry.objects.filter(session=case.session, kind="form.issued").latest("seq")
    assert certificate.document is not None
    assert entry.data["code"] == "SERTIFIKAT"
    assert entry.data["sha256"] == certificate.document.sha256
    assert certificate.document.sha256 == hashlib.sha256(content(certificate.document)).hexdigest()


def test_issuing_again_changes_nothing():
    _people, certificate = issued()
    again = services.issue(certificate.case_id, now=timezone.now())
    assert again.pk == certificate.pk
    assert services.issue_missing(now=timezone.now()) == 0
    assert Sertifikat.objects.count() == 1


def test_nobody_gets_a_certificate_before_the_sk_or_without_competence():
    people, case, pleno = decided("BK")
    with pytest.raises(Conflict):
        services.issue(case.pk, now=timezone.now())
    committee.sign_sk(pleno, direktur=people.direktur, now=timezone.now())
    assert services.issue_missing(now=timezone.now()) == 0
    with pytest.raises(Conflict):
        services.issue(case.pk, now=timezone.now())


def test_running_numbers_do_not_repeat():
    numbers = {issued()[1].number.split(" ")[3] for _ in range(3)}
    assert numbers == {"0000001", "0000002", "0000003"}


def test_the_qr_code_carries_the_public_address(settings):
    _people, certificate = issued()
    settings.SITE_URL = "https://lsp.test"
    data = printed(certificate, settings.LSP, settings.SITE_URL)
    assert data["verify_url"] == f"https://lsp.test/verifikasi/{certificate.code}"
    assert data["qr"] == qr_svg(data["verify_url"])
    assert len(certificate.code) >= 20


def test_an_undrawable_portrait_holds_nothing_up():
    people, case, pleno = decided()
    committee.sign_sk(pleno, direktur=people.direktur, now=timezone.now())
    broken = b"\xff\xd8\xff\xe0 not really a picture"
    name = default_storage.save("test/foto.jpg", ContentFile(broken))
    IdentityDocument.objects.create(
        user=case.asesi,
        kind="foto",
        file=name,
        filename="foto.jpg",
        mime="image/jpeg",
        bytes=len(broken),
        sha256=hashlib.sha256(broken).hexdigest(),
        uploaded_at=timezone.now(),
    )
    assert services.issue_missing(now=timezone.now()) == 1


def test_the_blanko_number_is_printed_when_it_comes_and_belongs_to_one():
    people, certificate = issued()
    first = certificate.document
    changed = services.set_blanko(
        certificate.pk, blanko=" 0418826 ", actor=people.admin, now=timezone.now()
    )
    assert changed.document != first
    assert "0418826" in squeezed(changed)[0]
    _people, other = issued()
    with pytest.raises(Conflict):
        services.set_blanko(other.pk, blanko="0418826", actor=people.admin, now=timezone.now())
    with pytest.raises(Invalid):
        services.set_blanko(other.pk, blanko="41-88", actor=people.admin, now=timezone.now())


def test_only_overseers_change_a_state_and_only_with_a_reason():
    people, certificate = issued()
    with pytest.raises(Forbidden):
        services.change_state(
            certificate.pk,
            CertificateEvent.SUSPEND,
            reason="x",
            actor=certificate.holder,
            now=timezone.now(),
        )
    with pytest.raises(Invalid):
        services.change_state(
            certificate.pk,
            CertificateEvent.WITHDRAW,
            reason=" ",
            actor=people.admin,
            now=timezone.now(),
        )
    changed = services.change_state(
        certificate.pk,
        CertificateEvent.WITHDRAW,
        reason="Keputusan SK.031",
        actor=people.admin,
        now=timezone.now(),
    )
    assert changed.state == "withdrawn"


def test_the_job_notes_what_has_expired():
    _people, certificate = issued()
    later = timezone.now() + timedelta(days=365 * 3 + 2)
    assert services.expire_due(now=later) == 1
    assert services.expire_due(now=later) == 0
    certificate.refresh_from_db()
    assert certificate.state == "expired"
