"""The command that serves the page."""

from __future__ import annotations

import webbrowser
from threading import Thread
from typing import TYPE_CHECKING

from ...errors import InputError
from ...evaluation.postcards import postcards_gallery
from ...tools.profiles.profile import DEFAULT
from .application import application
from .folders import Folders, roots_for
from .gallery_views import profiles_view
from .guard import is_loopback, token_for
from .server_state import ServerState
from .serving import base_address, listening, serve
from .start_view import galleries_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import Unpack

    from ...graph.config import Settings
    from ...tools.workspace import Workspace

POSTCARDS = 2000  # drawn and indexed when there is no gallery that can be searched, to have something to look for


def web(
    workspace: Workspace,
    profile: str,
    gallery: str,
    host: str,
    port: int,
    token: str,
    *,
    paths: bool = False,
    browser: bool,
    folders: Sequence[Path] | None = None,
    **settings: Unpack[Settings],
) -> None:
    """Serve until interrupted or terminated. Nothing is lost then: conversations can be resumed when it runs again.

    paths: whether whoever has the token learns where files lie. folders: below which galleries may be made from the page; None: below the
    user's own, where nobody but this machine reaches the server. settings: any of `graph/config.py`, for the conversations begun here.
    """
    token = token_for(host, token)
    with ServerState(workspace, profile, folders=Folders(roots_for(host, folders)), **settings) as state:
        if first := gallery or _first_gallery(workspace, profile, can_make=bool(state.folders)):
            state.load(first)
        else:  # whoever chooses a folder meanwhile waits less for what the profiles need
            Thread(target=profiles_view, args=[state], name="looking at profiles", daemon=True).start()
        with listening(host, port) as open_port:
            address = f"{base_address(host, open_port)}/{f'?token={token}' if token else ''}"
            print(f"DIR-TIR is at  {address}\nStop it with Ctrl-C; conversations go on when it runs again.", flush=True)
            if browser and is_loopback(host):
                webbrowser.open(address)
            serve(application(state, token, paths=paths), open_port)


def _first_gallery(workspace: Workspace, profile: str, *, can_make: bool) -> str:
    """The largest gallery that can be searched. When there is none the page makes one; where it may not, one of postcards is made."""
    for line in galleries_view(workspace, profile):
        if not line["problem"]:
            return str(line["name"])
        print(f"Gallery {line['name']!r} cannot be searched: {line['problem']}")
    if can_make:
        return ""
    if profile not in ("", DEFAULT):
        raise InputError(f"there is no gallery for profile {profile!r} yet: make one with dir-tir index FOLDER --gallery NAME")
    return postcards_gallery(workspace, POSTCARDS, DEFAULT).gallery
