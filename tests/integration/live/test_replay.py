"""Replaying the log gives exactly the stored state, whatever was sent, twice or out of order."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ajj.assessment.selectors import marks_state
from ajj.kernel.chain import verify
from ajj.kernel.errors import DomainError
from ajj.live import fold, services
from ajj.live.models import CameraPairing, Sweep, Turn
from ajj.live.ops import Op
from ajj.live.rules import SessionRole
from ajj.live.selectors import full_log, get_session, read_log, viewer_of
from ajj.live.services import cameras
from ajj.live.waiting import waits
from ajj.people.models import User
from tests.factories.live import Room, room
from tests.factories.stored import FIELDS, stored_state

pytestmark = pytest.mark.django_db
# The asesor does most, so most steps are the asesor's.
PEOPLE = ("asesor", "asesor", "asesor", "asesi", "asesi", "pendamping", "pengamat", "stranger")
TEXT = st.text(max_size=12)
LISTED = st.lists(st.integers(0, 9), max_size=3)

DATA = st.one_of(
    st.tuples(st.just("chat"), st.fixed_dictionaries({"text": TEXT})),
    st.tuples(st.just("hand"), st.fixed_dictionaries({"raised": st.booleans()})),
    st.tuples(
        st.just("agenda.tick"),
        st.fixed_dictionaries(
            {"step": st.sampled_from(["identitas", "bukti", "mapa"]), "done": st.booleans()}
        ),
    ),
    st.tuples(
        st.just("media.limit"),
        st.fixed_dictionaries(
            {
                "person": st.sampled_from(["1", "2", "3", "x"]),
                "rung": st.sampled_from(["", "180p", "audio", "4K"]),
            }
        ),
    ),
    st.tuples(st.just("clock.pause"), st.just({"reason": "koneksi"})),
    st.tuples(st.just("clock.resume"), st.just({})),
    st.tuples(st.just("incident"), st.fixed_dictionaries({"code": st.just("suara"), "text": TEXT})),
    st.tuples(
        st.just("mark"),
        st.fixed_dictionaries(
            {"kuk": st.integers(0, 9), "value": st.sampled_from(["ya", "tidak", "lanjut", "x"])}
        ),
    ),
    st.tuples(
        st.just("mark.resolve"),
        st.fixed_dictionaries(
            {"kuk": st.integers(0, 7), "value": st.just("ya"), "note": st.just("sepakat")}
        ),
    ),
    st.tuples(st.just("mark.undo"), st.fixed_dictionaries({"mark": st.integers(1, 30)})),
    st.tuples(
        st.just("ak01.propose"),
        st.fixed_dictionaries(
            {"bukti": st.just(["observasi"]), "hari": TEXT, "waktu": TEXT, "tuk": TEXT}
        ),
    ),
    st.tuples(st.just("ak01.sign"), st.just({})),
    st.tuples(
        st.just("evidence.judge"),
        st.fixed_dictionaries(
            {
                "evidence": st.integers(0, 3),
                "kuk": LISTED,
                **dict.fromkeys(("valid", "asli", "terkini", "memadai", "accepted"), st.booleans()),
            }
        ),
    ),
    st.tuples(
        st.just("evidence.ask_original"),
        st.fixed_dictionaries({"evidence": st.integers(0, 3)}),
    ),
    st.tuples(
        st.just("ak02.recommend"),
        st.fixed_dictionaries({"result": st.sampled_from(["K", "BK"]), "units": st.just([])}),
    ),
    st.tuples(st.just("join"), st.fixed_dictionaries({"connection": st.sampled_from("abc")})),
    st.tuples(st.just("leave"), st.fixed_dictionaries({"connection": st.sampled_from("abc")})),
    st.tuples(
        st.sampled_from(["admit", "unadmit"]),
        st.fixed_dictionaries({"person": st.sampled_from(["asesi", "pengamat", "stranger"])}),
    ),
    st.tuples(st.just("identity.check"), st.just({"decision": "cocok"})),
    st.tuples(
        st.just("timer.start"), st.fixed_dictionaries({"label": TEXT, "minutes": st.just(5)})
    ),
    st.tuples(
        st.sampled_from(["timer.pause", "timer.resume", "timer.stop"]),
        st.fixed_dictionaries({"timer": st.integers(1, 30)}),
    ),
    st.tuples(st.just("focus.lost"), st.just({"reason": "tab"})),
    st.tuples(st.just("focus.back"), st.just({"reason": "tab", "ms": 5})),
    st.tuples(st.just("evidence"), st.fixed_dictionaries({"kuk": LISTED})),
    st.tuples(st.just("tick"), st.just({})),
    st.tuples(
        st.just("rescue.start"),
        st.fixed_dictionaries({"reason": st.just("putus"), "days": st.just(3)}),
    ),
    st.tuples(
        st.just("rescue.ask"),
        st.fixed_dictionaries(
            {
                "text": TEXT,
                "how": st.sampled_from(["text", "video"]),
                "answer_s": st.just(60),
                "kuk": LISTED,
            }
        ),
    ),
    st.tuples(st.sampled_from(["rescue.open", "rescue.withdraw"]), st.just({"turn": 0})),
    st.tuples(
        st.just("rescue.answer"),
        st.fixed_dictionaries(
            {
                "turn": st.just(0),
                "text": TEXT,
                "sha256": st.sampled_from(["", "a" * 64]),
                "from_ms": st.integers(0, 10**5),
                "to_ms": st.integers(0, 10**5),
            }
        ),
    ),
    st.tuples(st.just("camera"), st.just({})),
    st.tuples(st.just("camera.unpair"), st.just({"camera": ""})),
    st.tuples(st.just("sweep.ask"), st.just({})),
    st.tuples(st.just("sweep.done"), st.just({"sweep": 0})),
    st.tuples(
        st.just("sweep.judge"),
        st.fixed_dictionaries(
            {
                "sweep": st.just(0),
                "result": st.sampled_from(["aman", "temuan", "tidak_dilakukan"]),
                "note": TEXT,
            }
        ),
    ),
)


@dataclass(frozen=True)
class Step:
    """One thing somebody does at a moment; its op id is drawn so that repetitions happen."""

    who: str
    what: tuple[str, dict[str, Any]]
    op_id: str
    seconds: int


STEPS = st.lists(
    st.builds(
        Step,
        who=st.sampled_from(PEOPLE),
        what=DATA,
        op_id=st.sampled_from([f"op{number}" for number in range(40)]),
        seconds=st.integers(2, 60),
    ),
    max_size=30,
)


@dataclass
class Walk:
    """Carries a room through steps; what is refused is refused."""

    made: Room
    evidence: list[str] = field(default_factory=list)

    def go(self, step: Step) -> None:
        kind, data = step.what
        user: User = getattr(self.made, step.who)
        now = self.made.at(step.seconds)
        try:
            if kind == "join":
                services.admit(self.made.id, user=user, consent_version="2026-1", now=now)
                services.join(self.made.id, user=user, connection=data["connection"], now=now)
            elif kind == "leave":
                services.leave(self.made.id, reason="closed", now=now, **data)
            elif kind == "tick":
                services.tick(now)
            elif kind == "camera":
                made = cameras.offer(self.made.id, user=user, now=now)
                cameras.redeem(made.secret, address="a", device="Chrome, Android", now=now)
            elif kind == "evidence":
                self._evidence(user, data, now)
            else:
                op = Op(step.op_id, kind, self._real(kind, data))
                first = services.perform(self.made.id, user=user, op=op, now=now)
                assert services.perform(self.made.id, user=user, op=op, now=now) == first
        except DomainError:
            return

    def _kuk(self, index: int) -> int:
        return self.made.kuk[index] if index < len(self.made.kuk) else 10**9

    def _real(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("person") in PEOPLE:
            data = {**data, "person": str(getattr(self.made, data["person"]).pk)}
        real = dict(data)
        if kind == "mark":
            real["kuk"] = self._kuk(data["kuk"])
        elif kind == "mark.resolve":
            real["kuk"] = self._kuk(data["kuk"])
            state = marks_state(self.made.session).get(real["kuk"])
            real["settles"] = [each.seq for each in state.current] if state else []
        elif "kuk" in data:
            real["kuk"] = [self._kuk(index) for index in data["kuk"]]
        if "evidence" in data:
            known = self.evidence[data["evidence"] : data["evidence"] + 1]
            real["evidence"] = (known or ["none"])[0]
        for name, model in (("sweep", Sweep), ("turn", Turn)):
            if name in data:
                last = model.objects.filter(session_id=self.made.id).last()
                real[name] = last.seq if last else 1
        if "camera" in data:
            paired = CameraPairing.objects.filter(session_id=self.made.id, state="paired").first()
            real["camera"] = str(paired.pk) if paired else ""
        return real

    def _evidence(self, user: User, data: dict[str, Any], now: Any) -> None:
        key = str(uuid.uuid4())
        entry = {
            "evidence": key,
            "filename": "a.png",
            "filetype": "image/png",
            "bytes": 1,
            "sha256": "0" * 64,
            "kuk": sorted({self._kuk(index) for index in data["kuk"] if index < 8}),
            "taken_ms": None,
            "capture": {"source": "gallery", "doubts": []},
            "original": {"sha256": "1" * 64, "bytes": 2, "filetype": "image/png"},
        }
        services.record(
            self.made.id, kind="evidence.received", actor=str(user.pk), data=entry, now=now
        )
        self.evidence.append(key)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    again=st.lists(st.integers(0, 29), max_size=10),
    agreed=st.booleans(),
    end=st.booleans(),
    admission=st.sampled_from(["on_arrival", "by_asesor"]),
)
def test_replay_equals_the_stored_state(
    steps: list[Step], again: list[int], agreed: bool, end: bool, admission: str
) -> None:
    walk = Walk(room(admission=admission).go_live())
    if agreed and admission == "by_asesor":
        walk.made.do(walk.made.asesor, "admit", {"person": str(walk.made.asesi.pk)}, seconds=2)
    if agreed:
        walk.made.agree()
    for step in steps:
        walk.go(step)
    # What an impatient line delivers: the same commands once more, in another order.
    for index in again:
        if index < len(steps):
            walk.go(steps[index])
    if end:
        walk.go(Step("asesor", ("session.end", {}), "end", 61))
        for step in steps:
            walk.go(step)
    session = get_session(walk.made.id)
    entries = list(full_log(session.pk))
    assert verify(entries, head=session.head_hash) == []
    replayed, stored = fold.fold(entries), stored_state(session)
    for name in FIELDS:
        assert getattr(replayed, name) == getattr(stored, name), name
    seen = read_log(session.pk, after=0, limit=1000, viewer=viewer_of(session, walk.made.asesi))
    told = [] if waits(session, walk.made.asesi.pk, SessionRole.ASESI) else entries
    assert [item["hash"] for item in seen] == [item["hash"] for item in told]
    assert not {item["kind"] for item in seen} & {
        "mark",
        "mark.undone",
        "evidence.judged",
        "mark.resolved",
        "sweep.judged",
        "rescue.question",
    }
