"""FR.AK.05 of a whole group: what one asesor assessed of one skema on one day, as one report."""

from typing import Any

from django.utils.translation import override

from ajj.assessment.models import Recommendation
from ajj.assessment.values import Tree, for_session
from ajj.assessment.values.words import local_day
from ajj.live.models import Session
from ajj.live.states import SessionKind
from ajj.people.models import User
from ajj.scheduling.models import Penugasan

TOLD = ("aspek", "penolakan", "saran", "catatan")


def group_of(session: Session, asesor: User) -> list[Session]:
    """The recommended asesmen that ``asesor`` led of the same skema on the same day (LSP's zone).

    In the order in which they were opened, ``session`` among them once it is recommended.
    """
    if session.opened_at is None:
        return []
    day = local_day(session.opened_at)
    rows = Session.objects.filter(
        kind=SessionKind.ASESMEN.value,
        opened_at__isnull=False,
        jadwal__cancelled_at=None,
        jadwal__permohonan__skema_id=session.jadwal.permohonan.skema_id,
        jadwal__penugasan__user=asesor,
        jadwal__penugasan__role=Penugasan.Role.ASESOR.value,
        pk__in=Recommendation.objects.values("session"),
    ).select_related("jadwal__permohonan__asesi", "jadwal__permohonan__skema")
    held = rows.order_by("opened_at", "pk")
    return [row for row in held if row.opened_at and local_day(row.opened_at) == day]


@override("id")
def for_group(sessions: list[Session]) -> Tree:
    """One tree for FR.AK.05: every asesi a row, every word with the name it is about.

    The asesor is named, not signed for: what they signed are the recommendations.
    """
    trees = [for_session(session) for session in sessions]
    first = trees[0]
    named = [(tree["asesmen"]["asesi"]["nama"], tree) for tree in trees]
    rows = [row for tree in trees for row in tree["asesmen"]["asesi_daftar"]]
    listed = [{**row, "no": str(number)} for number, row in enumerate(rows, start=1)]
    told: dict[str, Any] = {key: _joined(named, key) for key in TOLD}
    told["celah"] = [_whose(gap, name) for name, tree in named for gap in tree["laporan"]["celah"]]
    told["catatan_celah"] = _joined(named, "catatan_celah")
    asesor = {**first["rekaman"]["asesor"], "ditandatangani": ""}
    return {
        **first,
        "rekaman": {**first["rekaman"], "asesor": asesor},
        "asesmen": {
            **first["asesmen"],
            "asesi": {},
            "asesi_daftar": listed,
            "jumlah_asesi": str(len(listed)),
        },
        "laporan": told,
        "log": {
            name: "; ".join(tree["log"][name] for tree in trees)
            for name in ("sesi", "catatan_ke", "kepala")
        },
    }


def _whose(gap: dict[str, str], asesi: str) -> dict[str, str]:
    """A gap of somebody else's recording names the session by its asesi."""
    return gap if gap["siapa"] == asesi else {**gap, "siapa": f"{gap['siapa']} (sesi {asesi})"}


def _joined(named: list[tuple[str, Tree]], key: str) -> str:
    """``Nama: words`` per asesi, once where all say the same."""
    said = {name: tree["laporan"].get(key, "") for name, tree in named}
    different = {words for words in said.values() if words}
    if len(different) <= 1:
        return next(iter(different), "")
    return "\n".join(f"{name}: {words}" for name, words in said.items() if words)
