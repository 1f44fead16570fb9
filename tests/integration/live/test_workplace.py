"""The door, the identity check, the catalogue, the clock of a task and attention, by commands."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from ajj.audit.models import AuditEntry
from ajj.kernel.errors import DomainError
from ajj.live import fold, services
from ajj.live.models import IdentityPicture, LogEntry
from ajj.live.ops import Op, Reject
from ajj.live.selectors import full_log, presence, read_log, viewer_of
from ajj.live.services import identity
from ajj.people.models import IdentityDocument
from recordings.services.purge import purge
from tests.factories.live import Room, room

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"wajah" * 400


@pytest.fixture
def made():
    """A scheduled room with a waiting room, asesi at the door and asesor inside."""
    made = room(admission="by_asesor")
    made.enter(made.asesi, "a", 0)
    made.enter(made.asesor, "b", 1)
    return made


def person(user) -> dict[str, str]:
    return {"person": str(user.pk)}


def code(answer) -> str:
    assert isinstance(answer, Reject), answer
    return answer.code


def frames(made: Room, user) -> list[str]:
    viewer = viewer_of(made.fresh(), user)
    return [row["kind"] for row in read_log(made.id, after=0, limit=1000, viewer=viewer)]


def state_of(made: Room) -> fold.SessionState:
    return fold.fold(full_log(made.id))


def identity_of(made: Room) -> str:
    return state_of(made).identity[str(made.asesi.pk)].state


def test_before_the_door_there_is_no_log_no_command_and_no_live_session(made):
    assert made.fresh().state == "open"
    assert frames(made, made.asesi) == []
    assert frames(made, made.asesor) == [
        "session.opened", "consent", "joined", "consent", "joined",
    ]  # fmt: skip
    assert code(made.op(made.asesi, "chat", {"text": "Halo"})) == "waiting"
    shown = {item["id"]: item["waiting"] for item in presence(made.fresh())}
    assert shown[str(made.asesi.pk)]
    assert not shown[str(made.asesor.pk)]


def test_an_asesor_opens_the_door_and_the_session_goes_live(made):
    assert code(made.op(made.pengamat, "admit", person(made.asesi))) == "wrong_role"
    made.do(made.pendamping, "admit", person(made.asesi))
    assert made.fresh().state == "live"
    assert frames(made, made.asesi)[-2:] == ["admitted", "session.live"]
    assert code(made.op(made.asesor, "admit", person(made.asesi))) == "unchanged"
    made.do(made.asesi, "chat", {"text": "Halo"})


def test_who_was_let_in_stays_let_in_over_a_broken_line_and_can_be_sent_back(made):
    made.do(made.asesor, "admit", person(made.asesi))
    services.leave(made.id, connection="a", reason="lost", now=made.at(20))
    made.enter(made.asesi, "a2", 30)
    assert "admitted" in frames(made, made.asesi)
    made.do(made.asesor, "unadmit", person(made.asesi), seconds=40)
    assert frames(made, made.asesi) == []
    assert code(made.op(made.asesi, "hand", {"raised": True}, seconds=41)) == "waiting"
    assert made.fresh().state == "live"


def test_a_late_observer_waits_and_is_silent_inside(made):
    made.do(made.asesor, "admit", person(made.asesi))
    made.enter(made.pengamat, "c", 60)
    assert frames(made, made.pengamat) == []
    made.do(made.asesor, "admit", person(made.pengamat), seconds=61)
    assert "session.live" in frames(made, made.pengamat)
    assert code(made.op(made.pengamat, "chat", {"text": "x"}, seconds=62)) == "wrong_role"
    assert code(made.op(made.pengamat, "hand", {"raised": True}, seconds=62)) == "wrong_role"
    made.do(made.pengamat, "incident", {"code": "suara_lain"}, seconds=63)


def test_only_guests_of_a_session_with_a_door_can_be_let_in(made):
    assert code(made.op(made.asesor, "admit", person(made.pendamping))) == "not_waiting"
    assert code(made.op(made.asesor, "admit", person(made.stranger))) == "not_waiting"
    open_door = room().go_live()
    assert code(open_door.op(open_door.asesor, "admit", person(open_door.asesi))) == (
        "no_waiting_room"
    )
    assert open_door.fresh().state == "live"


def test_a_session_that_ended_hides_nothing_from_who_was_never_let_in(made):
    made.do(made.asesor, "session.end")
    assert frames(made, made.asesi)[-1] == "session.ended"


# --- identity ---


def admitted(made: Room) -> Room:
    made.do(made.asesor, "admit", person(made.asesi))
    return made


def test_a_decision_is_about_the_person_who_is_there(made):
    admitted(made)
    assert identity_of(made) == "belum_diperiksa"
    before = made.fresh().head_seq
    made.do(made.asesor, "identity.check", {"decision": "cocok"})
    assert identity_of(made) == "cocok"
    services.leave(made.id, connection="a", reason="lost", now=made.at(20))
    assert code(made.op(made.asesor, "identity.check", {"decision": "cocok"}, seconds=21)) == (
        "absent"
    )
    made.enter(made.asesi, "a2", 30)
    assert identity_of(made) == "belum_diperiksa"
    # Decided on the screen of before the break: it was somebody else's face for all we know.
    late = Op(uuid.uuid4().hex, "identity.check", {"decision": "cocok"}, base_seq=before)
    answer = services.perform(made.id, user=made.asesor, op=late, now=made.at(31))
    assert code(answer) == "rejoined"
    made.do(made.pendamping, "identity.check", {"decision": "cocok"}, seconds=32)
    assert identity_of(made) == "cocok"


def test_doubt_needs_a_reason(made):
    admitted(made)
    for decision in ("ragu", "tidak_cocok"):
        assert code(made.op(made.asesor, "identity.check", {"decision": decision})) == "note_needed"
    assert code(made.op(made.asesor, "identity.check", {"decision": "mungkin"})) == "invalid"
    assert code(made.op(made.asesi, "identity.check", {"decision": "cocok"})) == "wrong_role"
    made.do(made.asesor, "identity.check", {"decision": "ragu", "note": "Foto KTP buram."})
    assert state_of(made).identity[str(made.asesi.pk)].note == "Foto KTP buram."


def test_a_still_is_sealed_logged_once_and_gone_with_the_asesis_media(made):
    admitted(made)
    name = uuid.uuid4()
    taken = [
        identity.take(made.id, name, user=made.asesor, body=JPEG, now=made.at(7)) for _ in range(2)
    ]
    assert taken[0] == taken[1]
    row = IdentityPicture.objects.get(pk=name)
    with default_storage.open(row.storage_name) as lying:
        assert b"wajah" not in lying.read(), "sealed, not as it was taken"
    with identity.picture_for(made.id, name, user=made.pendamping, now=made.at(8)) as file:
        assert file.read() == JPEG
    assert AuditEntry.objects.filter(action="live.identity_picture_opened").count() == 1
    made.do(made.asesor, "identity.check", {"decision": "cocok", "picture": str(name)})
    entry = LogEntry.objects.get(session_id=made.id, kind="identity.checked")
    assert entry.data["sha256"] == row.sha256
    assert (
        code(
            made.op(
                made.asesor, "identity.check", {"decision": "cocok", "picture": str(uuid.uuid4())}
            )
        )
        == "no_picture"
    )
    for user in (made.pengamat, made.admin):
        with pytest.raises(DomainError, match="pemeriksa"):
            identity.picture_for(made.id, name, user=user, now=made.at(8))
    purge(made.id, made.asesi.pk)
    assert not default_storage.exists(row.storage_name)


def test_a_card_held_up_again_is_told_and_the_rest_is_refused(made):
    with pytest.raises(DomainError) as waiting:
        identity.take(made.id, uuid.uuid4(), user=made.asesi, body=JPEG, now=made.at(3))
    assert waiting.value.code == "waiting"
    admitted(made)
    identity.take(made.id, uuid.uuid4(), user=made.asesi, body=JPEG, now=made.at(7))
    assert identity_of(made) == "ditunjukkan"
    for user, body, status in (
        (made.pengamat, JPEG, 403),
        (made.asesor, b"<svg>", 415),
        (made.asesor, JPEG + bytes(identity.MAX_BYTES), 413),
    ):
        with pytest.raises(DomainError) as refused:
            identity.take(made.id, uuid.uuid4(), user=user, body=body, now=made.at(8))
        assert refused.value.status == status


def test_the_card_is_for_the_asesor_of_this_session_and_every_look_is_on_record():
    made = room(starts_at=timezone.now() - timedelta(minutes=5))
    url = f"/api/v1/sessions/{made.id}/identity/card"

    def get(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(url)

    assert get(made.asesor).json()["code"] == "no_card"
    path = default_storage.save("people/kartu.jpg", ContentFile(JPEG))
    IdentityDocument.objects.create(
        user=made.asesi, kind="ktp", file=path, filename="kartu.jpg", mime="image/jpeg",
        bytes=len(JPEG), sha256="0" * 64, uploaded_at=timezone.now(),
    )  # fmt: skip
    for user in (made.asesi, made.pengamat, made.admin, made.stranger):
        assert get(user).status_code == 403
    shown = get(made.pendamping)
    assert io.BytesIO(b"".join(shown.streaming_content)).read() == JPEG
    assert shown.headers["Cache-Control"] == "private, no-store"
    looks = AuditEntry.objects.filter(action="people.read_document", actor=made.pendamping)
    assert [look.data["session"] for look in looks] == [str(made.id)]


# --- the rest of the desk ---


def test_an_irregularity_carries_its_printed_name_and_an_unknown_code_needs_words(made):
    made.do(made.asesor, "incident", {"code": "orang_lain"})
    entry = LogEntry.objects.get(session_id=made.id, kind="incident")
    assert entry.data == {
        "code": "orang_lain", "text": "", "judul": "Orang lain di ruangan",
        "kelompok": "lingkungan", "tingkat": "berat",
    }  # fmt: skip
    assert code(made.op(made.asesor, "incident", {"code": "lain"})) == "text_needed"
    assert code(made.op(made.asesor, "incident", {"code": "dari_luar"})) == "text_needed"
    made.do(made.asesor, "incident", {"code": "dari_luar", "text": "Ayam masuk."})


def test_a_task_has_a_clock_that_ends_nothing(made):
    admitted(made)
    assert code(made.op(made.asesi, "timer.start", {"label": "x", "minutes": 5})) == "wrong_role"
    assert code(made.op(made.asesor, "timer.start", {"step": "tiada", "minutes": 5})) == (
        "unknown_step"
    )
    assert code(made.op(made.asesor, "timer.start", {"minutes": 5})) == "no_task"
    seq = made.do(made.asesor, "timer.start", {"step": "observasi", "minutes": 10}, seconds=10)
    made.do(made.asesor, "timer.pause", {"timer": seq}, seconds=70)
    assert code(made.op(made.asesor, "timer.pause", {"timer": seq}, seconds=71)) == "unchanged"
    made.do(made.pendamping, "timer.extend", {"timer": seq, "minutes": 2}, seconds=80)
    made.do(made.asesor, "timer.resume", {"timer": seq}, seconds=100)
    timer = state_of(made).timer
    assert timer is not None
    assert timer.remaining(110_000) == (12 * 60 - 60 - 10) * 1000
    assert code(made.op(made.asesor, "timer.stop", {"timer": seq - 1}, seconds=111)) == "timer_gone"
    made.do(made.asesor, "timer.stop", {"timer": seq}, seconds=4000)
    assert made.fresh().state == "live"


def test_only_the_asesis_attention_is_noted_and_everybody_may_read_it(made):
    admitted(made)
    lost = {"reason": "tab", "sharing": True}
    assert code(made.op(made.asesor, "focus.lost", lost)) == "wrong_role"
    made.do(made.asesi, "focus.lost", lost)
    made.do(made.asesi, "focus.back", {**lost, "ms": 12_000, "count": 1}, seconds=17)
    assert frames(made, made.asesi)[-2:] == ["focus.lost", "focus.back"]
    assert [item.ms for item in state_of(made).absences] == [12_000]


def test_support_reads_no_marks_while_the_room_is_open():
    made = room().go_live().agree()
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "ya"})
    assert "mark" not in frames(made, made.admin)
    assert "mark" in frames(made, made.pendamping)
    made.do(made.asesor, "session.end", seconds=20)
    assert "mark" in frames(made, made.admin)
