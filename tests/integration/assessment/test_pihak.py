"""Third parties (FR.IA.10): asked by a link, answering without an account, judged by the asesor."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ajj.assessment import pihak, selectors, signingchain
from ajj.assessment.guestlink import fingerprint
from ajj.assessment.models import FormAnswers, PihakAnswer, PihakKetiga
from ajj.assessment.services import guest, signatures
from ajj.assessment.services.pihak import Details, expire_due, invite, revoke
from ajj.assessment.values.file import completeness_of
from ajj.assessment.views.guest import MOST
from ajj.audit.models import AuditEntry
from ajj.documents.registry import labelled
from ajj.kernel.errors import Conflict, Invalid, NotFound
from ajj.notifications import pihak as letters
from ajj.notifications.models import Delivery
from ajj.notifications.services import attempt
from ajj.people.models import User
from tests.factories import people
from tests.factories.files import fresh
from tests.factories.live import room
from tests.integration.assessment.test_papers import BACKEND, text_of

pytestmark = pytest.mark.django_db
FIRST = {
    "key": "",
    "name": "Sri Rahayu",
    "position": "Kepala Produksi",
    "workplace": "CV Tenun Digital",
    "relation": "Atasan langsung",
    "email": "sri@contoh.test",
    "phone": "0812 3456 7890",
}
WORDS = {
    "nama": "Sri Rahayu",
    "jabatan": "Kepala Produksi Tenun",
    "lama": "Tiga tahun",
    "yakin": "Ya, konsisten <b>sekali</b>",
}


@pytest.fixture(autouse=True)
def _rested():
    cache.clear()


@pytest.fixture
def made():
    return room().go_live().agree()


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def base(made) -> str:
    return f"/permohonan/{made.permohonan.nomor}/pihak-ketiga"


def asked(made, **changes) -> tuple[PihakKetiga, str]:
    """An invitation from the asesor's screen, and the path of its link."""
    posted = {**FIRST, "key": str(uuid4()), **changes}
    page = as_person(made.asesor).post(f"{base(made)}/", posted)
    assert page.status_code == 201
    return PihakKetiga.objects.get(pk=posted["key"]), link_in(page)


def link_in(page) -> str:
    (url,) = set(re.findall(r'value="(http[^"]+/pihak-ketiga/[\w-]{43}/)"', page.content.decode()))
    return str(urlsplit(url).path)


def answers_for(row: PihakKetiga, **words: str) -> dict[str, str]:
    asked_of = [entry.name for entry in guest.asking_of(row).entries if entry.kind == "one"]
    return dict.fromkeys(asked_of, "ya") | WORDS | words


def answered(made, **words: str) -> tuple[PihakKetiga, str]:
    row, path = asked(made)
    browser = Client()
    browser.post(path, {"mulai": "VPK-1"})
    send(browser, row, path, **words)
    row.refresh_from_db()
    return row, path


def send(browser: Client, row: PihakKetiga, path: str, **words: str) -> None:
    browser.post(path, answers_for(row, **words) | {"periksa": "1"})
    row.refresh_from_db()
    signature = {"kirim": guest.draft_digest(row), "name": "Sri Rahayu, S.T.", "agreed": "1"}
    assert browser.post(path, signature).status_code == 302


def test_from_invitation_to_print_nothing_is_typed_twice(made):
    row, path = asked(made)
    strict = Client(enforce_csrf_checks=True)
    intro = strict.get(path)
    said = intro.content.decode()
    assert "Asesi dapat melihat salinan jawaban Anda" in said
    assert made.asesi.name in said
    assert made.asesi.email not in said
    assert made.permohonan.nomor not in said
    row.refresh_from_db()
    assert row.state == "invited", "a preview by a messenger changes nothing"
    assert strict.post(path, {"mulai": "VPK-1"}).status_code == 403, "forged posts are refused"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', said)
    assert token is not None
    strict.post(path, {"mulai": "VPK-1", "csrfmiddlewaretoken": token[1]})
    row.refresh_from_db()
    assert (row.state, row.consent_version) == ("opened", "VPK-1")
    assert "salinannya oleh asesi" in row.consent_text

    browser = Client()
    form = browser.get(path).content.decode()
    assert "Kepala Produksi" in form, "what the invitation knows is there"
    saved = browser.post(f"{path}simpan/", {"lama": "Dua"})
    assert saved.json()["zone"]
    early = browser.post(path, {**WORDS, "periksa": "1"}, follow=True)
    assert early.status_code == 422
    assert "6 pertanyaan" in early.content.decode()
    assert "Tiga tahun" in early.content.decode()
    check = browser.post(path, answers_for(row) | {"periksa": "1"}, follow=True)
    assert "Kepala Produksi Tenun" in check.content.decode()
    row.refresh_from_db()
    digest = guest.draft_digest(row)
    unsigned = browser.post(f"{path}?periksa=1", {"kirim": digest, "name": "Sri"})
    assert unsigned.status_code == 400
    assert "Centang pernyataan ini" in unsigned.content.decode()
    browser.post(path, {"kirim": digest, "name": "Sri Rahayu, S.T.", "agreed": "1"})
    done = browser.get(path).content.decode()
    assert digest in done
    again = browser.post(path, answers_for(row, lama="Lain") | {"simpan": "1"})
    assert "Terima kasih" in again.content.decode()
    answer = PihakAnswer.objects.get()
    assert (answer.isi["lama"], answer.sha256) == ("Tiga tahun", digest)

    asesor = as_person(made.asesor)
    assert "Jawaban menunggu asesor" in asesor.get(f"{base(made)}/").content.decode()
    assert (
        f"jawaban pihak ketiga menunggu Anda ({made.permohonan.nomor})"
        in asesor.get("/beranda/").content.decode()
    )
    label = row.label
    waiting = completeness_of(fresh(made)).of(label)
    assert waiting is not None
    assert not waiting.present
    assert all(unit["collected"] == [] for unit in selectors.checklist(made.session)["units"])
    asesor.post(f"{base(made)}/{row.pk}/terima/", {"number": 1})
    found = completeness_of(fresh(made)).of(label)
    assert found is not None
    assert found.present
    collected = [unit["collected"] for unit in selectors.checklist(made.session)["units"]]
    assert all(kinds == ["pihak_ketiga"] for kinds in collected)
    for url in (
        f"{base(made)}/{row.pk}.pdf",
        f"/permohonan/{made.permohonan.nomor}/formulir/{label}.pdf",
    ):
        printed = text_of(asesor.get(url).content)
        assert "Kepala Produksi Tenun" in printed
        assert "Ditandatangani secara elektronik" in printed
        assert "Sri Rahayu, S.T." in printed
    assert signingchain.faults(made.permohonan) == []
    actions = list(AuditEntry.objects.filter(action__contains="pihak_").values_list("action"))
    assert len(actions) == 4


def test_a_touched_answer_is_seen(made):
    answered(made)
    PihakAnswer.objects.update(isi={"nama": "Lain"})
    assert signingchain.faults(made.permohonan) == ["guest's answer 1: not as it was signed"]


def test_a_question_reopens_by_a_new_link_and_history_stays(made):
    row, path = answered(made)
    asesor = as_person(made.asesor)
    page = asesor.post(
        f"{base(made)}/{row.pk}/tanya/", {"number": 1, "question": "Sejak kapan memakai CNC?"}
    )
    again = link_in(page)
    browser = Client()
    assert browser.get(path).status_code == 404, "the old link is worth nothing"
    form = browser.get(again).content.decode()
    assert "Sejak kapan memakai CNC?" in form
    assert "Tiga tahun" in form, "goes on from what was said"
    send(browser, row, again, lama="Tiga tahun, dua di antaranya dengan CNC")
    assert [each.verdict for each in PihakAnswer.objects.all()] == ["returned", ""]
    stale = asesor.post(f"{base(made)}/{row.pk}/terima/", {"number": 1}, follow=True)
    assert "jawaban yang lebih baru" in stale.content.decode()
    asesor.post(f"{base(made)}/{row.pk}/terima/", {"number": 2})
    label = f"/permohonan/{made.permohonan.nomor}/formulir/{row.label}.pdf"
    assert "dengan CNC" in text_of(asesor.get(label).content)
    assert signingchain.faults(made.permohonan) == []


def test_several_third_parties_are_several_sheets_of_one_form(made):
    asesor = as_person(made.asesor)
    first, _path = answered(made, lama="Dua tahun di gudang")
    row, _path = answered(made, lama="Sebulan di bengkel")
    for each in (first, row):
        asesor.post(f"{base(made)}/{each.pk}/terima/", {"number": 1})
    FormAnswers.objects.create(
        permohonan=made.permohonan,
        label=row.label,
        isi={"lama": "Surat di atas kertas"},
        saved_at=timezone.now(),
        saved_by=made.asesor,
    )
    printed = asesor.get(f"/permohonan/{made.permohonan.nomor}/formulir/{row.label}.pdf").content
    text = text_of(printed)
    assert text.index("Dua tahun di gudang") < text.index("Sebulan di bengkel")
    assert text.index("Sebulan di bengkel") < text.index("Surat di atas kertas")
    one = text_of(asesor.get(f"{base(made)}/{row.pk}.pdf").content)
    assert "Dua tahun di gudang" not in one


def test_signed_by_the_asesor_the_form_holds_both_signatures_and_is_closed(made):
    row, _path = answered(made)
    late, _path = answered(made, lama="Terlambat")
    asesor = as_person(made.asesor)
    asesor.post(f"{base(made)}/{row.pk}/terima/", {"number": 1})
    now, permohonan = timezone.now(), made.permohonan
    laid = signatures.prepare(permohonan, row.label, actor=made.asesor, now=now)
    signatures.note_opened(laid, actor=made.asesor, now=now)
    sha256 = laid.document.sha256
    signatures.sign(permohonan, row.label, actor=made.asesor, sha256=sha256, now=now)
    asesor.post(f"{base(made)}/{late.pk}/terima/", {"number": 1})
    late.refresh_from_db()
    assert late.state == "submitted", "what is signed is closed"
    assert signatures.issue_signed(now) == 1
    address = f"/permohonan/{made.permohonan.nomor}/formulir/{row.label}.pdf"
    printed = text_of(asesor.get(address).content)
    assert printed.count("Ditandatangani secara elektronik") == 3, "guest, asesor, proof"
    assert "Terlambat" not in printed
    assert "Undang dan buat tautan" not in asesor.get(f"{base(made)}/").content.decode()
    assert signingchain.faults(made.permohonan) == []


def test_links_that_do_not_work_look_alike_and_leak_nothing(made):
    row, path = asked(made)
    browser = Client()
    alive = browser.get(path)
    unknown = browser.get(f"/pihak-ketiga/{'A' * 43}/")
    odd = browser.get("/pihak-ketiga/apa-saja/")
    PihakKetiga.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = browser.get(path)
    assert expire_due(timezone.now()) == 1
    row.refresh_from_db()
    assert row.state == "expired"
    PihakKetiga.objects.update(
        expires_at=timezone.now() + timedelta(days=1), state="opened", consent_at=timezone.now()
    )
    revoke(row.pk, actor=made.asesor, now=timezone.now())
    revoked = browser.get(path)
    bodies = {page.content for page in (unknown, odd, expired, revoked)}
    assert len(bodies) == 1
    assert {page.status_code for page in (unknown, odd, expired, revoked)} == {404}
    assert made.asesi.name not in bodies.pop().decode()
    assert browser.post(path, {"mulai": "VPK-1"}).status_code == 404
    assert browser.post(f"{path}simpan/", WORDS).status_code == 404
    for page in (alive, unknown):
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert page.headers["Cache-Control"] == "no-store"


def test_only_the_hash_of_a_token_stays_and_a_new_link_ends_the_old(made):
    row, path = asked(made)
    token = path.split("/")[2]
    stored = PihakKetiga.objects.values().get()
    assert token == stored["outgoing"], "until the mail has gone"
    (owed,) = letters.owe_link(row.pk, 1, now=timezone.now()) or Delivery.objects.filter(
        guest_email=row.email
    )
    assert attempt(owed.pk, now=timezone.now()) is None
    (message,) = [each for each in mail.outbox if each.to == ["Sri Rahayu <sri@contoh.test>"]]
    assert path in message.body
    assert token not in str(PihakKetiga.objects.values().get())
    page = as_person(made.asesor).post(f"{base(made)}/{row.pk}/tautan/", {"link": 1})
    assert Client().get(path).status_code == 404
    assert Client().get(link_in(page)).status_code == 200
    twice = as_person(made.asesor).post(f"{base(made)}/{row.pk}/tautan/", {"link": 1})
    assert twice.status_code == 302, "the same press again makes no second link"


def test_what_the_office_asks_the_asesor_hears_and_judges(made):
    office = as_person(made.admin)
    posted = FIRST | {"key": str(uuid4())}
    path = link_in(office.post(f"{base(made)}/", posted))
    report = as_person(made.asesor).get(f"/permohonan/{made.permohonan.nomor}/laporan/")
    assert "1 pihak ketiga diundang, belum menjawab" in report.content.decode()
    browser = Client()
    browser.post(path, {"mulai": "VPK-1"})
    row = PihakKetiga.objects.get()
    send(browser, row, path)
    owed = letters.owe_answer(row.pk, 1, now=timezone.now()) or Delivery.objects.filter(
        event=f"pihak-jawab:{row.pk}:1"
    )
    assert {each.user for each in owed} == {made.admin, made.asesor}
    office.post(f"{base(made)}/{row.pk}/terima/", {"number": 1})
    row.refresh_from_db()
    assert row.state == "submitted", "the word is the asesor's"


def test_who_may_ask_judge_and_read(made):
    row, _path = answered(made)
    stranger = as_person(people.asesi(email="lain@contoh.test"))
    assert stranger.get(f"{base(made)}/").status_code == 404
    asesi = as_person(made.asesi)
    assert "Sri Rahayu" not in asesi.get(f"{base(made)}/").content.decode(), "not accepted yet"
    assert asesi.get(f"{base(made)}/{row.pk}.pdf").status_code == 404
    assert asesi.post(f"{base(made)}/", FIRST | {"key": str(uuid4())}).status_code == 403
    asesi.post(f"{base(made)}/{row.pk}/terima/", {"number": 1})
    row.refresh_from_db()
    assert row.state == "submitted"
    as_person(made.asesor).post(f"{base(made)}/{row.pk}/terima/", {"number": 1})
    assert "Sri Rahayu" in asesi.get(f"{base(made)}/").content.decode()
    copy = asesi.get(f"{base(made)}/{row.pk}.pdf")
    assert "Kepala Produksi Tenun" in text_of(copy.content)


def test_a_wrong_invitation_says_what_and_loses_nothing(made):
    page = as_person(made.asesor).post(
        f"{base(made)}/", {"key": str(uuid4()), "name": "Sri", "phone": "12", "relation": "Atasan"}
    )
    assert page.status_code == 400
    assert 'value="Atasan"' in page.content.decode()
    assert "nomor telepon yang lengkap" in page.content.decode()
    with pytest.raises(Invalid) as refused:
        invite(made.permohonan, Details(""), key=uuid4(), actor=made.asesor, now=timezone.now())
    assert set(refused.value.fields) == {"name", "email"}
    key = uuid4()
    details = Details("Sri", phone="081234567890")
    invite(made.permohonan, details, key=key, actor=made.asesor, now=timezone.now())
    with pytest.raises(Conflict):
        invite(made.permohonan, details, key=key, actor=made.asesor, now=timezone.now())


def test_nobody_is_asked_before_the_asesi_agreed():
    made = room()
    page = as_person(made.asesor).get(f"{base(made)}/").content.decode()
    assert "FR.AK.01 belum ditandatangani" in page
    assert "Undang dan buat tautan" not in page
    details = Details("Sri", phone="081234567890")
    with pytest.raises(Conflict) as refused:
        invite(made.permohonan, details, key=uuid4(), actor=made.asesor, now=timezone.now())
    assert refused.value.code == "ak01_required"


def test_two_tabs_cannot_sign_what_was_not_read(made):
    row, path = asked(made)
    browser = Client()
    browser.post(path, {"mulai": "VPK-1"})
    browser.post(path, answers_for(row) | {"periksa": "1"})
    row.refresh_from_db()
    read = guest.draft_digest(row)
    browser.post(f"{path}simpan/", answers_for(row, lama="Lain sekali"))
    page = browser.post(path, {"kirim": read, "name": "Sri", "agreed": "1"})
    assert page.status_code == 409
    assert "Lain sekali" in page.content.decode()
    assert not PihakAnswer.objects.exists()
    with pytest.raises(NotFound):
        guest.send("B" * 43, name="S", agreed=True, sha256=read, now=timezone.now())


def test_links_are_not_tried_out_and_no_guest_suffers_from_who_does(made):
    _row, path = asked(made)
    cache.set("tamu:unknown:127.0.0.1", MOST["unknown"], 600)
    tired = Client().get(f"/pihak-ketiga/{'A' * 43}/")
    assert (tired.status_code, tired.headers["Retry-After"]) == (429, "600")
    assert Client().get(path).status_code == 200
    cache.set(f"tamu:look:{fingerprint(path.split('/')[2])}", MOST["look"], 600)
    assert Client().get(path).status_code == 429


def test_the_old_edition_asks_by_the_same_page(made):
    permohonan = made.permohonan
    permohonan.forms = [
        label.replace("FR.IA.10@2023", "FR.IA.10@2020") for label in permohonan.forms
    ]
    permohonan.save()
    row, _path = answered(made)
    assert row.label == "FR.IA.10@2020"
    assert labelled(row.label).title == "Klarifikasi Bukti Pihak Ketiga"
    assert pihak.accepted(permohonan) == []
