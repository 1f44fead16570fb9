"""The office's pages on retention: what they show, to whom, and what they do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ajj.people.models import Role, User
from recordings.models import Disposal, LegalHold
from tests.factories.live import person, room
from tests.integration.realtime.sockets import consent_text
from tests.integration.recordings.spool import Recorded, recorded

pytestmark = pytest.mark.django_db


def page_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    """A session that ended long ago, with one segment."""
    settings.DATA_DIR = tmp_path / "data"
    settings.SPOOL_DIR = tmp_path / "spool"
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    made.end(20)
    return made


@pytest.fixture
def long_ago(settings, made):
    """Today is far behind the term of the session."""
    settings.RETENTION_UNDECIDED_DAYS = (timezone.localdate() - made.room.at().date()).days - 1
    return made


@pytest.fixture
def manajer():
    return page_of(person("Sekar Widyaningrum", Role.MANAJER))


@pytest.fixture
def direktur():
    return page_of(person("Handaru Pranata", Role.DIREKTUR))


def propose(client: Client, made: Recorded) -> Disposal:
    answer = client.post(
        reverse("retention:propose"), {"sesi": [str(made.room.id)], "reason": "Retensi berkala"}
    )
    found = Disposal.objects.get()
    assert answer["Location"] == reverse("retention:disposal", args=[found.pk])
    return found


def words(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_register_is_for_the_office_alone(made):
    url = reverse("retention:index")
    assert Client().get(url).status_code == 302
    for user in (made.room.asesi, made.room.asesor, made.room.komite):
        assert page_of(user).get(url).status_code == 403
    assert page_of(made.room.admin).get(url).status_code == 200


def test_search_status_and_order_live_in_the_address(long_ago, manajer):
    consent_text(long_ago.room.at() - timedelta(days=2))
    other = room(starts_at=long_ago.room.at() + timedelta(days=1))
    other.permohonan.asesi.name = "Zulkifli Harahap"
    other.permohonan.asesi.save()
    other.go_live()
    Recorded(other, long_ago.stream, long_ago.spool).end(30)
    LegalHold.objects.create(
        session=other.session, reason="Perkara 7", placed_by=other.admin, placed_at=timezone.now()
    )
    url = reverse("retention:index")
    both = words(manajer, url)
    assert "Ayu Lestari" in both
    assert "Perkara 7" in both
    assert words(manajer, f"{url}?urut=nama").index("Ayu") < words(
        manajer, f"{url}?urut=nama"
    ).index("Zulkifli Harahap")
    assert "Ayu Lestari" not in words(manajer, f"{url}?status=ditahan")
    assert "Zulkifli" not in words(manajer, f"{url}?q=ayu")
    assert "Tidak ada yang cocok" in words(manajer, f"{url}?q=ayu&status=dimusnahkan")
    assert words(manajer, f"{url}?status=apa&urut=apa&hal=99")


def test_from_the_proposal_to_the_minutes(long_ago, manajer, direktur):
    found = propose(manajer, long_ago)
    url = reverse("retention:disposal", args=[found.pk])
    decide = reverse("retention:decide", args=[found.pk])
    assert "Setujui dan musnahkan" not in words(manajer, url)
    assert "Setujui dan musnahkan" in words(direktur, url)
    assert "Centang pernyataan" in words_after(direktur, decide, {"putusan": "setuju"})
    assert "Tindakan ini untuk" in words_after(
        manajer, decide, {"putusan": "setuju", "setuju": "on"}
    )
    said = words_after(direktur, decide, {"putusan": "setuju", "setuju": "on", "note": "Sesuai"})
    assert "Kunci dimusnahkan. Berita acara BA-PM/001/" in said
    found.refresh_from_db()
    assert found.document is not None
    paper = found.document.get_absolute_url()
    assert manajer.get(paper)["Content-Type"] == "application/pdf"
    assert page_of(long_ago.room.asesi).get(paper).status_code == 404
    session = words(manajer, reverse("retention:session", args=[long_ago.room.id]))
    assert f"Media ini telah dimusnahkan menurut BA nomor {found.number}." in session
    assert found.number in words(manajer, reverse("retention:index"))


def words_after(client: Client, url: str, data: dict[str, str]) -> str:
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_refusal_says_why_where_one_stands(long_ago, manajer, direktur):
    url = reverse("retention:propose")
    assert "Pilih paling sedikit satu sesi" in words_after(manajer, url, {"reason": "x"})
    unknown = {"sesi": "bukan-uuid", "reason": "x"}
    assert manajer.post(url, unknown).status_code == 400
    found = propose(manajer, long_ago)
    decide = reverse("retention:decide", args=[found.pk])
    assert "Tulis alasannya" in words_after(direktur, decide, {"putusan": "tolak"})
    assert "Usulan ditolak" in words_after(
        direktur, decide, {"putusan": "tolak", "note": "Tunggu audit"}
    )


def test_holding_and_letting_go(long_ago, direktur):
    session = reverse("retention:session", args=[long_ago.room.id])
    hold = reverse("retention:hold", args=[long_ago.room.id])
    assert "Tidak ada yang dapat dimusnahkan sekarang" in words_after(
        direktur, hold, {"reason": "Audit BNSP"}
    )
    row = LegalHold.objects.get()
    lift = reverse("retention:lift", args=[long_ago.room.id, row.pk])
    assert "Penahanan dilepas" in words_after(direktur, lift, {"reason": "Audit selesai"})
    assert "Tidak ada yang dapat dimusnahkan sekarang" not in words(direktur, session)


def test_one_persons_erasure_is_asked_for_on_the_sessions_page(made, manajer):
    session = reverse("retention:session", args=[made.room.id])
    assert "Hapus media satu orang" in words(manajer, session)
    url = reverse("retention:propose_person", args=[made.room.id])
    asked = {"owner": str(made.room.asesi.pk), "reason": "Permintaan P-1"}
    assert "belum berakhir" in words_after(manajer, url, asked)
    said = words_after(manajer, url, {**asked, "early": "on"})
    assert "menunggu persetujuan direktur" in said
    assert "Pemilik data memintanya" in said
    assert "tidak mempunyai media" in words_after(
        manajer, url, {**asked, "owner": str(made.room.komite.pk), "early": "on"}
    )
