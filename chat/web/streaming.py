"""Streams of server-sent events, so many of a visitor at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sse_starlette import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import ExitStack

    from starlette.types import Receive, Scope, Send

BEAT_EVERY = 15  # seconds after which a sign of life goes out, so that a closed browser is noticed


class Stream(EventSourceResponse):
    """Gives its place among the streams of its owner back, however it ends."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], place: ExitStack) -> None:
        super().__init__(events, ping=BEAT_EVERY, ping_message_factory=lambda: ServerSentEvent(comment="still here"))
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._place:
            await super().__call__(scope, receive, send)
