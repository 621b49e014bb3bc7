"""What stands before every request to a server of ours: the host it was sent to, the token, and headers that keep the page to itself."""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse

from ...errors import InputError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE, OWNER = "dir_tir_token", "dir_tir_owner"
LARGEST = 64 * 1024  # bytes of a request: the longest text there is, and then some
LOCAL = ("localhost", "127.0.0.1", "::1")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches a server at this address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def token_for(host: str, token: str) -> str:
    """The token that a server at this address demands: none on this machine alone, elsewhere the one given or a new one."""
    if token and len(token) < 16:
        raise InputError(f"a token of {len(token)} characters is guessed too easily: give at least 16, or none to have one made")
    return token or ("" if is_loopback(host) else secrets.token_urlsafe(24))


class Guard:
    """Wraps an application. Whoever brings the token once as ``?token=`` keeps it in a cookie; programs send it as a bearer token.

    On loopback a request must name this machine as its host, or any page in a browser could reach the server under a name of its own.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        if refused := self._refused(request):
            await refused(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((name.encode(), value.encode()) for name, value in HEADERS.items())]
            await send(message)

        await self._app(scope, receive, guarded)

    def _refused(self, request: HTTPConnection) -> PlainTextResponse | RedirectResponse | None:
        if int(request.headers.get("content-length") or 0) > LARGEST:
            return PlainTextResponse(f"at most {LARGEST} bytes", 413)
        if not self._token:
            name = request.url.hostname or ""
            return None if name in LOCAL or is_loopback(name) else PlainTextResponse("this server answers to localhost only", 421)
        if self._is_token(request.query_params.get("token", "")) and request.scope["method"] == "GET":
            rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "token"])
            answer = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(COOKIE, self._token, max_age=30 * 86400, httponly=True, samesite="strict")
            return answer
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._is_token(request.cookies.get(COOKIE, "")) or self._is_token(bearer):
            return None
        return PlainTextResponse("open the address that the server printed: it holds a token", 401)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())
