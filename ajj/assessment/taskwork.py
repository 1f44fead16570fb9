"""What is known of the files of a task: which the log names, and what of them the server has."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.urls import reverse

from ajj.applications.models import Permohonan
from ajj.assessment.models import Evidence, UjianEntry, Upload
from ajj.assessment.sheet import Kind
from ajj.assessment.ujian import Standing
from ajj.assessment.work import Filed
from ajj.live.models import Session
from ajj.live.rules import SessionRole
from ajj.live.states import UNDER_WAY
from ajj.live.waiting import waits
from ajj.people.models import User


class Arrival(StrEnum):
    """``differs``: what arrived is not the file that the log names."""

    RECEIVED = "received"
    COMING = "coming"
    AWAITED = "awaited"
    DIFFERS = "differs"


@dataclass(frozen=True)
class FileRow:
    """A file of a task; ``percent`` of it that the server has, ``url`` once it has all."""

    filed: Filed
    arrival: Arrival
    percent: int
    counts: bool
    url: str = ""

    @property
    def whole(self) -> bool:
        return self.arrival is Arrival.RECEIVED


def files_of(held: Standing) -> list[FileRow]:
    """The attached files in their order, each with what of it has arrived."""
    attached = held.sheet.work.attached
    ids = [UUID(filed.evidence) for filed in attached]
    mine = {"pk__in": ids, "owner": held.ujian.permohonan.asesi_id}
    stored = {
        str(row.pk): row
        for row in Evidence.objects.filter(
            **mine, session__jadwal__permohonan=held.ujian.permohonan_id
        )
    }
    coming = {str(row.pk): row for row in Upload.objects.filter(**mine)}
    counting = {filed.seq for filed in held.sheet.work.counting}
    return [_row(filed, stored, coming, counts=filed.seq in counting) for filed in attached]


def _row(
    filed: Filed, stored: Mapping[str, Evidence], coming: Mapping[str, Upload], *, counts: bool
) -> FileRow:
    row, upload = stored.get(filed.evidence), coming.get(filed.evidence)
    if row is not None:
        same = filed.sha256 in {row.sha256, row.original.get("sha256")}
        url = reverse("assessment:evidence_file", args=[row.session_id, row.pk])
        return FileRow(filed, Arrival.RECEIVED if same else Arrival.DIFFERS, 100, counts, url)
    if upload is None or upload.state == Upload.State.REFUSED:
        return FileRow(filed, Arrival.AWAITED, 0, counts)
    return FileRow(filed, Arrival.COMING, upload.offset * 100 // max(1, upload.length), counts)


@dataclass(frozen=True)
class Intake:
    """The session that takes the asesi's files now; ``session`` is None where none does."""

    session: Session | None
    outside: bool = False
    """There is one, and the asesi still stands before its door."""


def intake(permohonan: Permohonan, user: User) -> Intake:
    """Where files of a task go: into the log of the session that is under way."""
    rows = Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        opened_at__isnull=False,
        state__in=[state.value for state in UNDER_WAY],
    )
    session = rows.select_related("jadwal").order_by("opened_at").last()
    if session is None:
        return Intake(None)
    if waits(session, user.pk, SessionRole.ASESI):
        return Intake(None, outside=True)
    return Intake(session)


def unattached(held: Standing, session: Session) -> list[Evidence]:
    """What the asesi took or sent in ``session`` and no task names yet, the newest first."""
    named = {filed.evidence for filed in held.sheet.work.attached}
    rows = Evidence.objects.filter(
        session=session, owner=held.ujian.permohonan.asesi_id, original_of=None
    )
    return [row for row in rows.order_by("-seq") if str(row.pk) not in named]


def named_in_time(permohonan: Permohonan, evidence: UUID) -> UjianEntry | None:
    """The entry by which a task of ``permohonan`` named this file in time."""
    rows = UjianEntry.objects.filter(
        ujian__permohonan=permohonan, kind=Kind.FILE.value, data__evidence=str(evidence)
    )
    found = rows.exclude(data__has_key="late").select_related("ujian").order_by("seq")
    return found.first()


def paper_of(held: Standing, user: User) -> dict[str, Any]:
    """What the asesi's page of a task shows beside its items."""
    found = intake(held.ujian.permohonan, user)
    return {
        "files": files_of(held),
        "intake": found,
        "loose": unattached(held, found.session) if found.session else [],
    }
