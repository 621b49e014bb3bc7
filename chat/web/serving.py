"""Listening at a port, and serving an application there."""

from __future__ import annotations

import signal
import socket
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from ...errors import InputError
from .connection import Connection

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def base_address(host: str, open_port: socket.socket) -> str:
    """Where a browser or another client finds the server."""
    return f"http://{f'[{host}]' if ':' in host else host}:{open_port.getsockname()[1]}"


def serve(app: ASGIApp, open_port: socket.socket) -> None:
    """Run an ASGI application on a socket until interrupted (KeyboardInterrupt) or terminated (SystemExit): whoever calls can let what runs
    come to rest on the way out.
    """
    if current_thread() is main_thread():
        signal.signal(signal.SIGTERM, _terminated)  # the server sends itself again what had stopped it, and by default that is the end
    uvicorn.Server(configured(app)).run(sockets=[open_port])


def configured(app: ASGIApp) -> uvicorn.Config:
    """How our servers are run. What visitors send wrong is answered, and not logged line by line."""
    return uvicorn.Config(
        app, http=Connection, ws="none", log_level="error", access_log=False, timeout_graceful_shutdown=1, server_header=False
    )


def _terminated(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


def listening(host: str, port: int) -> socket.socket:
    """A socket at this address. Raises InputError when it is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"cannot listen at {host}:{port} ({error.strerror}): choose another --port, or 0 for any that is free") from None
