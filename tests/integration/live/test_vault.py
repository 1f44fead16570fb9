"""The vault: what storage holds is sealed, what is read is plain, and a destroyed key ends it."""

import base64
import hashlib
import os
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from ajj.documents.models import Document
from ajj.kernel.errors import DomainError
from ajj.kernel.sealedbox import BoxError
from ajj.live.models import MediaKey
from ajj.live.services import masterkey, vault
from tests.factories.live import room

pytestmark = pytest.mark.django_db
BODY = os.urandom(200_000)
SHA256 = hashlib.sha256(BODY).hexdigest()
NAME = "sessions/uji/evidence/1"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "storage")},
        },
    }


@pytest.fixture
def made():
    return room()


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain"
    path.write_bytes(BODY)
    return path


def put(made, plain: Path, owner=None) -> None:
    who = (owner or made.asesi).pk
    vault.put(NAME, plain, session_id=made.id, owner_id=who, sha256=SHA256)


def read(made, owner=None) -> bytes:
    with vault.fetch(NAME, session_id=made.id, owner_id=(owner or made.asesi).pk) as file:
        return file.read()


def destroy(made, now) -> None:
    document = Document.objects.create(
        code="BA.X",
        version="1",
        subject="x:1",
        sha256="0" * 64,
        bytes=1,
        storage_name="x",
        created_at=now,
    )
    vault.destroy(made.id, made.asesi.pk, document=document, minutes="BA/001", now=now)


def stored() -> bytes:
    with default_storage.open(NAME) as file:
        return bytes(file.read())


def test_storage_holds_nothing_readable_and_any_range_reads_plain(made, plain):
    put(made, plain)
    assert stored().startswith(b"AJJ1")
    assert BODY[:64] not in stored()
    assert read(made) == BODY
    with vault.fetch(NAME, session_id=made.id, owner_id=made.asesi.pk) as file:
        file.seek(131_000)
        assert file.read(500) == BODY[131_000:131_500]


def test_a_second_try_leaves_the_first_and_mends_half_an_object(made, plain):
    put(made, plain)
    first = stored()
    put(made, plain)
    assert stored() == first
    for broken in (first[:-1], first[:90_000], b"half", b""):
        default_storage.delete(NAME)
        default_storage.save(NAME, ContentFile(broken))
        put(made, plain)
        assert read(made) == BODY


def test_what_was_stored_before_there_were_keys_stays_readable(made):
    default_storage.save(NAME, ContentFile(BODY))
    assert read(made) == BODY


def test_every_person_of_every_session_has_a_key_of_their_own(made, plain):
    put(made, plain)
    with pytest.raises(BoxError, match="another session or person"):
        read(made, made.asesor)
    put(made, plain, made.asesor)
    assert read(made, made.asesor) == BODY
    one, other = MediaKey.objects.all()
    assert one.wrapped != other.wrapped


def test_a_wrapped_key_opens_nothing_in_another_row(made, plain):
    put(made, plain)
    other = room()
    MediaKey.objects.update(session=other.id)
    with pytest.raises(BoxError, match="not what was wrapped"):
        vault.fetch(NAME, session_id=other.id, owner_id=made.asesi.pk).read()


def test_a_destroyed_key_ends_reading_and_writing_and_says_by_which_minutes(made, plain):
    put(made, plain)
    destroy(made, made.at(0))
    for act in (read, lambda room_: put(room_, plain)):
        with pytest.raises(DomainError, match="BA/001") as caught:
            act(made)
        assert (caught.value.status, caught.value.code) == (410, "media_erased")
    row = MediaKey.objects.get()
    assert (row.wrapped, row.minutes) == (None, "BA/001")


def test_media_that_was_never_sealed_can_be_declared_destroyed(made):
    default_storage.save(NAME, ContentFile(BODY))
    destroy(made, made.at(0))
    with pytest.raises(DomainError, match="BA/001"):
        read(made)


def test_the_master_key_file_is_made_once_for_its_owner_alone(tmp_path):
    first = masterkey.active()
    path = tmp_path / "keys" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(base64.b64decode(path.read_text())) == 32
    assert masterkey.active() == first


def test_rotation_wraps_every_key_anew_and_the_old_one_opens_nothing(made, plain, tmp_path):
    put(made, plain)
    row = MediaKey.objects.get()
    old = row.wrapped, row.master_key_id
    out = StringIO()
    call_command("media_keys", "--new", stdout=out)
    assert "1 " in out.getvalue()
    assert read(made) == BODY
    assert not list((tmp_path / "keys").glob("*.old"))
    MediaKey.objects.update(wrapped=old[0], master_key_id=old[1])  # an old backup comes back
    with pytest.raises(masterkey.MasterKeyMissing):
        read(made)


def test_a_master_key_from_the_environment_takes_over_from_the_file(made, plain, settings):
    put(made, plain)
    settings.MASTER_KEY = base64.b64encode(b"m" * 32).decode()
    assert read(made) == BODY  # the file is still there
    with pytest.raises(ImproperlyConfigured, match="MASTER_KEY is set"):
        call_command("media_keys", "--new")
    call_command("media_keys", stdout=StringIO())
    assert not (Path(settings.DATA_DIR) / "keys" / "master.key").exists()
    assert read(made) == BODY
    settings.MASTER_KEY_PREVIOUS = [settings.MASTER_KEY]
    settings.MASTER_KEY = base64.b64encode(b"n" * 32).decode()
    assert read(made) == BODY
    call_command("media_keys", stdout=StringIO())
    settings.MASTER_KEY_PREVIOUS = []
    assert read(made) == BODY


@pytest.mark.parametrize("broken", ["kunci", base64.b64encode(b"short").decode()])
def test_a_master_key_that_is_none_is_refused(settings, broken):
    settings.MASTER_KEY = broken
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        masterkey.active()
