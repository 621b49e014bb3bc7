"""The page's server: a few JSON answers, the events of a conversation as they come, pictures by their ids. Everything else is in the page.

Nobody gets at another's conversation: it belongs to the browser that began it (a cookie with 128 random bits), and its id has as many. A
picture is asked for by gallery and id and found in the gallery's own records; no path ever comes from outside. Only a POST makes anything
compute: who looks at a conversation sees how it stands.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sse_starlette import JSONServerSentEvent
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...errors import DirTirError, InputError, PictureError
from ...plain import shown, traced
from ..library.thumbnails import SIDES
from .bodies import AcceptBody, BackBody, BeginBody, EmptyBody, MysteryBody, PaintBody, ReplyBody, ReturnBody, read_body
from .conversation_view import conversation_view
from .filter_view import filters, filters_of
from .gallery_addresses import ADDRESSES as OF_GALLERIES
from .guard import OWNER, Guard
from .keeping_addresses import ADDRESSES as OF_KEEPING
from .like_addresses import begin_like, like
from .limits import TooMuch
from .originals import Access, details, folder, original
from .running_conversation import FOLLOW_EVERY
from .start_view import start_view
from .streaming import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sse_starlette import ServerSentEvent
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from .running_conversation import RunningConversation
    from .server_state import ServerState

    Handler = Callable[[Request], Awaitable[Response]]
    Answer = Callable[["ServerState", str, Request], Awaitable[Response]]

_log = logging.getLogger(__name__)
PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LIKE = "/api/like"  # where a picture is sent to
KEEP = {"cache-control": "private, max-age=31536000, immutable"}  # what is named by its content never changes


def application(state: ServerState, token: str = "", *, paths: bool = False) -> ASGIApp:
    """The server as an ASGI application. With a token it answers nobody who does not bring it, and tells them where files lie only with
    ``paths``."""
    access, one = Access.of(token, paths=paths), "/api/conversations/{id}"
    routes = [
        Route("/", partial(_file, name="index.html")),
        *(Route(f"/{file.name}", partial(_file, name=file.name)) for file in sorted(PAGE.iterdir()) if file.suffix in KINDS),
        Route("/api/start", _answered(partial(_start, access), state)),
        Route("/api/mystery", _answered(_mystery, state), methods=["POST"]),
        Route("/api/filters", _answered(partial(filters, access), state), methods=["POST"]),
        Route("/api/conversations", _answered(partial(_begin, access), state), methods=["POST"]),
        Route(LIKE, _answered(partial(begin_like, access), state), methods=["POST"]),
        Route(one, _answered(_look, state)),
        Route(f"{one}/events", _answered(_events, state)),
        Route(f"{one}/run", _answered(_run, state), methods=["POST"]),
        Route(f"{one}/reply", _answered(_reply, state), methods=["POST"]),
        Route(f"{one}/more", _answered(_more, state), methods=["POST"]),
        Route(f"{one}/accept", _answered(_accept, state), methods=["POST"]),
        Route(f"{one}/paint", _answered(_paint, state), methods=["POST"]),
        Route(f"{one}/back", _answered(_back, state), methods=["POST"]),
        Route(f"{one}/return", _answered(_return, state), methods=["POST"]),
        *(Route(path, _answered(handler, state), methods=[method]) for path, handler, method in (*OF_GALLERIES, *OF_KEEPING)),
        Route("/pictures/{gallery}/{id}", _answered(partial(_picture, access), state)),
        Route("/originals/{gallery}/{id}", _answered(original, state)),
        Route("/api/pictures/{gallery}/{id}", _answered(partial(details, access), state)),
        Route("/api/folder", _answered(partial(folder, access), state), methods=["POST"]),
        Route("/paintings/{id}/{round}", _answered(_painting, state)),
        Route("/likes/{id}", _answered(like, state)),
    ]
    served = Starlette(routes=routes)
    served.router.redirect_slashes = False
    return Guard(served, token, pictures_at=LIKE)


def _answered(handler: Answer, state: ServerState) -> Handler:
    """The handler with what the server has open and whose browser asks; what is refused on purpose comes back as one line."""

    async def answer(request: Request) -> Response:
        owner = request.cookies.get(OWNER, "")
        new = not re.fullmatch("[0-9a-f]{32}", owner)
        owner = secrets.token_hex(16) if new else owner
        try:
            response = await handler(state, owner, request)
        except TooMuch as error:
            response = JSONResponse({"problem": shown(error)}, 429)
        except DirTirError as error:
            response = JSONResponse({"problem": shown(error)}, 422 if request.method == "POST" else 404)
        except Exception as error:  # nobody but the log gets to see where
            _log.error("%s %s failed\n%s", request.method, shown(request.url.path, 200), traced(error))
            response = JSONResponse({"problem": "something broke here; the log of the server says what. Nothing is lost: try again"}, 500)
        if new:
            response.set_cookie(OWNER, owner, max_age=365 * 86400, httponly=True, samesite="strict")
        return response

    return answer


async def _file(_: Request, name: str) -> Response:
    file = PAGE / name
    return Response(file.read_bytes(), media_type=KINDS[file.suffix], headers={"cache-control": "no-cache"})


async def _start(access: Access, state: ServerState, owner: str, _: Request) -> Response:
    """What there is to search in, and what this person has begun."""
    return JSONResponse(await asyncio.to_thread(partial(start_view, state, owner, paths=access.paths)))


async def _mystery(state: ServerState, _: str, request: Request) -> Response:
    """A picture for the player to look for: drawn here, known to the page and the register, never to a graph."""
    body = await read_body(request, MysteryBody)
    records = (await asyncio.to_thread(state.workspace.vectors, body.gallery)).records
    if not records:
        raise InputError(f"gallery {body.gallery!r} has no pictures: index some into it first")
    return JSONResponse({"picture": random.SystemRandom().choice(records).id})


async def _begin(access: Access, state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, BeginBody)
    begin = partial(state.begin, body.gallery, body.description, owner, body.mystery, body.settings, body.like, **filters_of(body, access))
    return JSONResponse({"id": await asyncio.to_thread(begin)}, 201)


async def _look(state: ServerState, owner: str, request: Request) -> Response:
    """How a conversation stands."""

    return JSONResponse(await asyncio.to_thread(_view, state, owner, request.path_params["id"]))


def _view(state: ServerState, owner: str, id_: str) -> dict[str, Any]:
    with state.conversations.using(id_, owner) as conversation:
        return conversation_view(conversation.moment(), state.loading)


async def _events(state: ServerState, owner: str, request: Request) -> Response:
    """The conversation anew whenever it has changed, as server-sent events."""
    id_ = request.path_params["id"]
    await asyncio.to_thread(_view, state, owner, id_)  # what cannot be shown is refused before the stream begins
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")

    async def changes() -> AsyncIterator[ServerSentEvent]:
        changed, sent = asyncio.Event(), None
        with state.conversations.using(id_, owner) as conversation, conversation.changes.wakes(changed), state.loads.wakes(changed):
            while state.conversations.holds(id_, conversation):
                changed.clear()
                moment, loading = await asyncio.to_thread(conversation.moment), state.loading
                if (showing := (moment.version, loading)) != sent:
                    sent = showing
                    yield JSONServerSentEvent(conversation_view(moment, loading))
                await (_changed_anywhere(state, conversation, owner, changed) if state.follows else changed.wait())

    return Stream(changes(), state.streams.place(owner))


async def _changed_anywhere(state: ServerState, conversation: RunningConversation, owner: str, changed: asyncio.Event) -> None:
    """Wait for a change, whichever server makes it. What another server has left, or died of, is gone on with here."""
    while not changed.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), FOLLOW_EVERY)
        if not changed.is_set() and await asyncio.to_thread(conversation.follow):
            with suppress(DirTirError):  # too many run: whoever looks next wants it again
                await asyncio.to_thread(state.run, conversation.entry.id, owner)


async def _run(state: ServerState, owner: str, request: Request) -> Response:
    """Somebody looks at it and wants it to go on: after a restart, or after a problem that may have passed."""
    await read_body(request, EmptyBody)
    await asyncio.to_thread(state.run, request.path_params["id"], owner)
    return JSONResponse({})


async def _reply(state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, ReplyBody)
    await asyncio.to_thread(state.reply, request.path_params["id"], owner, body.round, body.kind, body.reply.value())
    return JSONResponse({})


async def _more(state: ServerState, owner: str, request: Request) -> Response:
    """The next ten of the newest page's order, without an answer."""
    await read_body(request, EmptyBody)
    await asyncio.to_thread(state.more, request.path_params["id"], owner)
    return JSONResponse({})


async def _accept(state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, AcceptBody)
    await asyncio.to_thread(state.accept, request.path_params["id"], owner, body.picture)
    return JSONResponse({})


async def _paint(state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, PaintBody)
    await asyncio.to_thread(state.paint, request.path_params["id"], owner, body.painting)
    return JSONResponse({})


async def _back(state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, BackBody)
    await asyncio.to_thread(state.back, request.path_params["id"], owner, body.round)
    return JSONResponse({})


async def _return(state: ServerState, owner: str, request: Request) -> Response:
    body = await read_body(request, ReturnBody)
    await asyncio.to_thread(state.return_to, request.path_params["id"], owner, body.branch)
    return JSONResponse({})


async def _picture(access: Access, state: ServerState, _: str, request: Request) -> Response:
    side = max(SIDES) if "large" in request.query_params else min(SIDES)
    gallery, id_ = request.path_params["gallery"], request.path_params["id"]

    def read() -> bytes:
        if not (record := state.workspace.picture(gallery, id_)):
            raise InputError(f"gallery {gallery!r} has no picture {id_!r}")
        try:
            return state.thumbnails.picture(Path(record.path), side)
        except PictureError as error:
            raise error if access.paths else InputError("the file of this picture is gone, or cannot be read") from None

    return Response(await asyncio.to_thread(read), media_type="image/webp", headers=KEEP)


def _painted(state: ServerState, id_: str, number: int) -> Path | None:
    """The painting that the record of a round names, and of the open round the newest: other branches may have painted it, too."""
    rounds = state.workspace.conversations.values(id_).get("rounds", ())
    painting = rounds[number]["painting"] if number < len(rounds) else None
    paintings = state.workspace.paintings
    return paintings.file(id_, Path(painting["path"]).name) if painting else paintings.newest(id_, number)


async def _painting(state: ServerState, owner: str, request: Request) -> Response:
    id_, number = request.path_params["id"], request.path_params["round"]
    if not re.fullmatch("[0-9]{1,4}", number):
        raise InputError(f"{number!r:.40} is no round")

    def read() -> bytes:
        state.conversations.require(id_, owner)
        path = _painted(state, id_, int(number))
        if path is None or not path.is_file():
            raise InputError(f"round {number} of this conversation has no painting")
        return state.thumbnails.picture(path, max(SIDES))

    return Response(await asyncio.to_thread(read), media_type="image/webp", headers={"cache-control": "private, no-cache"})
