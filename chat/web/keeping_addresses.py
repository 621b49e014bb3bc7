"""The addresses by which somebody keeps their conversations in order: another title, one file to keep, away with one or with all."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from .bodies import EmptyBody, RenameBody, read_body

if TYPE_CHECKING:
    from starlette.requests import Request

    from .server_state import ServerState


async def rename(state: ServerState, owner: str, request: Request) -> Response:
    """A conversation is to be called otherwise."""
    body = await read_body(request, RenameBody)
    await asyncio.to_thread(state.rename, request.path_params["id"], owner, body.title)
    return JSONResponse({})


async def export(state: ServerState, owner: str, request: Request) -> Response:
    """A conversation as one HTML file, to be kept and not to be shown: it would be a page of this server's."""
    name, text = await asyncio.to_thread(state.export, request.path_params["id"], owner)
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "conversation"
    disposition = f'attachment; filename="{plain}.html"'
    return Response(text, media_type="text/html", headers={"content-disposition": disposition, "cache-control": "private, no-store"})


async def delete(state: ServerState, owner: str, request: Request) -> Response:
    """A conversation is to go, with its paintings; one that runs is stopped first."""
    await read_body(request, EmptyBody)
    await asyncio.to_thread(state.delete, request.path_params["id"], owner)
    return JSONResponse({})


async def delete_all(state: ServerState, owner: str, request: Request) -> Response:
    """All of this person's are to go."""
    await read_body(request, EmptyBody)
    return JSONResponse({"left": await asyncio.to_thread(state.delete_all, owner)})


ADDRESSES = (
    ("/api/conversations/{id}/rename", rename, "POST"),
    ("/api/conversations/{id}/export", export, "GET"),
    ("/api/conversations/{id}/delete", delete, "POST"),
    ("/api/delete-conversations", delete_all, "POST"),
)
