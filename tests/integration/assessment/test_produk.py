"""FR.IA.11@2023: a product reviewed with pictures that were uploaded before, rows as it needs."""

import hashlib
from io import BytesIO
from struct import pack
from zlib import compress, crc32

import pytest
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader

from ajj.assessment import papers, pictures
from ajj.assessment.models import Evidence, FormAnswers
from ajj.assessment.services.versions import copy_plan
from ajj.documents.registry import labelled
from ajj.live.services import vault
from ajj.people.models import User
from tests import pdfa
from tests.factories.files import fresh
from tests.factories.live import Room, room
from tests.factories.people import NOW
from tests.integration.assessment.test_papers import BACKEND, text_of

pytestmark = pytest.mark.django_db
LABEL = "FR.IA.11@2023"


@pytest.fixture(autouse=True)
def _rested():
    cache.clear()


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def png(colour: int) -> bytes:
    """A real picture of 4 by 4 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    rows = (b"\0" + bytes([colour, 80, 90]) * 4) * 4
    head = pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def taken(made: Room, path, name: str, *, filetype: str = "image/png", data: bytes = b"") -> str:
    """A picture that the asesi handed in; its key on the form."""
    data = data or png(len(name))
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    stored = f"uji/{made.id}/{name}"
    owner = made.asesi.pk
    vault.put(stored, path, session_id=made.id, owner_id=owner, sha256=sha256)
    row = Evidence.objects.create(
        session=made.session,
        owner=made.asesi,
        filename=name,
        filetype=filetype,
        bytes=len(data),
        sha256=sha256,
        storage_name=stored,
        at_ms=1000,
        seq=800 + Evidence.objects.count(),
    )
    return f"bukti:{row.pk}"


def images(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)


@pytest.fixture
def made(tmp_path):
    return room().go_live().agree()


def test_chosen_pictures_are_on_the_print_and_were_not_sent_again(made, tmp_path):
    first = taken(made, tmp_path / "a", "depan.png")
    second = taken(made, tmp_path / "b", "samping.png")
    taken(made, tmp_path / "c", "rekaman.mp4", filetype="video/mp4")
    asesor = as_person(made.asesor)
    base = f"/permohonan/{made.permohonan.nomor}/formulir/{LABEL}"
    screen = asesor.get(f"{base}/isi/").content.decode()
    assert "depan.png" in screen
    assert "rekaman.mp4" not in screen
    assert f"/evidence/{first.partition(':')[2]}/file" in screen
    posted = {
        "nama": "Halaman profil",
        "gambar": [second],
        "reviu/ukuran/teks": "Tata letak sesuai rancangan",
        "reviu/ukuran/hasil": "ya",
        "reviu/sambungan/pakai": ["tidak"],
        "reviu/+1_1/teks": "Waktu muat di bawah 3 detik",
        "reviu/+1_1/reviu": "2,1 detik pada 3G",
        "reviu/+1_1/hasil": "ya",
    }
    assert asesor.post(f"{base}/isi/", posted).status_code == 302
    pdf = asesor.get(f"{base}.pdf").content
    said = text_of(pdf)
    assert "samping.png" in said
    assert "depan.png" not in said
    assert images(pdf) == 1
    assert "Waktu muat di bawah 3 detik" in said
    assert "Kerapian dan kerapatan sambungan" not in said
    assert pdfa.problems(pdf) == []
    row = Evidence.objects.get(filename="samping.png")
    load = pictures.loader(made.permohonan)
    named = {"file": second, "sha256": row.sha256}
    assert load(named) is not None
    assert load({**named, "sha256": "0" * 64}) is None, "only the very bytes that were chosen"
    assert pictures.loader(room().permohonan)(named) is None, "another asesi's is not read"


def test_what_is_gone_or_broken_is_said_and_the_others_are_shown(made, tmp_path):
    gone = taken(made, tmp_path / "a", "hilang.png")
    broken = taken(made, tmp_path / "b", "rusak.png", data=b"\x89PNG\r\n\x1a\nbukan gambar")
    good = taken(made, tmp_path / "c", "baik.png")
    Evidence.objects.filter(filename="hilang.png").update(storage_name="uji/tidak-ada")
    FormAnswers.objects.create(
        permohonan=made.permohonan,
        label=LABEL,
        isi={"gambar": [gone, broken, good]},
        saved_at=NOW,
        saved_by=made.asesor,
    )
    paper = papers.paper(fresh(made), "asesor", LABEL)
    pdf = papers.pdf(fresh(made), paper, now=NOW)
    said = text_of(pdf)
    assert images(pdf) == 1
    assert said.count("Gambar tidak dapat ditampilkan") == 2
    assert [name in said for name in ("hilang.png", "rusak.png", "baik.png")] == [True] * 3


def test_rows_of_the_profession_are_taken_from_another_asesi_without_a_result(made):
    other = room()
    assert other.skema.pk != made.skema.pk or other.permohonan.pk != made.permohonan.pk
    other.permohonan.skema = made.skema
    other.permohonan.save()
    FormAnswers.objects.create(
        permohonan=other.permohonan,
        label=LABEL,
        isi={
            "nama": "Toko daring",
            "rekomendasi": ["K"],
            "reviu": {"+0_1": {"teks": "Responsif", "hasil": "ya"}, "ukuran": {"hasil": "ya"}},
        },
        saved_at=NOW,
        saved_by=other.asesor,
    )
    page = as_person(made.asesor).get(f"/permohonan/{made.permohonan.nomor}/formulir/{LABEL}/isi/")
    assert f"Pakai baris {other.permohonan.nomor}" in page.content.decode()
    kept = copy_plan(
        fresh(made),
        labelled(LABEL),
        source=other.permohonan.nomor,
        actor=made.asesor,
        now=made.at(20),
    )
    assert kept.isi == {"reviu": {"+0_1": {"teks": "Responsif"}}}
