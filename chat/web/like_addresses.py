"""The addresses by which a conversation begins with a picture that somebody has sent, and by which that picture is shown to them again.

The picture is the body of the request, which may be larger there than anywhere else. It is decoded as those of galleries are, and what is
kept is a small copy: of what cannot be decoded, nothing.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from ...errors import InputError
from ...store.gallery.reading import SIDE
from ...store.pictures import open_content
from ..library.thumbnails import SIDES
from .bodies import BeginBody, read_text
from .filter_view import filters_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from .originals import Access
    from .server_state import ServerState

KIND = "application/octet-stream"  # no form of another site can send it


async def begin_like(access: Access, state: ServerState, owner: str, request: Request) -> Response:
    """Begin with the picture that is the body. What else there is to say is the JSON of a `BeginBody`, in ``?begin=``."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise InputError(f"the request is no picture: send it as {KIND}")
    body = read_text(request.query_params.get("begin", ""), BeginBody)
    only, content = filters_of(body, access), await request.body()

    def begin() -> str:
        picture = open_content(content, SIDE)
        return state.begin(body.gallery, body.description, owner, body.mystery, body.settings, like=picture, **only)

    return JSONResponse({"id": await asyncio.to_thread(begin)}, 201)


async def like(state: ServerState, owner: str, request: Request) -> Response:
    """The picture that a conversation of this person's was begun with."""
    id_ = request.path_params["id"]

    def read() -> bytes:
        entry = state.conversations.require(id_, owner)
        known = str(entry.settings.get("like", ""))
        if not known:
            raise InputError("this conversation was begun without a picture")
        return state.thumbnails.picture(state.workspace.paintings.like(known), min(SIDES))

    return Response(await asyncio.to_thread(partial(read)), media_type="image/webp", headers={"cache-control": "private, no-cache"})
