"""The forms of a permohonan: filled from what is known, opened only by whom they are for."""

import io
import re
import zipfile
from urllib.parse import quote

import pytest
from django.db import transaction
from pypdf import PdfReader

from ajj.applications.models import Apl02, Permohonan
from ajj.applications.services import open_permohonan
from ajj.assessment import papers, values
from ajj.assessment.models import Evidence
from ajj.assessment.services import issue_due, ujian
from ajj.assessment.values.review import of_review
from ajj.audit.models import AuditEntry
from ajj.documents import registry
from ajj.documents.soundness import named
from ajj.documents.sources import SOURCES
from ajj.kernel.errors import Forbidden, NotFound
from ajj.live import services
from ajj.live.services import append, lock
from ajj.skema.models import Muk
from ajj.skema.services import choose_forms
from tests.factories import applications, people, scheduling, skema
from tests.factories.documents.values import paths_of, shape_along, shapes_of
from tests.factories.live import Room, room
from tests.factories.people import NOW
from tests.factories.portfolio import everything_followed
from tests.factories.ujian import asked_about, concluded, instrument, taken

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"

# Named by a form and known to nobody yet; the LSP's own name comes with the letterhead.
NOT_YET_KNOWN = {
    "ceklis.kelompok.units.elemen.kuk.standar",
    "ceklis.units.elemen.kuk.standar",
    "lsp.name",
}
WORK = {
    "home_phone": "0411 222222",
    "institution": "CV Tenun Digital",
    "position": "Magang",
    "office_address": "Jalan Veteran 2",
    "office_postal_code": "90112",
    "office_phone": "0411 333333",
    "office_email": "kantor@contoh.test",
}


def text_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", text)


def url(permohonan: Permohonan, label: str) -> str:
    return f"/permohonan/{permohonan.nomor}/formulir/{quote(label)}.pdf"


def assessed() -> Room:
    made = room().go_live().agree()
    issue_due(made.at(6))
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "tidak", "note": "Belum runtut"})
    made.do(made.asesor, "session.end", seconds=60)
    recommended = {"result": "BK", "note": "Ulangi", "tindak_lanjut": "Latihan", "units": []}
    made.do(made.asesor, "ak02.recommend", recommended, seconds=70)
    issue_due(made.at(71))
    return made


def everything_typed() -> Permohonan:
    """An application with every blank of both forms filled, and both sessions planned."""
    case = applications.verified()
    scheduling.fixed(case, kind="pra_asesmen", hours=24)
    scheduling.fixed(case, kind="asesmen", hours=48)
    form = case.permohonan.apl01
    form.data |= WORK
    form.admin_note = "Lengkap."
    form.save()
    Apl02.objects.filter(permohonan=case.permohonan).update(note="Siapkan contoh kerja.")
    case.permohonan.tujuan_lain = "Kenaikan jenjang"
    case.permohonan.save()
    return case.fresh()


def everything_happened() -> Room:
    """Both sessions held, with evidence judged, a gap in the recording and people who left."""
    pra = room("pra_asesmen").go_live()
    services.leave(pra.id, connection="asesi-1", reason="left", now=pra.at(30))
    pra.do(pra.asesor, "session.end", seconds=40)
    made = room(permohonan=pra.permohonan).go_live().agree()
    for jenis in Muk.Jenis.values:
        given = ujian.give(
            made.permohonan, instrument(made.skema, jenis), actor=made.asesor, now=made.at(12)
        )
        by = made.asesi if given.written else made.asesor
        done = taken(given, ["a", "a", "a", "a"], by=by, at=made.at(13))
        if given.jenis == Muk.Jenis.TERSTRUKTUR:
            asked_about(done, by=made.asesor, at=made.at(900))
        concluded(done, by=made.asesor, at=made.at(1000))
    hole = {"stream": "s1", "start_ms": 20_000, "end_ms": 82_000, "cause": "network"}
    camera = {"stream": "s1", "kind": "camera", "owner": str(made.asesi.pk), "codecs": ["vp8"]}
    filled = {"stream": "s1", "start_ms": 20_000, "end_ms": 50_000, "by": "device backup"}
    for kind, data in (
        ("stream.started", camera),
        ("gap", hole),
        ("gap.filled", {**filled, "segments": []}),
    ):
        with transaction.atomic():
            append(lock(made.id), kind=kind, actor="system", data=data, now=made.at(85))
    file = Evidence.objects.create(
        session=made.session,
        owner=made.asesi,
        filename="rancangan.pdf",
        filetype="application/pdf",
        bytes=10,
        sha256="0" * 64,
        storage_name=f"uji/{made.id}",
        at_ms=86_000,
        seq=900,
    )
    judged = {"evidence": str(file.pk), "kuk": made.kuk[:1], "accepted": True}
    rules = dict.fromkeys(("valid", "asli", "terkini", "memadai"), True)
    made.do(made.asesor, "evidence.judge", {**judged, **rules}, seconds=87)
    everything_followed(made.permohonan, by=made.asesor, at=made.at(2000))
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "tidak"}, seconds=88)
    services.leave(made.id, connection="asesi-1", reason="left", now=made.at(89))
    made.do(made.asesor, "session.end", seconds=90)
    units = [{"unit": row.pk, "bukti": ["observasi"]} for row in made.skema.units.all()]
    recommended = {"result": "BK", "note": "Ulangi", "tindak_lanjut": "Latihan", "units": units}
    made.do(made.asesor, "ak02.recommend", recommended, seconds=95)
    return made


def grouped_with_another(made: Room) -> Permohonan:
    """The same permohonan, now that its asesor assesses somebody else on that day, too."""
    asesi = people.asesi(name="Sari Dewi")
    other = Permohonan.objects.create(
        nomor="PM-LAIN",
        asesi=asesi,
        skema=made.skema,
        state="apl02_verified",
        created_at=NOW,
        changed_at=NOW,
    )
    beside = room(permohonan=other, starts_at=made.at(7200))
    beside.session.jadwal.penugasan.filter(role="asesor").update(user=made.asesor)
    return made.permohonan


def test_what_the_product_says_fits_the_vocabulary_and_fills_it():
    made = everything_happened()
    trees = [
        values.blank(made.skema),
        values.for_permohonan(everything_typed()),
        values.for_permohonan(made.permohonan),
        values.for_session(made.fresh()),
        of_review(made.permohonan),
        of_review(grouped_with_another(made)),
    ]
    assert [line for tree in trees for line in shapes_of(tree, SOURCES)] == []
    known = set().union(*(paths_of(tree) for tree in trees))
    asked = set().union(*(named(form) for form in registry.all_templates()))
    places = {path for path in asked if not isinstance(shape_along(path), list | dict)}
    assert places - known == NOT_YET_KNOWN


def test_apl01_and_apl02_print_what_was_typed_and_signed(client):
    case = applications.verified()
    client.force_login(case.asesi, backend=BACKEND)
    answer = client.get(url(case.permohonan, "FR.APL.01@2023"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for said in ("3273014507000004", "Makassar, 5 Juli 2000", "Jalan Kenanga 4, Kota Makassar"):
        assert said in text
    assert "Ditandatangani secara elektronik" in text
    text = text_of(client.get(url(case.permohonan, "FR.APL.02@2023")).content)
    assert "Elemen 1: Elemen 1" in text
    assert "Kriteria 1.1." in text
    assert case.asesor.name in text
    opened = AuditEntry.objects.filter(action="assessment.form_opened")
    assert {row.data["form"] for row in opened} == {"FR.APL.01@2023", "FR.APL.02@2023"}


def test_an_issued_form_is_given_as_it_was_signed(client):
    made = assessed()
    client.force_login(made.asesor, backend=BACKEND)
    held = {each.name: each.issued for each in papers.papers(made.permohonan, "asesor")}
    signed = held["FR.AK.02@2023"]
    assert signed is not None
    first = client.get(url(made.permohonan, "FR.AK.02@2023")).content
    assert first == client.get(signed.get_absolute_url()).content
    assert "Belum runtut" in text_of(client.get(url(made.permohonan, "FR.IA.01@2023")).content)
    address = f"/permohonan/{made.permohonan.nomor}/formulir/"
    assert "terbit" in client.get(address).content.decode()
    client.force_login(made.komite, backend=BACKEND)
    page = client.get(address).content.decode()
    assert "FR.AK.02" in page
    assert f'/permohonan/{made.permohonan.nomor}/"' not in page


def test_who_may_open_what(client):
    made = assessed()
    allowed = {
        made.asesi: {"FR.AK.01@2023": 200, "FR.IA.01@2023": 404, "FR.IA.05B@2023": 404},
        made.asesor: {"FR.AK.01@2023": 200, "FR.IA.01@2023": 200, "FR.IA.05B@2023": 200},
        made.pendamping: {"FR.IA.01@2023": 200},
        made.admin: {"FR.IA.01@2023": 200, "BLANKO@1": 200, "FR.IA.05B@2023": 404},
        made.komite: {"FR.IA.01@2023": 200, "UNDANGAN.ASESI@1": 404},
        made.stranger: {"FR.AK.01@2023": 404},
    }
    for user, forms in allowed.items():
        client.force_login(user, backend=BACKEND)
        for label, status in forms.items():
            answer = client.get(url(made.permohonan, label), headers={"accept": "text/html"})
            assert answer.status_code == status, (user.name, label)
    client.logout()
    assert client.get(url(made.permohonan, "FR.AK.01@2023")).status_code == 302


def test_a_draft_is_its_asesis_alone(client):
    case = applications.filled()
    client.force_login(case.admin, backend=BACKEND)
    answer = client.get(url(case.permohonan, "FR.APL.01@2023"), headers={"accept": "text/html"})
    assert answer.status_code == 404
    client.force_login(case.asesi, backend=BACKEND)
    assert client.get(url(case.permohonan, "FR.APL.01@2023")).status_code == 200


def test_all_forms_come_as_one_zip_in_the_order_of_the_file(client):
    made = assessed()
    client.force_login(made.asesor, backend=BACKEND)
    answer = client.get(f"/permohonan/{made.permohonan.nomor}/formulir/semua.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = archive.namelist()
    assert names[0] == "01_FR.APL.01@2023.pdf"
    assert any(name.endswith("FR.AK.02@2023_bertanda_tangan.pdf") for name in names)
    assert len(names) == len(papers.papers(made.permohonan, "asesor"))
    assert all(archive.read(name).startswith(b"%PDF") for name in names)


def test_a_blank_form_has_the_whole_scheme_and_nobody_in_it(client):
    jwp = skema.real("junior-web-programmer")
    client.force_login(people.asesor(), backend=BACKEND)
    page = client.get(f"/skema/{jwp.pk}/formulir/").content.decode()
    assert "FR.MAPA.01" in page
    answer = client.get(f"/skema/{jwp.pk}/formulir/{quote('FR.IA.01@2023')}.pdf")
    squeezed = re.sub(r"\s+", "", text_of(answer.content))
    for row in values.blank(jwp)["skema"]["units"]:
        assert row["kode"] in squeezed
    numbers = [
        kuk["no"]
        for u in values.blank(jwp)["skema"]["units"]
        for e in u["elemen"]
        for kuk in e["kuk"]
    ]
    assert len(numbers) == 70
    assert "Ditandatangani" not in squeezed
    client.force_login(people.asesi(), backend=BACKEND)
    address = f"/skema/{jwp.pk}/formulir/"
    assert client.get(address, headers={"accept": "text/html"}).status_code == 403
    with pytest.raises(Forbidden):
        papers.blanks(jwp, people.asesi())


def test_a_scheme_pins_its_set_and_an_assessment_keeps_the_versions_of_its_day(client):
    case = applications.accepted()
    client.force_login(case.admin, backend=BACKEND)
    address = f"/skema/{case.skema.pk}/formulir/perangkat/"
    assert client.post(address, {"set": "2020"}).status_code == 302
    assert client.post(address, {"set": "1999"}, headers={"accept": "text/html"}).status_code == 404
    case.skema.refresh_from_db()
    assert case.skema.form_set == "2020"
    assert "FR.APL.01@2023" in case.fresh().forms
    later = open_permohonan(people.asesi(), case.skema, now=NOW)
    assert "FR.APL.01@2020" in later.forms
    assert {"FR.IA.11@2020"} <= set(later.forms)
    client.force_login(later.asesi, backend=BACKEND)
    assert "Sertifikasi Ulang" in text_of(client.get(url(later, "FR.APL.01@2020")).content)
    gone = client.get(url(later, "FR.APL.01@2023"), headers={"accept": "text/html"})
    assert gone.status_code == 404
    trail = AuditEntry.objects.get(action="skema.choose_forms")
    assert trail.data == {"from": "2023", "to": "2020"}
    client.force_login(case.asesor, backend=BACKEND)
    assert client.post(address, {"set": "2023"}).status_code == 403


def test_a_new_version_by_files_alone_is_pinned_printed_and_logged(tmp_path):
    source = registry.BUNDLED / "FR.AK.01@2023" / "form.toml"
    new = tmp_path / "FR.AK.01@2031"
    new.mkdir()
    text = source.read_text().replace('version = "2023"', 'version = "2031"')
    (new / "form.toml").write_text(text.replace("Hari / Tanggal", "Hari, tanggal, dan zona waktu"))
    labels = [
        each if each != "FR.AK.01@2023" else "FR.AK.01@2031"
        for each in registry.form_set("2023").labels
    ]
    table = ", ".join(f'"{label}"' for label in labels)
    (tmp_path / "sets.toml").write_text(f'[2031]\ntitle = "MUK 2031"\nforms = [{table}]\n')
    registry.add_directory(tmp_path)
    try:
        made = room().go_live()
        choose_forms(made.skema, "2031", actor=made.admin, now=made.at(0))
        made.skema.refresh_from_db()
        fresh = open_permohonan(people.asesi(), made.skema, now=NOW)
        assert "FR.AK.01@2031" in fresh.forms
        Permohonan.objects.filter(pk=made.permohonan.pk).update(forms=fresh.forms)
        made.agree()
        assert issue_due(made.at(6)) == 1
        made.permohonan.refresh_from_db()
        each = papers.paper(made.permohonan, "asesi", "FR.AK.01@2031")
        assert each.issued is not None
        assert each.issued.version == "2031"
        said = text_of(papers.pdf(made.permohonan, each, now=NOW))
        assert "Hari, tanggal, dan zona waktu" in said
        with pytest.raises(NotFound):
            papers.paper(made.permohonan, "asesi", "FR.AK.01@2023")
    finally:
        registry.remove_directory(tmp_path)
