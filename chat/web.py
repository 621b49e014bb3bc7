"""The command that serves the page."""

from __future__ import annotations

import socket
import webbrowser
from typing import TYPE_CHECKING

import uvicorn

from ..errors import InputError
from ..tools.profile import DEFAULT
from .galleries import postcards_gallery
from .guard import is_loopback, token_for
from .hall import Hall
from .server import application

if TYPE_CHECKING:
    from starlette.types import ASGIApp

POSTCARDS = 2000  # drawn and indexed when there is no gallery yet, to have something to look for


def web(profile: str, gallery: str, host: str, port: int, token: str, *, browser: bool) -> None:
    """Serve until interrupted. Whoever stops it loses nothing: conversations go on when it runs again."""
    token = token_for(host, token)
    with Hall(profile) as hall:
        galleries = [item["name"] for item in hall.galleries()]
        if not gallery and not galleries:
            if profile not in ("", DEFAULT):
                raise InputError(f"there is no gallery for profile {profile!r} yet: make one with dir-tir index FOLDER --gallery NAME")
            gallery = postcards_gallery(POSTCARDS, DEFAULT).gallery
        hall.load(gallery or galleries[0])
        with listening(host, port) as open_port:
            address = f"{base_address(host, open_port)}/{f'?token={token}' if token else ''}"
            print(f"DIR-TIR is at  {address}\nStop it with Ctrl-C; conversations go on when it runs again.", flush=True)
            if browser and is_loopback(host):
                webbrowser.open(address)
            serve(application(hall, token), open_port)


def base_address(host: str, open_port: socket.socket) -> str:
    """What a browser or client is to be told."""
    return f"http://{f'[{host}]' if ':' in host else host}:{open_port.getsockname()[1]}"


def serve(app: ASGIApp, open_port: socket.socket) -> None:
    """Run an ASGI application on a socket until interrupted."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False)
    uvicorn.Server(config).run(sockets=[open_port])


def listening(host: str, port: int) -> socket.socket:
    """A socket at this address. Raises InputError when it is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"cannot listen at {host}:{port} ({error.strerror}): choose another --port, or 0 for any that is free") from None
