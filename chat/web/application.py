"""The page's server: a few JSON answers, the events of a conversation as they come, pictures by their ids. Everything else is in the page.

Nobody gets at another's conversation: it belongs to the browser that began it (a cookie with 128 random bits), and its id has as many. A
picture is asked for by gallery and id and found in the gallery's own records; no path ever comes from outside.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ...errors import DirTirError, InputError
from ..library.thumbnails import SIDES, small_picture
from .guard import LARGEST, OWNER, Guard
from .running import seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from .service import Hall

    Handler = Callable[[Request], Awaitable[Response]]

PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LOOK_EVERY = 0.1  # seconds between two looks at whether a conversation has changed
BEAT_EVERY = 15  # seconds of silence after which a sign of life goes out, so that a closed browser is noticed
KEEP = {"cache-control": "private, max-age=31536000, immutable"}  # what is named by its content never changes


def application(hall: Hall, token: str = "") -> ASGIApp:
    """The server as an ASGI application. With a token it answers nobody who does not bring it."""
    routes = [
        Route("/", partial(_file, name="index.html")),
        *(Route(f"/{file.name}", partial(_file, name=file.name)) for file in sorted(PAGE.iterdir()) if file.suffix in KINDS),
        Route("/api/start", _answered(_start, hall)),
        Route("/api/mystery", _answered(_mystery, hall), methods=["POST"]),
        Route("/api/conversations", _answered(_begin, hall), methods=["POST"]),
        Route("/api/conversations/{id}", _answered(_seen, hall)),
        Route("/api/conversations/{id}/events", _answered(_events, hall)),
        Route("/api/conversations/{id}/reply", _answered(_reply, hall), methods=["POST"]),
        Route("/api/conversations/{id}/accept", _answered(_accept, hall), methods=["POST"]),
        Route("/pictures/{gallery}/{id}", _answered(_picture, hall)),
        Route("/paintings/{id}/{round:int}", _answered(_painting, hall)),
    ]
    return Guard(Starlette(routes=routes), token)


def _answered(handler: Callable[[Hall, str, Request], Awaitable[Response]], hall: Hall) -> Handler:
    """The handler with the hall and whose browser asks; what is refused on purpose comes back as one line."""

    async def answer(request: Request) -> Response:
        owner = request.cookies.get(OWNER, "")
        new = len(owner) != 32
        owner = secrets.token_hex(16) if new else owner
        try:
            response = await handler(hall, owner, request)
        except DirTirError as error:
            response = JSONResponse({"problem": str(error)}, 404 if request.method == "GET" else 422)
        if new:
            response.set_cookie(OWNER, owner, max_age=365 * 86400, httponly=True, samesite="strict")
        return response

    return answer


async def _file(_: Request, name: str) -> Response:
    file = PAGE / name
    return Response(file.read_bytes(), media_type=KINDS[file.suffix], headers={"cache-control": "no-cache"})


async def _start(hall: Hall, owner: str, _: Request) -> Response:
    """What there is to search in, and what this person has begun."""

    def found() -> dict[str, Any]:
        return {"galleries": hall.galleries(), "conversations": hall.conversations(owner)}

    return JSONResponse(await asyncio.to_thread(found))


async def _mystery(hall: Hall, _: str, request: Request) -> Response:
    """A picture for the player to look for: drawn here, known to the page and the register, never to a graph."""
    (gallery,) = await _body(request, gallery=str)
    pictures = await asyncio.to_thread(hall.pictures, gallery)
    return JSONResponse({"hunted": random.SystemRandom().choice(list(pictures))})


async def _begin(hall: Hall, owner: str, request: Request) -> Response:
    gallery, description, hunted = await _body(request, gallery=str, description=str, hunted=str)
    live = await asyncio.to_thread(hall.begin, gallery, description, owner, hunted)
    return JSONResponse({"id": live.talk.id}, 201)


async def _seen(hall: Hall, owner: str, request: Request) -> Response:
    live = await asyncio.to_thread(hall.live, request.path_params["id"], owner)
    return JSONResponse(await asyncio.to_thread(seen, live, hall.loading))


async def _events(hall: Hall, owner: str, request: Request) -> Response:
    """The conversation anew whenever it has changed, as server-sent events."""
    live = await asyncio.to_thread(hall.live, request.path_params["id"], owner)

    async def changes() -> AsyncIterator[str]:
        sent, quiet = None, 0.0
        while True:
            state = (live.version, hall.loading)
            if state != sent:
                sent, quiet = state, 0.0
                yield f"data: {json.dumps(await asyncio.to_thread(seen, live, hall.loading))}\n\n"
            elif quiet >= BEAT_EVERY:
                quiet = 0.0
                yield ": still here\n\n"
            await asyncio.sleep(LOOK_EVERY)
            quiet += LOOK_EVERY

    return StreamingResponse(changes(), media_type="text/event-stream", headers={"cache-control": "no-store"})


async def _reply(hall: Hall, owner: str, request: Request) -> Response:
    number, kind, reply = await _body(request, round=int, kind=str, reply=dict)
    if kind not in ("question", "difference") or "accept" in reply:
        raise InputError(f"a reply to {kind!r} cannot be taken: expected kind question or difference, and text, skip or marks")
    live = await asyncio.to_thread(hall.live, request.path_params["id"], owner)
    await asyncio.to_thread(live.put, number, kind, reply)
    return JSONResponse({})


async def _accept(hall: Hall, owner: str, request: Request) -> Response:
    (picture,) = await _body(request, picture=str)
    live = await asyncio.to_thread(hall.live, request.path_params["id"], owner)
    await asyncio.to_thread(live.accept, picture)
    return JSONResponse({})


async def _picture(hall: Hall, _: str, request: Request) -> Response:
    side = max(SIDES) if "large" in request.query_params else min(SIDES)

    def read() -> bytes:
        return small_picture(hall.picture(request.path_params["gallery"], request.path_params["id"]).path, side, 0)

    return Response(await asyncio.to_thread(read), media_type="image/webp", headers=KEEP)


async def _painting(hall: Hall, owner: str, request: Request) -> Response:
    live = await asyncio.to_thread(hall.live, request.path_params["id"], owner)
    path = hall.workspace.paintings.file(live.talk.id, request.path_params["round"])
    if not path.is_file():
        raise InputError(f"round {request.path_params['round']} of this conversation has no painting")
    data = await asyncio.to_thread(small_picture, str(path), max(SIDES), path.stat().st_mtime_ns)
    return Response(data, media_type="image/webp", headers={"cache-control": "private, no-cache"})


async def _body(request: Request, **fields: type) -> list[Any]:
    """The values of a JSON object with these fields and types, in this order. JSON alone: a form of another site cannot send it."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise InputError("the request is not JSON")
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            raise InputError(f"the request is longer than {LARGEST} bytes")
    try:
        given = json.loads(data)
    except ValueError:
        raise InputError("the request is not JSON") from None
    if not isinstance(given, dict) or any(type(given.get(name)) is not kind for name, kind in fields.items()):
        raise InputError(
            f"the request is not understood: expected {', '.join(f'{name} ({kind.__name__})' for name, kind in fields.items())}"
        )
    return [given[name] for name in fields]
