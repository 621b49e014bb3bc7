"""A connection of a browser, with bounds that uvicorn does not have: how slowly a request may come in, and how many there are at a time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .guard import HEADERS

if TYPE_CHECKING:
    from typing import Any

try:
    import resource
except ImportError:  # Windows, where sockets are no files
    resource = None  # type: ignore[assignment]

HEAD_WITHIN = 10.0  # seconds from opening a connection, or from the answer before, until the head of a request is there
LINGERS = 1.0  # seconds that a connection stays open after it was refused
MOST = 512  # connections at a time; fewer where a process may open few files


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it. Whoever sends a byte now and then keeps nothing open, and too many at a time are turned away with a
    word instead of leaving the server without files."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > _most():
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS, "too many connections are open: try again in a minute")
        self._watch()

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)
            self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, "this is no request of HTTP/1.1, or its head is too long")

    def _watch(self) -> None:
        """A clock runs while the head of a request, or the rest of one that is answered already, is still to come."""
        answered = self.cycle is not None and self.cycle.response_complete
        owed = self.conn.their_state is h11.IDLE or (answered and self.conn.their_state is h11.SEND_BODY)
        if self._refused:
            return
        if not owed or self.transport.is_closing():
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_WITHIN, self._late)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"the head of the request did not come in within {HEAD_WITHIN:.0f} seconds")
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        """Answer without the state of the connection, which may be any, and end it. For a moment what still comes is read and dropped:
        closed under what is being sent, the other side would not get to read the answer."""
        headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(words)), "connection": "close", **HEADERS}
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "", words]).encode())
        self.transport.write_eof()
        self._forget()
        self._refused = True
        self._deadline = self.loop.call_later(LINGERS, self.transport.close)


def _most() -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else 2 * MOST
    return min(MOST, files // 2) if files > 0 else MOST  # below zero: as many as one likes
