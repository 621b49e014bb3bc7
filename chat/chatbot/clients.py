"""Which client of the server speaks: each sees its own conversations and no others.

A client over HTTP is known by the first of these that it sends: a name of its own in the address (``/mcp?client=NAME``), which it keeps
for as long as it likes; the session that it has open; the cookie that it was given. One that sends none of them is new at every request: it
goes on with what it began by the conversation's id, which nobody guesses, and nothing is listed to it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE, SESSION, NAME = "dir_tir_client", "mcp-session-id", "client"
_KNOWN, _NEW = "mcp-", "mcp-new-"  # no browser is an owner of such a name


@dataclass(frozen=True)
class ClientOf:
    """Whose conversations a client's are. ``owner``: under what the register keeps those that it begins; ``known``: it can be told from
    others at its next request; ``here``: it is on this machine, and may know where files are."""

    owner: str = ""
    known: bool = True
    here: bool = True

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose conversations are listed to it."""
        return (self.owner, self.owner.replace(_KNOWN, _NEW, 1)) if self.owner.startswith(_KNOWN) and self.known else (self.owner,)

    def may_go_on_with(self, owner: str) -> bool:
        """Whether a conversation of this owner is open to it."""
        return owner in self.owners or (not self.known and owner.startswith(_NEW))


def client_of(request: Request | None, token: str = "") -> ClientOf:
    """The client that sent a request. Without one it is the client that started this process, whose conversations are the terminal's. A
    server that demands a token may be reached from elsewhere."""
    if request is None:
        return ClientOf()
    for kind, given in (
        (NAME, request.query_params.get(NAME, "")),
        (SESSION, request.headers.get(SESSION, "")),
        (COOKIE, _cookie(request)),
    ):
        if given:
            return ClientOf(_KNOWN + _digest(token, kind, given), here=not token)
    return ClientOf(_NEW + _digest(token, COOKIE, request.scope[COOKIE]), known=False, here=not token)


class Introduced:
    """Wraps the server's application: a client that nothing is known of gets a cookie, by which it is known if it sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _cookie(Request(scope)):
            await self._app(scope, receive, send)
            return
        scope[COOKIE] = secrets.token_hex(16)
        given = Response()
        given.set_cookie(COOKIE, scope[COOKIE], max_age=365 * 86400, httponly=True, samesite="strict")

        async def introduced(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", given.headers["set-cookie"].encode())]
            await send(message)

        await self._app(scope, receive, introduced)


def _cookie(request: Request) -> str:
    given = request.cookies.get(COOKIE, "")
    return given if re.fullmatch("[0-9a-f]{32}", given) else ""


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
