"""The control server on loopback: what the web process asks of the engine."""

from __future__ import annotations

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from realtime.media.engine import Engine
from realtime.media.sdp import SdpError
from realtime.media.settings import Settings
from realtime.media.spool import NAME, StreamState

ENGINE = web.AppKey("engine", Engine)
_SDP = "application/sdp"
_MOST_SEGMENTS = 999_999
_FRAGMENT = "application/trickle-ice-sdpfrag"


def failure(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)


def create_app(engine: Engine, settings: Settings) -> web.Application:
    app = web.Application(middlewares=[_guard(settings.internal_token)], client_max_size=256 * 1024)
    app[ENGINE] = engine
    app.router.add_get("/healthz", health)
    app.router.add_get("/streams", streams)
    app.router.add_post("/streams/{stream}/whip", publish)
    app.router.add_post("/streams/{stream}/whep", subscribe)
    app.router.add_post("/streams/{stream}/record", record)
    app.router.add_post("/streams/{stream}/end", end_stream)
    app.router.add_delete("/resources/{resource}", end)
    app.router.add_patch("/resources/{resource}", trickle)
    app.router.add_put("/resources/{resource}/video", take)
    app.router.add_post("/sessions/{session}/close", close_session)
    app.router.add_post("/sessions/{session}/people/{person}/close", close_person)
    return app


def _guard(token: str) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("X-Internal-Token", "")
        if request.path != "/healthz" and not hmac.compare_digest(given.encode(), token.encode()):
            return failure(401, "unauthorized", "The internal token is missing or wrong.")
        try:
            return await handler(request)
        except SdpError as error:
            return failure(error.status, error.code, error.message)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return failure(error.status, error.reason.lower().replace(" ", "_"), error.reason)

    return guard


async def health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "disk": request.app[ENGINE].disk})


async def streams(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    items = engine.describe(request.query.get("session"))
    return web.json_response({"items": items, "disk": engine.disk, "boot": engine.boot_id})


async def publish(request: web.Request) -> web.Response:
    headers, stream = request.headers, request.match_info["stream"]
    session, kind = headers.get("X-Session", ""), headers.get("X-Stream-Kind", "camera")
    if not NAME.fullmatch(session) or not NAME.fullmatch(stream):
        return failure(400, "name_invalid", "X-Session or the stream's id is missing or malformed.")
    try:
        t0_ms = int(headers["X-T0-Ms"])
    except (KeyError, ValueError):
        return failure(400, "t0_invalid", "X-T0-Ms is missing or malformed.")
    following = headers.get("X-Next-Index", "0")
    if not following.isdecimal() or int(following) > _MOST_SEGMENTS:
        return failure(400, "index_invalid", "X-Next-Index is malformed.")
    if request.content_type != _SDP:
        return failure(415, "content_type", f"The offer must be {_SDP}.")
    owner = headers.get("X-Stream-Owner", "")
    state = StreamState(session, stream, owner, kind, t0_ms, next_index=int(following))
    practice = headers.get("X-Practice") == "1"
    offer = await request.read()
    return _created(*await request.app[ENGINE].publish(state, offer, practice=practice))


async def subscribe(request: web.Request) -> web.Response:
    if request.content_type != _SDP:
        return failure(415, "content_type", f"The offer must be {_SDP}.")
    offer = await request.read()
    try:
        person = request.headers.get("X-Person", "")
        created = await request.app[ENGINE].subscribe(
            request.match_info["stream"], offer, person=person
        )
    except KeyError:
        return failure(404, "stream_not_live", "Nobody is publishing this stream.")
    return _created(*created)


async def record(request: web.Request) -> web.Response:
    """Begin the stream's recording anew: for a recorder that does not write."""
    try:
        request.app[ENGINE].record_anew(request.match_info["stream"])
    except KeyError:
        return failure(404, "stream_not_live", "Nobody is publishing this stream.")
    return web.json_response({})


async def end(request: web.Request) -> web.Response:
    try:
        await request.app[ENGINE].end(request.match_info["resource"], "ended")
    except KeyError:
        return failure(404, "resource_unknown", "There is no such connection.")
    return web.json_response({})


async def end_stream(request: web.Request) -> web.Response:
    await request.app[ENGINE].end_stream(request.match_info["stream"])
    return web.json_response({})


async def trickle(request: web.Request) -> web.Response:
    if request.content_type != _FRAGMENT:
        return failure(415, "content_type", f"Candidates must be {_FRAGMENT}.")
    try:
        await request.app[ENGINE].trickle(request.match_info["resource"], await request.text())
    except KeyError:
        return failure(404, "resource_unknown", "There is no such connection.")
    return web.Response(status=204)


async def take(request: web.Request) -> web.Response:
    """A watcher declines the picture, or wants it again: ``{"wanted": bool}``."""
    try:
        wanted = (await request.json())["wanted"]
    except (ValueError, KeyError, TypeError):
        wanted = None
    if not isinstance(wanted, bool):
        return failure(400, "wanted_invalid", 'The body must be {"wanted": true or false}.')
    try:
        request.app[ENGINE].take(request.match_info["resource"], video=wanted)
    except KeyError:
        return failure(404, "resource_unknown", "There is no such watcher.")
    return web.Response(status=204)


async def close_session(request: web.Request) -> web.Response:
    await request.app[ENGINE].close_session(request.match_info["session"])
    return web.json_response({})


async def close_person(request: web.Request) -> web.Response:
    """End what one person sends and receives in a session."""
    names = request.match_info
    await request.app[ENGINE].close_person(names["session"], names["person"])
    return web.json_response({})


def _created(resource: str, answer: str) -> web.Response:
    return web.Response(
        status=201, text=answer, content_type=_SDP, headers={"X-Resource": resource}
    )
