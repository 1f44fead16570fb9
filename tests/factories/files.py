"""A file that is complete: every form of the plan typed as its screen would type it."""

from typing import Any

from ajj.assessment.models import FormAnswers
from ajj.assessment.values.file import completeness_of
from ajj.assessment.values.scheme import of_scheme
from ajj.documents.entries import Entry, parts, typed
from ajj.documents.registry import labelled
from ajj.live.services import seal
from tests.factories.live import Room

PLANNED = ("ia01", "ia07")


def written(room: Room, label: str, posted: dict[str, list[str]]) -> FormAnswers:
    """``posted`` on the form ``label`` of the room's permohonan, by its asesor."""
    tree = of_scheme(room.skema)
    isi, wrong = typed(labelled(label), tree, posted)
    assert not wrong
    kept, _new = FormAnswers.objects.update_or_create(
        permohonan=room.permohonan,
        label=label,
        defaults={"isi": isi, "saved_at": room.at(5), "saved_by": room.asesor},
    )
    return kept


def everything(room: Room, label: str) -> dict[str, list[str]]:
    """An answer to each entry of ``label``: the first option, or words."""
    tree = of_scheme(room.skema)
    return {entry.name: _answer(entry) for entry in _entries(labelled(label), tree)}


def _entries(form: Any, tree: dict[str, Any]) -> list[Entry]:
    found = []
    for part in parts(form, tree):
        found += [*part.entries, *(entry for line in part.lines for entry in line.entries)]
    return found


def _answer(entry: Entry) -> list[str]:
    return [entry.options[0].value] if entry.options else ["Ditulis asesor"]


def plan(room: Room, rows: tuple[str, ...] = PLANNED, potensi: str = "1") -> None:
    """FR.MAPA.01 for ``potensi`` and FR.MAPA.02 with ``rows`` ticked for it."""
    post = everything(room, "FR.MAPA.01@2023") | {"potensi": [potensi]}
    written(room, "FR.MAPA.01@2023", post)
    ticks = {f"peta/1/{row}/potensi": [potensi] for row in rows}
    written(room, "FR.MAPA.02@2023", ticks)


def complete(room: Room) -> Room:
    """Everything that the report needs; the session is sealed and its forms are issued."""
    from ajj.applications.models import Apl01, Apl02
    from ajj.assessment.services import issue_due

    for model in (Apl01, Apl02):
        model.objects.update_or_create(
            permohonan=room.permohonan,
            defaults={"signed_at": room.at(0), "signed_name": room.asesi.name},
        )
    plan(room)
    seal(room.id, sign=lambda _session, _now: "kid", now=room.at(97))
    issue_due(room.at(98))
    for row in completeness_of(fresh(room)).held_up:
        written(room, row.form.label, everything(room, row.form.label))
    return room


def fresh(room: Room) -> Any:
    """The permohonan of ``room`` as the database has it."""
    from ajj.assessment.papers import complete as rows

    return rows().get(pk=room.permohonan.pk)
