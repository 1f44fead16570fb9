"""A form is read, signed with a password, printed with everybody's signature, and then closed."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from ajj.assessment import manuscripts, papers, signingchain
from ajj.assessment.models import FormAnswers, Manuscript, Signature, SignatureEntry
from ajj.assessment.services import signatures
from ajj.assessment.services.answers import keep_answers
from ajj.audit.models import AuditEntry
from ajj.documents.entries import parts
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.schema import Reader
from ajj.documents.selectors import content
from ajj.kernel.chain import short_head
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.live.models import LogEntry
from tests.factories.live import Room, room
from tests.factories.people import NOW
from tests.factories.pkcs12 import Away
from tests.integration.assessment.test_answers import as_person

pytestmark = pytest.mark.django_db
SECRET = "sandi-yang-benar-9"
AK07, AK03, IA03, IA07 = "FR.AK.07@2023", "FR.AK.03@2023", "FR.IA.03@2023", "FR.IA.07@2023"


@pytest.fixture
def made() -> Room:
    made = room()
    for person in (made.asesi, made.asesor, made.pendamping, made.admin):
        person.set_password(SECRET)
        person.save()
    return made


def base(made: Room, label: str) -> str:
    return f"/permohonan/{made.permohonan.nomor}/formulir/{label}/tanda/"


def lay_out(made: Room, who, label: str) -> Manuscript:
    """Filled, prepared and opened by ``who``."""
    if not FormAnswers.objects.filter(permohonan=made.permohonan, label=label).exists():
        fill(made, label)
    found = signatures.prepare(made.permohonan, label, actor=who, now=NOW)
    signatures.note_opened(found, actor=who, now=NOW)
    return found


def sign(made: Room, who, label: str, *, drawn: str = "") -> Signature:
    found = lay_out(made, who, label)
    return signatures.sign(
        made.permohonan, label, actor=who, sha256=found.document.sha256, drawn=drawn, now=NOW
    )


def fill(made: Room, label: str, posted=()) -> None:
    """Every question of ``label`` answered, and what is ``posted``."""
    form = labelled(label)
    reader: Reader = "asesi" if form.filled_by == ("asesi",) else "asesor"
    found = [
        entry
        for part in parts(form, papers.tree_of(made.permohonan, form))
        for entry in (*part.entries, *(each for line in part.lines for each in line.entries))
    ]
    answers = {
        entry.name: list(entry.value) or [entry.options[0].value if entry.options else "Sudah"]
        for entry in found
        if "+" not in entry.name
    }
    paper = papers.paper(made.permohonan, reader, label)
    actor = made.asesi if reader == "asesi" else made.asesor
    keep_answers(made.permohonan, paper, answers | dict(posted), actor=actor, now=NOW)


def text_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def print_of(manuscript: Manuscript) -> Document:
    assert manuscript.printed is not None
    return manuscript.printed


def kinds(made: Room) -> list[str]:
    return [entry["kind"] for entry in signingchain.chain_of(made.permohonan)]


def post(client: Client, made: Room, label: str, **changes: str):
    found = manuscripts.standing_manuscript(made.permohonan, label)
    data = {"sha256": found.document.sha256 if found else "", "agreed": "on", "password": SECRET}
    return client.post(base(made, label), {**data, **changes})


def test_both_sign_on_screen_and_the_form_is_issued_and_closed(made):
    asesor, asesi = as_person(made.asesor), as_person(made.asesi)
    assert "Formulir ini belum diisi" in asesor.get(base(made, AK07)).content.decode()
    with pytest.raises(Conflict) as lacking:
        signatures.prepare(made.permohonan, AK07, actor=made.asesor, now=NOW)
    assert lacking.value.code == "not_filled"
    fill(made, AK07)
    assert "Siapkan naskah" in asesor.get(base(made, AK07)).content.decode()
    asesor.post(f"{base(made, AK07)}naskah/")
    shown = asesor.get(base(made, AK07)).content.decode()
    assert "Saya menandatangani FR.AK.07@2023" in shown
    read = asesor.get(f"{base(made, AK07)}naskah.pdf")
    kept = Manuscript.objects.get()
    assert hashlib.sha256(read.content).hexdigest() == kept.document.sha256
    answer = post(asesor, made, AK07, drawn="M10 10L200 90L40 150")
    assert answer.status_code == 302
    assert kept.code not in text_of(content(kept.document)), "nothing is printed before all signed"

    listed = asesi.get(reverse("assessment:forms", args=[made.permohonan.nomor]))
    assert "Menunggu tanda tangan Anda" in listed.content.decode()
    asesi.get(f"{base(made, AK07)}naskah.pdf")
    assert post(asesi, made, AK07).status_code == 302
    kept.refresh_from_db()
    assert kept.state == "issued"
    assert papers.issued_as(made.permohonan, AK07)
    printed = asesi.get(f"/permohonan/{made.permohonan.nomor}/formulir/{AK07}.pdf").content
    assert hashlib.sha256(printed).hexdigest() == print_of(kept).sha256
    text = text_of(printed)
    short = short_head(kept.document.sha256)
    assert text.count(short) == 2
    assert f"/tanda/{kept.code}/" in text
    assert kept.document.sha256 in text
    assert "Belum ditandatangani" not in text
    assert signingchain.faults(made.permohonan) == []
    with pytest.raises(Conflict) as refused:
        fill(made, AK07, {"a1": ["ya"]})
    assert refused.value.code == "form_issued"
    assert kinds(made) == ["form.signed", "form.signed", "form.issued"]
    assert AuditEntry.objects.filter(action="assessment.form_signed").count() == 2


def test_a_wrong_password_signs_nothing_and_keeps_the_page(made):
    client = as_person(made.asesor)
    lay_out(made, made.asesor, AK07)
    answer = post(client, made, AK07, password="salah")
    assert answer.status_code == 400
    assert "Kata sandi tidak cocok. Anda belum menandatangani" in answer.content.decode()
    assert not Signature.objects.exists()
    assert SECRET not in str(AuditEntry.objects.values_list("data", flat=True))
    assert post(client, made, AK07).status_code == 302


def test_who_did_not_agree_or_not_read_has_not_signed(made):
    client = as_person(made.asesor)
    fill(made, AK07)
    signatures.prepare(made.permohonan, AK07, actor=made.asesor, now=NOW)
    found = Manuscript.objects.get()
    data = {"sha256": found.document.sha256, "password": SECRET}
    assert "Centang pernyataannya" in client.post(base(made, AK07), data).content.decode()
    unread = client.post(base(made, AK07), {**data, "agreed": "on"})
    assert (unread.status_code, "Buka dan baca dahulu" in unread.content.decode()) == (409, True)
    assert not Signature.objects.exists()


def test_after_eight_wrong_passwords_the_right_one_waits(made):
    client = as_person(made.asesor)
    lay_out(made, made.asesor, AK07)
    answers = [post(client, made, AK07, password="salah") for _try in range(8)]
    assert answers[0].status_code == 400
    locked = post(client, made, AK07)
    assert "Terlalu banyak percobaan" in locked.content.decode()
    assert not Signature.objects.exists()


def test_only_whom_the_form_names_signs_it(made):
    with pytest.raises(NotFound):
        lay_out(made, made.stranger, AK07)
    with pytest.raises(Forbidden) as refused:
        lay_out(made, made.admin, AK07)
    assert refused.value.code == "not_your_signature"
    lay_out(made, made.asesor, AK07)
    signatures.note_opened(Manuscript.objects.get(), actor=made.pendamping, now=NOW)
    with pytest.raises(Forbidden):
        sign(made, made.pendamping, AK07)
    sign(made, made.asesor, AK07)
    with pytest.raises(Forbidden):
        sign(made, made.asesor, AK07)


def test_the_asesi_signs_what_the_asesor_signed_and_never_sees_keys(made):
    assert as_person(made.asesi).get(base(made, IA03)).status_code == 404
    sign(made, made.asesor, IA03)
    listed = as_person(made.asesi).get(f"/permohonan/{made.permohonan.nomor}/formulir/")
    assert f"{IA03}/tanda/" in listed.content.decode()
    sign(made, made.asesi, IA03)
    assert Manuscript.objects.get(label=IA03).state == "complete"
    signatures.issue_signed(NOW)
    kept = print_of(Manuscript.objects.get(label=IA03))
    assert str(kept.pk) in as_person(made.asesi).get(base(made, IA03)).content.decode()
    assert as_person(made.asesi).get(kept.get_absolute_url()).status_code == 200
    assert as_person(made.stranger).get(kept.get_absolute_url()).status_code == 404
    sign(made, made.asesor, IA07)
    assert Manuscript.objects.get(label=IA07).state == "complete", "signed on paper by the asesi"
    assert as_person(made.asesi).get(base(made, IA07)).status_code == 404


def test_a_changed_text_voids_what_was_signed(made):
    fill(made, AK07, {"a1": ["ya"]})
    first = sign(made, made.asesor, AK07)
    fill(made, AK07, {"a1": ["tidak"]})
    old = first.manuscript
    signatures.note_opened(old, actor=made.asesi, now=NOW)
    with pytest.raises(Conflict) as refused:
        signatures.sign(
            made.permohonan, AK07, actor=made.asesi, sha256=old.document.sha256, now=NOW
        )
    assert refused.value.code == "text_changed"
    page = as_person(made.asesor).get(base(made, AK07)).content.decode()
    assert "Isi formulir berubah setelah ditandatangani" in page
    assert "Tanda tangan yang gugur" in page
    sign(made, made.asesi, AK07)
    assert Manuscript.objects.get(label=AK07, state="open").signatures.count() == 1
    assert Signature.objects.count() == 2, "the void one is kept"
    sign(made, made.asesor, AK07)
    assert signatures.issue_signed(NOW) == 1
    assert kinds(made) == [
        "form.signed",
        "form.voided",
        "form.signed",
        "form.signed",
        "form.issued",
    ]
    assert signingchain.faults(made.permohonan) == []


def test_a_text_that_comes_back_before_anybody_laid_it_out_keeps_its_signatures(made):
    fill(made, AK07, {"a1": ["ya"]})
    sign(made, made.asesor, AK07)
    fill(made, AK07, {"a1": ["tidak"]})
    fill(made, AK07, {"a1": ["ya"]})
    assert manuscripts.desk(made.asesi, made.permohonan, AK07).standing.valid


def test_what_everybody_signed_is_printed_even_if_the_schedule_moves(made):
    sign(made, made.asesor, AK07)
    sign(made, made.asesi, AK07)
    jadwal = made.session.jadwal
    jadwal.tuk = "Tempat lain sama sekali"
    jadwal.save()
    assert signatures.issue_signed(NOW) == 1
    printed = text_of(content(print_of(Manuscript.objects.get())))
    assert "Tempat lain" not in printed


def test_the_session_log_names_the_print_and_the_head_of_the_chain(made):
    sign(made, made.asesi, AK03)
    issuer = signatures.SignedIssuer()
    assert issuer.tick(NOW) == 1, "printed; no session was opened yet"
    made.go_live()
    assert issuer.tick(made.at(5)) == 1
    assert issuer.tick(made.at(6)) == 0
    entry = LogEntry.objects.get(session=made.session, kind="form.issued")
    kept = Manuscript.objects.get()
    last = SignatureEntry.objects.get(seq=2)
    assert entry.data["sha256"] == print_of(kept).sha256
    assert entry.data["signatures"] == {"seq": 2, "head": last.hash}
    assert (kept.session_id, kept.logged_seq) == (made.id, entry.seq)
    assert signingchain.faults(made.permohonan) == []


def test_every_tampering_is_named(made):
    made.go_live()
    sign(made, made.asesi, AK03)
    assert signatures.SignedIssuer().tick(made.at(5)) == 2
    assert signingchain.faults(made.permohonan) == []
    Signature.objects.update(name="Orang Lain")
    assert signingchain.faults(made.permohonan) == ["signature 1: not as it was logged"]
    entry = SignatureEntry.objects.get(seq=1)
    SignatureEntry.objects.filter(seq=1).update(data={**entry.data, "name": "Orang Lain"})
    broken = "entry 1: hash does not match its content and predecessor"
    assert signingchain.faults(made.permohonan) == [broken]
    SignatureEntry.objects.filter(seq=2).delete()
    named = signingchain.faults(made.permohonan)
    assert any("names another head" in fault for fault in named)


def test_a_changed_file_is_named_and_the_public_page_says_so(made):
    sign(made, made.asesi, AK03)
    signatures.issue_signed(NOW)
    kept = Manuscript.objects.get()
    public = Client()
    page = public.get(f"/tanda/{kept.code}/").content.decode()
    assert 'data-faults="0"' in page
    assert made.asesi.name in page
    whole = content(print_of(kept))
    other = whole[:-1] + b"x"
    read = content(kept.document)
    for data, verdict in ((whole, "printed"), (read, "manuscript"), (other, "other")):
        file = io.BytesIO(data)
        file.name = "formulir.pdf"
        said = public.post(f"/tanda/{kept.code}/", {"file": file}).content.decode()
        assert re.findall(r'data-verdict="(\w+)">', said) == [verdict]
    default_storage.delete(print_of(kept).storage_name)
    default_storage.save(print_of(kept).storage_name, ContentFile(other))
    assert 'data-faults="1"' in public.get(f"/tanda/{kept.code}/").content.decode()
    assert public.get("/tanda/TIDAKADA2345/").status_code == 404


def test_a_form_that_waits_has_no_public_page(made):
    sign(made, made.asesor, AK07)
    assert Client().get(f"/tanda/{Manuscript.objects.get().code}/").status_code == 404


def test_what_waits_stands_on_ones_own_page(made):
    assert manuscripts.asked_of(made.asesor) == []
    sign(made, made.asesi, AK07)
    (asked,) = manuscripts.asked_of(made.asesor)
    assert [form.label for form in asked.forms] == [AK07]
    assert manuscripts.asked_of(made.asesi) == []
    assert manuscripts.asked_of(made.stranger) == []
    page = as_person(made.asesor).get(reverse("portal:dashboard")).content.decode()
    assert f"{AK07}/tanda/" in page
    sign(made, made.asesor, AK07)
    assert manuscripts.asked_of(made.asesor) == []


def test_while_the_provider_is_away_nothing_is_issued_and_nothing_lost(made, settings):
    settings.CERTIFIED_SIGNER = "tests.factories.pkcs12.Away"
    sign(made, made.asesor, AK07)
    client = as_person(made.asesi)
    client.get(f"{base(made, AK07)}naskah.pdf")
    before = Away.asked
    page = client.post(
        base(made, AK07),
        {
            "sha256": Manuscript.objects.get().document.sha256,
            "agreed": "on",
            "password": SECRET,
        },
        follow=True,
    ).content.decode()
    assert Away.asked == before + 1, "the fault really happened"
    assert "Tanda tangan Anda tercatat" in page
    assert "Penyedia tanda tangan tidak menjawab" in page
    assert "sedang diterbitkan" in page
    assert papers.issued_as(made.permohonan, AK07), "closed all the same"
    issuer = signatures.SignedIssuer()
    assert issuer.tick(NOW) == 0
    assert issuer.tick(NOW + timedelta(seconds=30)) == 0
    assert Away.asked == before + 2, "it rests"
    settings.CERTIFIED_SIGNER = ""
    assert issuer.tick(NOW + timedelta(seconds=61)) == 1
    assert print_of(Manuscript.objects.get()).sha256


def test_two_processes_that_print_at_once_issue_once(made):
    sign(made, made.asesi, AK03)
    stale = Manuscript.objects.select_related("permohonan", "document").get()
    assert signatures.issue_signed(NOW) == 1
    assert not signatures._issue(stale, NOW)
    assert kinds(made) == ["form.signed", "form.issued"]
    assert Document.objects.count() == 2
    assert signingchain.faults(made.permohonan) == []
