"""FR.AK.06 is filled once for the group of one asesor, skema and day."""

from datetime import timedelta

import pytest

from ajj.applications.models import Permohonan
from ajj.assessment import papers
from ajj.assessment.models import FormAnswers
from ajj.assessment.services.answers import keep_answers
from ajj.assessment.values.review import of_review, reviewed_with
from ajj.documents.registry import labelled
from ajj.people.models import Role
from tests.factories import live
from tests.factories.live import START, Room, room
from tests.factories.people import NOW
from tests.integration.assessment.test_answers import as_person
from tests.integration.assessment.test_papers import text_of
from tests.integration.assessment.test_signatures import fill, sign

pytestmark = pytest.mark.django_db
AK06 = "FR.AK.06@2023"
POSTED = {
    "konsistensi/keputusan/dimensi": ["ts", "cms"],
    "komentar": ["Keputusan konsisten di antara asesi."],
}


def beside(first: Room, *, name: str, hours: float) -> Room:
    """Another asesmen of the skema and the asesor of ``first``."""
    row = Permohonan.objects.create(
        nomor=f"{name[:6]}-{hours}",
        asesi=live.person(name, Role.ASESI),
        skema=first.skema,
        state="apl02_verified",
        created_at=START,
        changed_at=START,
    )
    made = room(permohonan=row, starts_at=START + timedelta(hours=hours))
    made.session.jadwal.penugasan.filter(role="asesor").update(user=first.asesor)
    made.asesor = first.asesor
    return made


def isi_of(made: Room) -> dict[str, object]:
    return papers.isi_of(made.permohonan).get(AK06, {})


def test_what_the_lead_writes_once_stands_in_every_file_of_the_group():
    first = room().go_live().agree()
    first.do(first.asesor, "mark", {"kuk": first.kuk[0], "value": "ya"})
    second = beside(first, name="Sari Dewi", hours=3)
    tomorrow = beside(first, name="Besok Saja", hours=30)
    assert [row.asesi.name for row in reviewed_with(first.permohonan)] == [
        "Ayu Lestari",
        "Sari Dewi",
    ]
    fill(first, AK06, POSTED.items())
    assert isi_of(first) == isi_of(second)
    assert isi_of(second)["komentar"] == POSTED["komentar"][0]
    assert isi_of(tomorrow) == {}
    form = labelled(AK06)
    for made in (first, second):
        paper = papers.Paper(form, None)
        text = text_of(papers.pdf(papers.complete().get(pk=made.permohonan.pk), paper, now=NOW))
        assert "Keputusan konsisten di antara asesi." in text
        assert "Ditinjau bersama" in text
        assert "Ayu Lestari, Sari Dewi" in text
        assert "1 dari 2" in text
    address = f"/permohonan/{second.permohonan.nomor}/formulir/{AK06}/isi/"
    said = as_person(first.asesor).get(address).content.decode()
    assert "Diisi sekali untuk seluruh kelompok" in said
    assert "dari sebagian asesi: Task skills (1 dari 2)" in said


def test_a_file_that_is_signed_already_keeps_what_was_signed():
    first = room().go_live().agree()
    second = beside(first, name="Sari Dewi", hours=3)
    fill(second, AK06, {"komentar": ["Milik sendiri"]}.items())
    sign(second, second.admin, AK06)
    before = isi_of(second)
    fill(first, AK06, POSTED.items())
    assert isi_of(first)["komentar"] == POSTED["komentar"][0]
    assert isi_of(second) == before


def test_nothing_collected_proposes_nothing_and_others_are_left_alone():
    made = room()
    assert of_review(made.permohonan) == {}
    paper = papers.paper(made.permohonan, "asesor", "FR.AK.07@2023")
    other = beside(made, name="Sari Dewi", hours=3)
    keep_answers(made.permohonan, paper, {"komentar": ["x"]}, actor=made.asesor, now=NOW)
    assert not FormAnswers.objects.filter(permohonan=other.permohonan).exists()
