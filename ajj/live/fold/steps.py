"""What each kind of entry does to the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajj.live.acted import moment
from ajj.live.fold import camerasteps, rescuesteps, workplace
from ajj.live.fold.state import (
    Ak01,
    Connection,
    Evidence,
    Judgement,
    Limit,
    Line,
    Mark,
    Recommendation,
    Resolution,
    SessionState,
    Signature,
    Stream,
    Tick,
)
from ajj.live.pauses import Pause

Entry = Mapping[str, Any]


def _moment(entry: Entry) -> int:
    return moment(entry["at_ms"], entry["data"])


def _opened(state: SessionState, entry: Entry) -> None:
    state.phase, state.t0 = "open", entry["data"]["t0"]
    state.admission = entry["data"].get("admission", "on_arrival")


def _live(state: SessionState, entry: Entry) -> None:
    state.phase = "live"


def _ended(state: SessionState, entry: Entry) -> None:
    state.phase = "ended"
    state.ended_ms, state.end_reason = entry["at_ms"], entry["data"]["reason"]
    if state.pauses and state.pauses[-1].end_ms is None:
        state.pauses[-1] = state.pauses[-1].ended(entry["at_ms"])


def _sealed(state: SessionState, entry: Entry) -> None:
    state.phase = "sealed"
    state.seals.append(entry["data"])


def _paused(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.pauses.append(Pause(entry["at_ms"], data["reason"], data["note"], entry["actor"]))


def _resumed(state: SessionState, entry: Entry) -> None:
    state.pauses[-1] = state.pauses[-1].ended(entry["at_ms"])


def _consent(state: SessionState, entry: Entry) -> None:
    state.consents[entry["actor"], entry["data"]["version"]] = _signature(entry)


def _joined(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.names[entry["actor"]] = data["name"]
    state.connections[data["connection"]] = Connection(
        user=entry["actor"], role=data["role"], joined_ms=entry["at_ms"]
    )
    workplace.joined(state, entry)


def _left(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.connections[data["connection"]]
    state.connections[data["connection"]] = replace(
        held, left_ms=entry["at_ms"], left_reason=data["reason"]
    )
    if held.user not in state.present():
        state.hands.pop(held.user, None)
        workplace.left(state, entry, held.user)


def _hand(state: SessionState, entry: Entry) -> None:
    if entry["data"]["raised"]:
        state.hands.setdefault(entry["actor"], entry["at_ms"])
    else:
        state.hands.pop(entry["actor"], None)


def _limited(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.limits[data["person"], entry["actor"]] = Limit(entry["seq"], entry["at_ms"], data["rung"])


def _tick(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.agenda.get(data["step"])
    if held is not None and held.at_ms > _moment(entry):
        return
    state.agenda[data["step"]] = Tick(
        entry["seq"], _moment(entry), entry["actor"], data["done"], data.get("note", "")
    )


def _chat(state: SessionState, entry: Entry) -> None:
    state.chat.append(Line(entry["seq"], _moment(entry), entry["actor"], entry["data"]["text"]))


def _incident(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.incidents.append(
        Line(
            entry["seq"],
            _moment(entry),
            entry["actor"],
            data["text"],
            data["code"],
            data.get("judul", ""),
        )
    )


def _mark(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.marks[entry["seq"]] = Mark(
        seq=entry["seq"],
        at_ms=_moment(entry),
        author=entry["actor"],
        kuk=data["kuk"],
        value=data["value"],
        note=data.get("note", ""),
    )


def _mark_undone(state: SessionState, entry: Entry) -> None:
    seq = entry["data"]["mark"]
    if seq in state.marks:
        state.marks[seq] = replace(state.marks[seq], undone_seq=entry["seq"])


def _mark_resolved(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.resolutions.append(
        Resolution(
            seq=entry["seq"],
            at_ms=_moment(entry),
            author=entry["actor"],
            kuk=data["kuk"],
            value=data["value"],
            note=data["note"],
            settles=tuple(data["settles"]),
        )
    )


def _evidence(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.evidence[data["evidence"]] = Evidence(
        id=data["evidence"],
        seq=entry["seq"],
        at_ms=entry["at_ms"],
        owner=entry["actor"],
        filename=data["filename"],
        filetype=data["filetype"],
        bytes=data["bytes"],
        sha256=data["sha256"],
        kuk=tuple(data["kuk"]),
        taken_ms=data["taken_ms"],
        capture=data.get("capture", {}),
        original=data.get("original", {}),
        original_of=data.get("original_of"),
    )


def _evidence_asked(state: SessionState, entry: Entry) -> None:
    item = state.evidence[entry["data"]["evidence"]]
    state.evidence[item.id] = replace(item, asked_seq=entry["seq"])


def _judged(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    item = state.evidence.get(data["evidence"])
    if item is None:
        return
    judgement = Judgement(
        seq=entry["seq"],
        at_ms=_moment(entry),
        author=entry["actor"],
        kuk=tuple(data["kuk"]),
        note=data["note"],
        **{name: data[name] for name in ("valid", "asli", "terkini", "memadai", "accepted")},
    )
    state.evidence[item.id] = replace(item, judgements=(*item.judgements, judgement))


def _signature(entry: Entry) -> Signature:
    return Signature(entry["seq"], entry["at_ms"], entry["actor"])


def _ak01_proposed(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.ak01 = Ak01(
        seq=entry["seq"],
        actor=entry["actor"],
        bukti=tuple(data["bukti"]),
        hari=data["hari"],
        waktu=data["waktu"],
        tuk=data["tuk"],
    )


def _ak01_signed(state: SessionState, entry: Entry) -> None:
    if state.ak01 is not None:
        signed = {**state.ak01.signatures, entry["data"]["as"]: _signature(entry)}
        state.ak01 = replace(state.ak01, signatures=signed)


def _recommended(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.recommendations.append(
        Recommendation(
            seq=entry["seq"],
            at_ms=entry["at_ms"],
            actor=entry["actor"],
            result=data["result"],
            note=data["note"],
            tindak_lanjut=data.get("tindak_lanjut", ""),
            units=tuple(data["units"]),
        )
    )


def _form(state: SessionState, entry: Entry) -> None:
    state.forms.append({**entry["data"], "seq": entry["seq"]})


def _stream_started(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.streams.get(data["stream"])
    state.streams[data["stream"]] = (
        replace(held, live=True, codecs=data["codecs"])
        if held
        else Stream(data["kind"], data["owner"], data["codecs"], entry["at_ms"], live=True)
    )
    workplace.stream_started(state, entry)


def _stream_stopped(state: SessionState, entry: Entry) -> None:
    held = state.streams.get(entry["data"]["stream"])
    if held is not None:
        state.streams[entry["data"]["stream"]] = replace(held, live=False)


def _segment(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    held = state.streams.get(data["stream"])
    if held is not None:
        state.streams[data["stream"]] = replace(
            held,
            segments=held.segments + 1,
            recorded_ms=max(held.recorded_ms, data["end_ms"]),
        )


def _gap(state: SessionState, entry: Entry) -> None:
    state.gaps.append(entry["data"])


def _gap_filled(state: SessionState, entry: Entry) -> None:
    state.fills.append(entry["data"])


def _decision(state: SessionState, entry: Entry) -> None:
    state.decision = entry["data"]


STEPS: Mapping[str, Callable[[SessionState, Entry], None]] = {
    "session.opened": _opened,
    "session.live": _live,
    "session.ended": _ended,
    "session.sealed": _sealed,
    "clock.paused": _paused,
    "clock.resumed": _resumed,
    "consent": _consent,
    "joined": _joined,
    "left": _left,
    "hand": _hand,
    "media.limited": _limited,
    "agenda.tick": _tick,
    "chat": _chat,
    "incident": _incident,
    "mark": _mark,
    "mark.undone": _mark_undone,
    "mark.resolved": _mark_resolved,
    "evidence.received": _evidence,
    "evidence.asked": _evidence_asked,
    "evidence.judged": _judged,
    "ak01.proposed": _ak01_proposed,
    "ak01.signed": _ak01_signed,
    "ak02.recommended": _recommended,
    "form.issued": _form,
    "stream.started": _stream_started,
    "stream.stopped": _stream_stopped,
    "segment.stored": _segment,
    "gap": _gap,
    "gap.filled": _gap_filled,
    "decision": _decision,
    **camerasteps.STEPS,
    **workplace.WORKPLACE_STEPS,
    **rescuesteps.STEPS,
}
