"""Pictures and paintings as the page shows them: small copies, made once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from ...errors import InputError, PictureError
from ..library.thumbnails import SIDES

if TYPE_CHECKING:
    from starlette.requests import Request

    from .originals import Access
    from .server_state import ServerState

KEEP = {"cache-control": "private, max-age=31536000, immutable"}  # what is named by its content never changes


async def picture(access: Access, state: ServerState, _: str, request: Request) -> Response:
    """A picture of a gallery."""
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


async def painting(state: ServerState, owner: str, request: Request) -> Response:
    """The painting of a round."""
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
