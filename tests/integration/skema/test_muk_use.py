"""A MUK that an asesi gets is locked; which version that is."""

import pytest

from ajj.audit.models import AuditEntry
from ajj.kernel.errors import Conflict
from ajj.skema.models import Muk, Skema
from ajj.skema.selectors import usable_muk
from ajj.skema.services import use_muk
from ajj.skema.states import MukState
from tests.factories import people
from tests.factories import skema as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def version(skema: Skema, number: int, state: MukState, jenis: str = Muk.Jenis.ESAI) -> Muk:
    return Muk.objects.create(
        skema=skema, jenis=jenis, version=number, judul="Esai", state=state.value, created_at=NOW
    )


@pytest.mark.parametrize("state", [MukState.DRAFT, MukState.SUBMITTED, MukState.WITHDRAWN])
def test_what_nobody_validated_cannot_be_used(state):
    muk = version(factory.small(), 1, state)
    with pytest.raises(Conflict) as refused:
        use_muk(muk, actor=None, now=NOW)
    assert refused.value.code == "muk_not_valid"
    muk.refresh_from_db()
    assert muk.state == state


def test_using_locks_once_and_says_who():
    muk = version(factory.small(), 1, MukState.VALID)
    asesor = people.asesor()
    use_muk(muk, actor=asesor, now=NOW)
    use_muk(muk, actor=asesor, now=NOW)
    muk.refresh_from_db()
    assert muk.state == MukState.USED
    entry = AuditEntry.objects.get(action="muk.use")
    assert entry.actor_id == asesor.pk
    assert entry.data == {"from": "valid", "to": "used", "version": 1}


def test_the_newest_valid_version_of_the_kind_is_the_one_to_use():
    skema = factory.small()
    assert usable_muk(skema, Muk.Jenis.ESAI) is None
    version(skema, 1, MukState.USED)
    second = version(skema, 2, MukState.VALID)
    version(skema, 3, MukState.DRAFT)
    version(skema, 4, MukState.WITHDRAWN)
    version(skema, 9, MukState.VALID, Muk.Jenis.LISAN)
    version(factory.small(), 9, MukState.VALID)
    assert usable_muk(skema, Muk.Jenis.ESAI) == second
