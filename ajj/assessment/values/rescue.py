"""How a session went on without live media, in the words of FR.AK.05 and FR.IA.01."""

from ajj.kernel.clock import clock_text
from ajj.live.models import LogEntry, Session
from ajj.live.states import TurnState

NOTE = "dari jawaban rekaman, tanpa sambungan langsung"


def told(session: Session) -> str:
    """The rescue in one sentence; empty for a session that was live to its end."""
    if session.rescue_ms is None:
        return ""
    started = LogEntry.objects.get(session=session, kind="rescue.started")
    turns = list(session.turns.exclude(state=TurnState.WITHDRAWN.value))
    answered = [turn for turn in turns if turn.state == TurnState.ANSWERED.value]
    late = sum(1 for turn in answered if turn.late_ms)
    return (
        f"Sejak {clock_text(session.rescue_ms)} sesi dilanjutkan tanpa sambungan langsung"
        f" ({started.data['reason']}): {len(turns)} tugas, {len(answered)} dijawab dengan rekaman"
        f" atau tulisan, {late} diterima terlambat. Tanda dan bukti sesudahnya berasal dari"
        " jawaban itu."
    )


def note_of(session: Session, at_ms: int) -> str:
    """What stands beside a mark that was made without live media; empty beside another."""
    rescued = session.rescue_ms is not None and at_ms >= session.rescue_ms
    return NOTE if rescued else ""
