"""Which commands the assessment takes, from whom and when."""

from ajj.assessment.services import forms, marks, originals
from ajj.live import ops
from ajj.live.rules import ASSESSING, SessionRole
from ajj.live.states import OVER, RESCUE, UNDER_WAY, SessionState

MARKING = frozenset({SessionState.LIVE}) | RESCUE
ASESOR = frozenset({SessionRole.ASESOR})
SIGNERS = frozenset({SessionRole.ASESOR, SessionRole.ASESI})


def register_handlers() -> None:
    """Called once, in ``AppConfig.ready()``."""
    ops.register(
        "mark", marks.mark, data=marks.MarkData, roles=ASSESSING, states=MARKING, late=True
    )
    ops.register(
        "mark.undo",
        marks.mark_undo,
        data=marks.UndoData,
        roles=ASSESSING,
        states=MARKING,
        late=True,
    )
    ops.register(
        "mark.resolve",
        marks.resolve,
        data=marks.ResolveData,
        roles=ASESOR,
        states=MARKING | OVER,
        acted=True,
    )
    ops.register(
        "evidence.judge",
        marks.judge,
        data=marks.JudgeData,
        roles=ASSESSING,
        states=UNDER_WAY,
        late=True,
    )
    ops.register(
        "evidence.ask_original",
        originals.ask,
        data=originals.AskData,
        roles=ASSESSING,
        states=UNDER_WAY | OVER,
    )
    ops.register("ak01.propose", forms.ak01_propose, data=forms.ProposeData, roles=ASESOR)
    ops.register("ak01.sign", forms.ak01_sign, data=forms.SignData, roles=SIGNERS)
    ops.register(
        "ak02.recommend",
        forms.ak02_recommend,
        data=forms.RecommendData,
        roles=ASESOR,
        states=MARKING | OVER,
    )
