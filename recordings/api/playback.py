"""The beacon of a player: what is being watched."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from ajj.live.auth import caller, session_auth
from recordings import selectors
from recordings.api.manifest import REFUSALS, Problem
from recordings.services import views

router = Router(auth=session_auth, tags=["recordings"])
Moment = Annotated[int, Field(ge=0, lt=2**53)]


class ViewIn(Schema):
    view: UUID
    page: Annotated[str, Field(pattern=r"^[a-z]{1,24}$")] = "program"
    spans: Annotated[list[tuple[Moment, Moment]], Field(max_length=500)] = []


class ViewOut(Schema):
    view: UUID
    spans: list[tuple[int, int]]


@router.post(
    "/sessions/{uuid:session_id}/recording/views",
    response={200: ViewOut, 409: Problem, **REFUSALS},
)
def watching(request: HttpRequest, session_id: UUID, body: ViewIn) -> dict[str, Any]:
    """Begin a view, or add spans of session ms to it; repeating has no further effect."""
    user = caller(request)
    session, _role = selectors.viewable_session(session_id, user)
    view = views.note_view(
        body.view,
        session=session,
        user=user,
        page=body.page,
        spans=body.spans,
        now=timezone.now(),
    )
    return {"view": view.pk, "spans": view.ranges}
