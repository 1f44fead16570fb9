"""One or two penyusun and validator sign an instrument, and the print names all of them."""

import pytest
from django.db import IntegrityError, transaction

from ajj.assessment.services import ujian
from ajj.assessment.values.instruments import of_instruments
from ajj.kernel.errors import Conflict, DomainError, Forbidden
from ajj.people.models import Role
from ajj.skema.models import SIGNERS, Muk
from ajj.skema.services import cosign_muk, reopen_muk, submit_muk, validate_muk
from ajj.skema.states import MukState
from tests.factories import muk as made
from tests.factories import people
from tests.factories import skema as factory
from tests.factories.live import room
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
SEEN = NOW.isoformat()


def cosigned(skema) -> Muk:
    """Signed by two penyusun and two validators."""
    one, two, three, four = (people.asesor(name=name) for name in ("Satu", "Dua", "Tiga", "Empat"))
    muk = submit_muk(made.filled(skema), actor=one, now=NOW)
    muk = cosign_muk(muk, seen=SEEN, actor=two, now=NOW)
    muk = validate_muk(muk, seen=SEEN, actor=three, now=NOW)
    return cosign_muk(muk, seen=SEEN, actor=four, now=NOW)


def test_two_of_each_sign_and_nobody_twice():
    muk = submit_muk(made.filled(factory.small()), actor=(one := people.asesor()), now=NOW)
    two = people.asesor()
    with pytest.raises(Forbidden) as refused:
        cosign_muk(muk, seen=SEEN, actor=one, now=NOW)
    assert refused.value.code == "own_muk"
    cosign_muk(muk, seen=SEEN, actor=two, now=NOW)
    with pytest.raises(Conflict) as taken:
        cosign_muk(muk, seen=SEEN, actor=people.asesor(), now=NOW)
    assert taken.value.code == "line_taken"
    for penyusun in (one, two):
        with pytest.raises(Forbidden) as refused:
            validate_muk(muk, seen=SEEN, actor=penyusun, now=NOW)
        assert refused.value.code == "own_muk"
    held = validate_muk(muk, seen=SEEN, actor=people.asesor(), now=NOW)
    assert held.validator2 is None
    with pytest.raises(Forbidden) as refused:
        cosign_muk(held, seen=SEEN, actor=people.admin(), now=NOW)
    assert refused.value.code == "wrong_role", "the office writes, it does not validate"
    with pytest.raises(Conflict) as changed:
        cosign_muk(held, seen="", actor=people.asesor(), now=NOW)
    assert changed.value.code == "muk_changed"
    held = cosign_muk(held, seen=SEEN, actor=people.person(Role.MANAJER), now=NOW)
    assert [line for line, _user, _at in held.signers] == 2 * ["penyusun"] + 2 * ["validator"]
    assert held.state == MukState.VALID
    held = reopen_muk(held, actor=one, now=NOW)
    assert held.signers == []
    with pytest.raises(DomainError):
        cosign_muk(held, seen="", actor=two, now=NOW)


def test_the_database_keeps_four_lines_for_four_people():
    muk = cosigned(factory.small())
    for line in SIGNERS:
        for other in SIGNERS:
            if line != other:
                with pytest.raises(IntegrityError), transaction.atomic():
                    Muk.objects.filter(pk=muk.pk).update(**{line: getattr(muk, other)})


def test_the_second_signs_on_the_screen(client):
    muk = submit_muk(made.filled(factory.small()), actor=people.asesor(), now=NOW)
    second = people.asesor(name="Penyusun Dua")
    client.force_login(second, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/muk/{muk.pk}/").content.decode()
    assert "Tanda tangani sebagai penyusun kedua" in page
    post = {"langkah": "dampingi", "seen": SEEN}
    page = client.post(f"/muk/{muk.pk}/langkah/", post, follow=True).content.decode()
    assert "Penyusun Dua" in page
    assert "Tanda tangani sebagai penyusun kedua" not in page
    assert "Tanda tangani dan sahkan" not in page, "a penyusun does not validate"


def test_the_print_names_all_four_with_met():
    place = room().go_live().agree()
    muk = cosigned(place.skema)
    ujian.give(place.permohonan, muk, actor=place.asesor, now=place.at(12))
    lines = of_instruments(place.permohonan)["instrumen"][muk.jenis]
    assert [each["nama"] for each in lines["penyusun"]] == ["Satu", "Dua"]
    assert [each["nama"] for each in lines["validator"]] == ["Tiga", "Empat"]
    assert all(
        each["met"].startswith("MET.") and each["ditandatangani"]
        for line in lines.values()
        for each in line
    )
