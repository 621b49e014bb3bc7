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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...errors import DirTirError, InputError, StoreError
from ...plain import shown, traced
from .bodies import BeginBody, MysteryBody, read_body
from .conversation_addresses import ADDRESSES as OF_CONVERSATIONS
from .filter_view import filters, filters_of
from .gallery_addresses import ADDRESSES as OF_GALLERIES
from .guard import OWNER, Guard
from .keeping_addresses import ADDRESSES as OF_KEEPING
from .like_addresses import begin_like, like
from .limits import TooMuch
from .originals import Access, details, folder, original
from .small_pictures import painting, picture
from .start_view import start_view

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from .server_state import ServerState

    Handler = Callable[[Request], Awaitable[Response]]
    Answer = Callable[["ServerState", str, Request], Awaitable[Response]]

_log = logging.getLogger(__name__)
PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LIKE = "/api/like"  # where a picture is sent to


def application(state: ServerState, token: str = "", *, paths: bool = False) -> ASGIApp:
    """The server as an ASGI application. With a token it answers nobody who does not bring it, and tells them where files lie only with
    ``paths``."""
    access = Access.of(token, paths=paths)
    routes = [
        Route("/", partial(_file, name="index.html")),
        *(Route(f"/{file.name}", partial(_file, name=file.name)) for file in sorted(PAGE.iterdir()) if file.suffix in KINDS),
        Route("/api/start", _answered(partial(_start, access), state)),
        Route("/api/mystery", _answered(_mystery, state), methods=["POST"]),
        Route("/api/filters", _answered(partial(filters, access), state), methods=["POST"]),
        Route("/api/conversations", _answered(partial(_begin, access), state), methods=["POST"]),
        Route(LIKE, _answered(partial(begin_like, access), state), methods=["POST"]),
        *(
            Route(path, _answered(handler, state), methods=[method])
            for path, handler, method in (*OF_CONVERSATIONS, *OF_GALLERIES, *OF_KEEPING)
        ),
        Route("/pictures/{gallery}/{id}", _answered(partial(picture, access), state)),
        Route("/originals/{gallery}/{id}", _answered(original, state)),
        Route("/api/pictures/{gallery}/{id}", _answered(partial(details, access), state)),
        Route("/api/folder", _answered(partial(folder, access), state), methods=["POST"]),
        Route("/paintings/{id}/{round}", _answered(painting, state)),
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
        except StoreError as error:
            response = JSONResponse({"problem": shown(error)}, 503)
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
