"""What only our own processes may call."""

import hmac
import json
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from realtime.wake import send


@csrf_exempt
async def wake(request: HttpRequest) -> HttpResponse:
    """``POST {session, seq}`` with ``X-Internal-Token``: hand the hint to the sockets. 204."""
    given = request.headers.get("X-Internal-Token", "")
    if not hmac.compare_digest(given.encode(), settings.INTERNAL_TOKEN.encode()):
        return HttpResponse(status=403)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        body = json.loads(request.body)
        session, seq = str(UUID(body["session"])), int(body["seq"])
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    await send(session, seq)
    return HttpResponse(status=204)
