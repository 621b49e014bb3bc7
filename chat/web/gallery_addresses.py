"""The addresses by which galleries are made, brought up to date and deleted from the page. Without folders to choose from there are none
of them: whoever asks is refused, and learns no path."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sse_starlette import JSONServerSentEvent
from starlette.responses import JSONResponse, Response

from ...errors import GalleryError, InputError
from ...store.gallery.folders import folders_of
from ...store.home import checked_name
from ...tools.profiles.profile import DEFAULT
from ..library.profile_choice import profile_of
from .bodies import EmptyBody, MakeBody, UpdateBody, read_body
from .gallery_views import folder_view, managed_view, profiles_view
from .streaming import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sse_starlette import ServerSentEvent
    from starlette.requests import Request

    from .server_state import ServerState

AT_MOST_EVERY = 0.3  # seconds, an event of how far an indexing is


def _require(state: ServerState) -> None:
    if not state.folders:
        raise InputError("galleries are not managed from this page: whoever runs the server can allow that (dir-tir web --folders DIR)")


async def galleries(state: ServerState, owner: str, _: Request) -> Response:
    """Every gallery with what can be done about it, and what is being done."""
    _require(state)
    return JSONResponse({"galleries": await asyncio.to_thread(managed_view, state, owner), "jobs": state.indexings.views()})


async def events(state: ServerState, owner: str, request: Request) -> Response:
    """How far the indexings are, as server-sent events."""
    _require(state)
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")

    async def changes() -> AsyncIterator[ServerSentEvent]:
        changed, sent = asyncio.Event(), None
        with state.indexings.changes.wakes(changed):
            while True:
                changed.clear()
                if (jobs := state.indexings.views()) != sent:
                    sent = jobs
                    yield JSONServerSentEvent({"jobs": jobs})
                    await asyncio.sleep(AT_MOST_EVERY)
                await changed.wait()

    return Stream(changes(), state.streams.place(owner))


async def folders(state: ServerState, _: str, request: Request) -> Response:
    """The folders in a folder."""
    _require(state)

    def look() -> dict[str, Any]:
        return folder_view(state.folders.look(request.query_params.get("path", "")), state.workspace)

    return JSONResponse(await asyncio.to_thread(look))


async def profiles(state: ServerState, _: str, __: Request) -> Response:
    """What each profile needs, has and will take."""
    _require(state)
    return JSONResponse({"profiles": await asyncio.to_thread(profiles_view, state)})


async def make(state: ServerState, _: str, request: Request) -> Response:
    """A gallery of a folder, under a name that no other has."""
    _require(state)
    body = await read_body(request, MakeBody)

    def begin() -> None:
        name = checked_name(body.gallery, "gallery name")
        if name in state.workspace.store.names():
            raise InputError(f"there is a gallery {name!r} already: choose another name, or bring that one up to date")
        if body.profile not in state.profiles:
            raise InputError(f"profile {body.profile!r:.80} cannot be chosen here: choose one of {', '.join(state.profiles)}")
        state.indexings.start(name, body.folder, body.profile)

    await asyncio.to_thread(begin)
    return JSONResponse({}, 202)


async def postcards(state: ServerState, _: str, request: Request) -> Response:
    """Postcards are to be drawn and indexed, to have something to look for."""
    _require(state)
    await read_body(request, EmptyBody)
    if DEFAULT not in state.profiles:
        raise InputError(f"this server runs with profile {state.profile!r}, which knows no postcards")
    await asyncio.to_thread(state.indexings.start_postcards)
    return JSONResponse({}, 202)


async def update(state: ServerState, _: str, request: Request) -> Response:
    """A gallery is to be brought up to date, or to be gone on with; its own folder again, or another one into it."""
    _require(state)
    body, name = await read_body(request, UpdateBody), request.path_params["name"]

    def begin() -> None:
        profile = profile_of(state.workspace, name)
        folder = body.folder or _only_folder(folders_of(state.workspace.store.cache(name)), name)
        state.indexings.start(name, folder, profile, remove=body.remove)

    await asyncio.to_thread(begin)
    return JSONResponse({}, 202)


async def stop(state: ServerState, _: str, request: Request) -> Response:
    """An indexing is to end; what it has read is kept."""
    _require(state)
    await read_body(request, EmptyBody)
    state.indexings.stop(request.path_params["name"])
    return JSONResponse({})


async def delete(state: ServerState, _: str, request: Request) -> Response:
    """A gallery is to be forgotten. Its pictures stay where they are."""
    _require(state)
    await read_body(request, EmptyBody)
    await asyncio.to_thread(state.delete_gallery, request.path_params["name"])
    return JSONResponse({})


def _only_folder(known: list[Path], name: str) -> str:
    if len(known) != 1:
        raise GalleryError(f"gallery {name!r} has {len(known) or 'no'} folders that it is known to be of: choose one")
    return str(known[0])


ADDRESSES = (
    ("/api/galleries", galleries, "GET"),
    ("/api/galleries", make, "POST"),
    ("/api/galleries/events", events, "GET"),
    ("/api/postcards", postcards, "POST"),
    ("/api/galleries/{name}/update", update, "POST"),
    ("/api/galleries/{name}/stop", stop, "POST"),
    ("/api/galleries/{name}/delete", delete, "POST"),
    ("/api/folders", folders, "GET"),
    ("/api/profiles", profiles, "GET"),
)
