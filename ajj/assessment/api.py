"""The checklist over HTTP."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from ajj.assessment import rules, selectors
from ajj.kernel.errors import Forbidden
from ajj.live.api import ErrorOut
from ajj.live.auth import caller, session_auth
from ajj.live.rules import SessionRole
from ajj.live.selectors import session_for

router = Router(auth=session_auth, tags=["assessment"])


class KukOut(Schema):
    id: int
    no: str
    teks: str


class ElemenOut(Schema):
    id: int
    no: str
    judul: str
    kuk: list[KukOut]


class UnitOut(Schema):
    id: int
    kode: str
    judul: str
    kelompok: str
    elemen: list[ElemenOut]


class ChecklistOut(Schema):
    units: list[UnitOut]


@router.get(
    "/sessions/{uuid:session_id}/checklist",
    response={200: ChecklistOut, frozenset({401, 403, 404, 409}): ErrorOut},
)
def get_checklist(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """FR.IA.01 of the session's skema; not for the asesi, not before FR.AK.01 is signed."""
    session, role = session_for(session_id, caller(request))
    if role is SessionRole.ASESI:
        raise Forbidden(_("Ceklis diisi asesor."), code="wrong_role")
    rules.require_checklist(session)
    return selectors.checklist(session)
