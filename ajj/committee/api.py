"""The review workbench's side of the API: only for the people of a berkas."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from ajj.committee import selectors, services
from ajj.live.auth import caller
from ajj.people.auth import api_auth

router = Router(auth=api_auth, tags=["committee"])
Moment = Annotated[int, Field(ge=0, lt=2**53)]


class WatchedIn(Schema):
    spans: Annotated[list[tuple[Moment, Moment]], Field(max_length=500)]


class CommentIn(Schema):
    at_ms: Moment
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class VoteIn(Schema):
    value: str
    reason: Annotated[str, Field(max_length=2000)] = ""
    no_conflict: bool = False


def _state(request: HttpRequest, case_id: int) -> dict[str, Any]:
    user = caller(request)
    return selectors.review_state(selectors.case_for(case_id, user), user)


@router.get("/cases/{int:case_id}/review")
def review(request: HttpRequest, case_id: int) -> dict[str, Any]:
    """Members, votes as far as they are shown, comments, what was watched, and the risks."""
    return _state(request, case_id)


@router.post("/cases/{int:case_id}/watched")
def watched(request: HttpRequest, case_id: int, body: WatchedIn) -> dict[str, Any]:
    """Add spans of session ms that the caller has watched."""
    user = caller(request)
    selectors.case_for(case_id, user)
    return {"watched": services.note_watched(case_id, user=user, spans=body.spans)}


@router.post("/cases/{int:case_id}/comments")
def comment(request: HttpRequest, case_id: int, body: CommentIn) -> dict[str, Any]:
    """Leave a remark at a second."""
    user = caller(request)
    selectors.case_for(case_id, user)
    services.comment(case_id, user=user, at_ms=body.at_ms, text=body.text, now=timezone.now())
    return _state(request, case_id)


@router.post("/cases/{int:case_id}/vote")
def vote(request: HttpRequest, case_id: int, body: VoteIn) -> dict[str, Any]:
    """Record or change the caller's finding."""
    user = caller(request)
    selectors.case_for(case_id, user)
    services.cast_vote(
        case_id,
        user=user,
        value=body.value,
        reason=body.reason,
        no_conflict=body.no_conflict,
        now=timezone.now(),
    )
    return _state(request, case_id)
