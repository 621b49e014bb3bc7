"""The file behind a result: what there is to know of it, the file itself as it was indexed, and its folder on this machine's desktop.

What somebody asks for is a gallery and an id; where the file lies is in the gallery's own record. A file goes out only when its content is
what was indexed: a gallery that somebody else made, or a file put in another's place, hands out nothing.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from starlette.responses import FileResponse, JSONResponse

from ...errors import InputError, PictureError
from ...plain import shown
from ...store.pictures import open_unchanged
from ..library.desktop import has_desktop, show_in_folder
from .bodies import FolderBody, read_body

if TYPE_CHECKING:
    from io import BufferedReader

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from ...contracts import PictureRecord
    from .server_state import ServerState

FileState = Literal["there", "missing", "changed"]
_OTHER = "application/octet-stream"  # what no browser shows: it is downloaded
_TYPES = {
    **dict.fromkeys((".jfif", ".jpe", ".jpeg", ".jpg"), "image/jpeg"),
    **dict.fromkeys((".tif", ".tiff"), "image/tiff"),
    **{f".{kind}": f"image/{kind}" for kind in ("avif", "bmp", "gif", "heic", "heif", "png", "webp")},
}
_HEADERS = {
    "cache-control": "private, no-cache",
    "content-security-policy": "sandbox",  # beside the one that stands on every answer; both hold
    "cross-origin-resource-policy": "same-origin",
}


class Access(NamedTuple):
    """What visitors of a server get beside the pictures. desktop: whether they sit at this machine, and folders may open there."""

    paths: bool
    desktop: bool

    @classmethod
    def of(cls, token: str, *, paths: bool = False) -> Access:
        """That of a server with this token. Without one it answers this machine alone, and nobody at it need be kept from a path."""
        return cls(paths or not token, not token)


async def details(access: Access, state: ServerState, _: str, request: Request) -> Response:
    """What there is to know of a picture's file, of every one that holds it."""
    record = await _record(state, **request.path_params)
    return JSONResponse(await asyncio.to_thread(_details, record, access))


async def original(state: ServerState, _: str, request: Request) -> Response:
    """The file itself. To be shown, or with ``?download`` to be kept."""
    record = await _record(state, **request.path_params)
    return await asyncio.to_thread(_original, record, "download" in request.query_params)


async def folder(access: Access, state: ServerState, _: str, request: Request) -> Response:
    """The folder of a file is to open on the desktop of this machine."""
    body = await read_body(request, FolderBody)
    if not access.desktop:
        raise InputError("folders open only where the page is on the same machine as its server")
    record = await _record(state, body.gallery, body.picture)
    await asyncio.to_thread(_show_folder, record.paths, body.file)
    return JSONResponse({})


async def _record(state: ServerState, gallery: str, id: str) -> PictureRecord:
    if record := await asyncio.to_thread(state.workspace.picture, gallery, id):
        return record
    raise InputError(f"gallery {gallery!r} has no picture {id!r}")


def _show_folder(paths: tuple[str, ...], number: int) -> None:
    if not 0 <= number < len(paths):
        raise InputError(f"this picture has {len(paths)} files, and none of number {number}")
    path = Path(paths[number])
    if _state(path, 0) == "missing":
        raise InputError("the file is not there any more")
    if not show_in_folder(path):
        raise InputError("there is no desktop here that could show a folder: copy the path instead")


def _details(record: PictureRecord, access: Access) -> dict[str, Any]:
    return {
        "name": shown(Path(record.path).name),
        "width": record.width,
        "height": record.height,
        "bytes": record.size,
        "date": record.date.isoformat() if record.date else "",
        "taken": bool(record.taken),
        "desktop": access.desktop and has_desktop(),
        "files": [_file(Path(path), record.size, access) for path in record.paths],
    }


def _file(path: Path, size: int, access: Access) -> dict[str, Any]:
    """A path that is no text cannot be pasted anywhere, so it is shown only."""
    there: dict[str, Any] = {"name": shown(path.name), "state": _state(path, size)}
    return {**there, "path": shown(path), "text": shown(path) == str(path)} if access.paths else there


def _state(path: Path, size: int) -> FileState:
    """By its size alone; before a file goes out all of it is looked at."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return "missing"
    if not stat.S_ISREG(found.st_mode):
        return "missing"
    return "changed" if size and found.st_size != size else "there"


def _original(record: PictureRecord, download: bool) -> Response:
    for path in map(Path, record.paths):
        try:
            return _Original(open_unchanged(path, record.id), path, download)
        except PictureError:  # another may hold the same
            continue
    raise InputError("the file of this picture is gone, or has changed since it was indexed: index its folder again")


class _Original(FileResponse):
    """A file that is open: what was looked at is what goes out, whatever stands at its path by now."""

    def __init__(self, file: BufferedReader, path: Path, download: bool) -> None:
        self._file = file
        media_type = _TYPES.get(path.suffix.lower(), _OTHER)
        keep = download or media_type == _OTHER
        super().__init__(
            f"/dev/fd/{file.fileno()}" if os.name == "posix" else path,  # elsewhere nobody replaces an open file
            headers=_HEADERS,
            media_type=media_type,
            filename=os.fsencode(path.name).decode("utf-8", "replace"),
            stat_result=os.fstat(file.fileno()),
            content_disposition_type="attachment" if keep else "inline",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)
