"""What the form that begins a conversation offers to filter a gallery by."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from ...errors import InputError
from .bodies import GalleryBody, read_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ...graph.config import Filters
    from .bodies import BeginBody
    from .originals import Access
    from .server_state import ServerState

MOST = 500  # folders that are offered


async def filters(access: Access, state: ServerState, _: str, request: Request) -> Response:
    """The first and the last day of a gallery's pictures, and its folders, where visitors may know them."""
    body = await read_body(request, GalleryBody)

    def read() -> dict[str, object]:
        columns = state.workspace.vectors(body.gallery).columns
        days = [day.isoformat() for day in columns.dates or ()]
        return {"days": days, "folders": columns.names[:MOST] if access.paths else []}

    return JSONResponse(await asyncio.to_thread(read))


def filters_of(body: BeginBody, access: Access) -> Filters:
    """Those that somebody has set. Raises InputError for a whole path of somebody who may not learn where files lie."""
    if not access.paths and PurePath(body.folder).is_absolute():
        raise InputError(f"folder {body.folder!r:.80} is a whole path: give its name, as in Holiday or Holiday/2019")
    given: Filters = {}
    if body.after:
        given["after"] = body.after
    if body.before:
        given["before"] = body.before
    if body.folder:
        given["folder"] = body.folder
    return given
