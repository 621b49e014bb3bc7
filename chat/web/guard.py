"""What stands before every request to a server of ours: the host it was sent to, the token, how much it sends and how slowly, and headers
that keep the page to itself."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from contextlib import nullcontext
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse

from ...errors import InputError

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE, OWNER = "dir_tir_token", "dir_tir_owner"
LARGEST = 64 * 1024  # bytes of a request: the longest text there is, and then some
LONGEST_HEAD = 16 * 1024  # bytes of its headers
LARGEST_PICTURE = 32 * 1024 * 1024  # the same at the one address that takes a picture
PICTURES_AT_ONCE = 4  # that come in at a time; others wait
BODY_WITHIN = 20.0  # seconds that a request may take to come in
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+)(?::[0-9]{0,5})?")


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
    if not (token.isascii() and token.isprintable()):
        raise InputError("a token travels in headers: give letters, digits and signs of ASCII alone, or none to have one made")
    return token or ("" if is_loopback(host) else secrets.token_urlsafe(24))


class Guard:
    """Wraps an application. Whoever brings the token once as ``?token=`` keeps it in a cookie; programs send it as a bearer token.

    On loopback a request must name this machine as its host, or any page in a browser could reach the server under a name of its own. The
    application gets a request when all of it is there, and no larger one than ``LARGEST``.
    """

    def __init__(self, app: ASGIApp, token: str, pictures_at: str = "") -> None:
        """pictures_at: the path at which a request may be as large as ``LARGEST_PICTURE``."""
        self._app, self._token, self._pictures_at = app, token, pictures_at
        self._pictures = asyncio.Semaphore(PICTURES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((name.encode(), value.encode()) for name, value in HEADERS.items())]
            await send(message)

        if refused := self._refused(HTTPConnection(scope)):
            await refused(scope, receive, guarded)
            return
        takes_picture = bool(self._pictures_at) and scope["path"] == self._pictures_at
        async with self._pictures if takes_picture else nullcontext():
            body = await _body(receive, LARGEST_PICTURE if takes_picture else LARGEST)
            if body is None or isinstance(body, bytes):
                await self._app(scope, _replayed(body, receive), guarded)
            else:
                await body(scope, receive, guarded)

    def _refused(self, request: HTTPConnection) -> Response | None:
        if sum(len(name) + len(value) for name, value in request.scope["headers"]) > LONGEST_HEAD:
            return PlainTextResponse(f"the headers of the request are longer than {LONGEST_HEAD} bytes", 431)
        length = request.headers.get("content-length", "0")
        if not re.fullmatch("[0-9]+", length):
            return PlainTextResponse("content-length is no number of bytes", 400)
        largest = LARGEST_PICTURE if self._pictures_at and request.scope["path"] == self._pictures_at else LARGEST
        if len(length) > 18 or int(length) > largest:
            return _too_long(largest)
        if not self._token:
            return None if _is_for_this_machine(request) else PlainTextResponse("this server answers to localhost only", 421)
        if self._is_token(request.query_params.get("token", "")) and request.scope["method"] == "GET":
            rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "token"])
            place = "/" + quote(request.scope["path"].lstrip("/\\"))  # two of them would lead to another server
            answer = RedirectResponse(place + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(COOKIE, self._token, max_age=30 * 86400, httponly=True, samesite="strict")
            return answer
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._is_token(request.cookies.get(COOKIE, "")) or self._is_token(bearer):
            return None
        return PlainTextResponse("open the address that the server printed: it holds a token", 401)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def _is_for_this_machine(request: HTTPConnection) -> bool:
    host = request.headers.get("host")
    if host is None:  # of a program that speaks HTTP/1.0; browsers always name one
        return True
    named = _HOST.fullmatch(host)
    return named is not None and is_loopback(named[1].strip("[]").lower())


async def _body(receive: Receive, largest: int) -> bytes | Response | None:
    """The whole body, nothing when whoever sent it has gone, or the refusal."""
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                part: bytes = message.get("body", b"")
                data += part
                if len(data) > largest:
                    return _too_long(largest)
                if not message.get("more_body", False):
                    return bytes(data)
    except TimeoutError:
        return PlainTextResponse(f"the request did not come in within {BODY_WITHIN:.0f} seconds", 408, {"connection": "close"})


def _too_long(largest: int) -> Response:
    return PlainTextResponse(f"the request is longer than {largest} bytes", 413)


def _replayed(body: bytes | None, receive: Receive) -> Receive:
    """What the application receives: the body, then whatever else comes."""
    messages: list[Message] = [{"type": "http.disconnect"} if body is None else {"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received
