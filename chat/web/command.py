"""The command that serves the page."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...evaluation.postcards import postcards_gallery
from ...tools.profiles.profile import DEFAULT
from .application import application
from .guard import is_loopback, token_for
from .service import Hall
from .serving import base_address, listening, serve

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

POSTCARDS = 2000  # drawn and indexed when there is no gallery yet, to have something to look for


def web(workspace: Workspace, profile: str, gallery: str, host: str, port: int, token: str, *, browser: bool, **settings: Any) -> None:
    """Serve until interrupted. Whoever stops it loses nothing: conversations go on when it runs again."""
    token = token_for(host, token)
    with Hall(workspace, profile, **settings) as hall:
        galleries = [item["name"] for item in hall.galleries()]
        if not gallery and not galleries:
            if profile not in ("", DEFAULT):
                raise InputError(f"there is no gallery for profile {profile!r} yet: make one with dir-tir index FOLDER --gallery NAME")
            gallery = postcards_gallery(workspace, POSTCARDS, DEFAULT).gallery
        hall.load(gallery or galleries[0])
        with listening(host, port) as open_port:
            address = f"{base_address(host, open_port)}/{f'?token={token}' if token else ''}"
            print(f"DIR-TIR is at  {address}\nStop it with Ctrl-C; conversations go on when it runs again.", flush=True)
            if browser and is_loopback(host):
                webbrowser.open(address)
            serve(application(hall, token), open_port)
