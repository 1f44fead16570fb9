"""What somebody could change without the key: a sample of ``python -m tests.prove mutations``."""

import pytest

from tests.factories.forged import FORGERIES
from tests.factories.media.process import free_port
from tests.factories.proven import proven
from tests.factories.tampered import DEEDS
from tests.prove.mutations import shown

pytestmark = pytest.mark.django_db


def test_every_kind_of_change_is_named_by_both_checkers(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    made = proven(tmp_path / "spool")
    unseen = shown(made, tmp_path, count=max(len(DEEDS), len(FORGERIES), 60), seed=20260304)
    assert unseen == {"session_verify": {}, "verify.py": {}}
