"""The receipt: page, paper, letter, and the public look whether it still fits the log."""

from io import BytesIO

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from ajj.documents.models import Document
from ajj.documents.selectors import content
from ajj.kernel.chain import short_head
from ajj.live import services as live
from ajj.live.models import LogEntry
from ajj.notifications import tasks
from recordings.capsule import verify as checker
from recordings.models import Seal
from recordings.receipt import receipt_of, verdict_of
from recordings.services import keyring, seal_ended
from recordings.services.seal import seal_grown
from tests.factories.media.process import free_port
from tests.factories.proven import decide
from tests.integration.notifications.test_mail import postbox, work
from tests.integration.recordings.spool import Recorded, recorded

__all__ = ["postbox"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 2, codecs=["vp8", "opus"])
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    return made


def sealed(made: Recorded) -> Seal:
    made.say("stream.stopped", 19, reason="ended")
    made.end(20)
    made.ingest().step()
    assert seal_ended(spool=made.spool, now=made.room.at(120)) == 1
    return Seal.objects.get()


def words(pdf: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def look(text: str) -> tuple[int, str]:
    answer = Client().get(reverse("proof:look"), {"s": text})
    body = answer.content.decode()
    return answer.status_code, body.split('data-verdict="')[1].split('"')[0]


def test_the_asesi_gets_it_as_page_and_paper_and_strangers_do_not(made):
    client = Client()
    client.force_login(made.room.asesi)
    page, paper = (
        reverse(f"proof:{name}", args=[made.room.id]) for name in ("receipt", "receipt_pdf")
    )
    assert "Belum disegel" in client.get(page).content.decode()
    assert client.get(paper).status_code == 404
    seal = sealed(made)
    shown = client.get(page).content.decode()
    assert seal.head in shown
    assert short_head(seal.head) in shown
    answer = client.get(paper)
    assert answer["Content-Type"] == "application/pdf"
    printed = words(answer.content)
    assert short_head(seal.head) in printed
    assert seal.kid in printed
    assert client.get(paper).content == answer.content
    stranger = Client()
    stranger.force_login(made.room.stranger)
    assert stranger.get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_the_seal_brings_one_letter_with_the_paper(made, postbox):
    seal = sealed(made)
    work()
    tasks.catch_up()
    work()
    (letter,) = [m for m in postbox.to(made.room.asesi) if "Tanda terima" in m["subject"]]
    body = letter.get_body(("plain",)).get_content()
    assert short_head(seal.head) in body
    assert f"/sesi/{made.room.id}/tanda-terima/" in body
    (pdf,) = [p for p in letter.walk() if p.get_content_type() == "application/pdf"]
    attached = pdf.get_payload(decode=True)
    assert isinstance(attached, bytes)
    assert short_head(seal.head) in words(attached)


def test_a_letter_that_a_crash_swallowed_is_made_up_for(made, postbox, settings):
    from ajj.notifications.models import Delivery
    from ajj.scheduling.models import Jadwal

    seal = sealed(made)
    Jadwal.objects.update(ends_at=made.room.at(10**8))
    Delivery.objects.all().delete()
    assert tasks.catch_up() == 1
    assert Delivery.objects.get().event == f"segel:{made.room.id}:{seal.seq}"
    assert tasks.catch_up() == 0


def test_anybody_sees_whether_a_receipt_still_fits(made):
    seal = sealed(made)
    receipt = receipt_of(made.room.fresh())
    assert receipt is not None
    for text in (receipt.url, seal.jws, seal.head, short_head(seal.head), seal.head[:16].upper()):
        assert look(text) == (200, "cocok")
    assert look("3fa9-12bc") == (404, "tidak_dikenal")
    assert look("0" * 64) == (404, "tidak_dikenal")
    assert look(seal.jws[:-6] + "AAAAAA") == (200, "palsu")
    assert look(keyring().sign({"n": 1})[0]) == (200, "palsu")
    LogEntry.objects.filter(session=made.room.id, seq=seal.seq).update(hash="0" * 64)
    assert look(seal.jws) == (200, "berbeda")
    LogEntry.objects.filter(session=made.room.id, seq__gte=seal.seq).delete()
    assert look(short_head(seal.head)) == (200, "berbeda")


def test_the_checker_can_be_fetched_apart_from_a_capsule():
    answer = Client().get(reverse("proof:program"))
    with open(checker.__file__, "rb") as file:
        assert answer.content == file.read()


def test_the_berita_acara_prints_the_sealed_head(made):
    seal = sealed(made)
    live.record(
        made.room.id,
        kind="ak02.recommended",
        actor=str(made.room.asesor.pk),
        data={"result": "K", "note": "", "tindak_lanjut": "", "units": []},
        now=made.room.at(130),
    )
    decide(made)
    printed = words(content(Document.objects.get(code="BA.PLENO")))
    assert short_head(seal.head) in printed
    assert seal.kid in printed
    assert seal.head in printed


def test_what_follows_is_sealed_again_and_the_old_receipt_holds(made):
    first = sealed(made)
    quiet = made.room.at(120 + 3600)
    assert seal_grown(now=quiet) == 0
    live.record(
        made.room.id,
        kind="ak02.recommended",
        actor=str(made.room.asesor.pk),
        data={"result": "K", "note": "", "tindak_lanjut": "", "units": []},
        now=made.room.at(130),
    )
    assert seal_grown(now=made.room.at(131)) == 0
    assert seal_grown(now=quiet) == 1
    assert seal_grown(now=quiet) == 0
    old, new = Seal.objects.order_by("seq")
    assert old == first
    assert (new.seq, LogEntry.objects.get(session=made.room.id, seq=new.seq).kind) == (
        first.seq + 2,
        "ak02.recommended",
    )
    verdict = verdict_of(old.jws, keys=keyring())
    assert (verdict.key, verdict.later, verdict.newest) == ("cocok", 2, new)


def test_a_short_head_is_the_same_everywhere():
    head = "3fa912bc77d0e41b" + "0" * 48
    assert short_head(head) == checker.fingerprint(head) == "3fa9-12bc-77d0-e41b"
