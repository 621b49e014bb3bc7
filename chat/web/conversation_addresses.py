"""The addresses by which the page looks at a conversation and says something in it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sse_starlette import JSONServerSentEvent
from starlette.responses import JSONResponse, Response

from ...errors import DirTirError
from .bodies import AcceptBody, BackBody, Body, EmptyBody, PaintBody, ReplyBody, ReturnBody, read_body
from .conversation_view import conversation_view
from .running_conversation import FOLLOW_EVERY, RunningConversation
from .streaming import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sse_starlette import ServerSentEvent
    from starlette.requests import Request

    from .server_state import ServerState

    Address = Callable[[ServerState, str, Request], Awaitable[Response]]

_ONE = "/api/conversations/{id}"
_Said = TypeVar("_Said", bound=Body)


async def look(state: ServerState, owner: str, request: Request) -> Response:
    """How a conversation stands."""
    return JSONResponse(await asyncio.to_thread(_view, state, owner, request.path_params["id"]))


def _view(state: ServerState, owner: str, id_: str) -> dict[str, Any]:
    with state.conversations.using(id_, owner) as conversation:
        return conversation_view(conversation.moment(), state.loading)


async def events(state: ServerState, owner: str, request: Request) -> Response:
    """The conversation anew whenever it has changed, as server-sent events."""
    id_ = request.path_params["id"]
    await asyncio.to_thread(_view, state, owner, id_)  # what cannot be shown is refused before the stream begins
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")

    async def changes() -> AsyncIterator[ServerSentEvent]:
        changed, sent = asyncio.Event(), None
        with state.conversations.using(id_, owner) as conversation, conversation.changes.wakes(changed), state.loads.wakes(changed):
            while state.conversations.holds(id_, conversation):
                changed.clear()
                moment, loading = await asyncio.to_thread(conversation.moment), state.loading
                if (showing := (moment.version, loading)) != sent:
                    sent = showing
                    yield JSONServerSentEvent(conversation_view(moment, loading))
                await (_changed_anywhere(state, conversation, owner, changed) if state.follows else changed.wait())

    return Stream(changes(), state.streams.place(owner))


async def _changed_anywhere(state: ServerState, conversation: RunningConversation, owner: str, changed: asyncio.Event) -> None:
    """Wait for a change, whichever server makes it. What another server has left, or died of, is gone on with here."""
    while not changed.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), FOLLOW_EVERY)
        if not changed.is_set() and await asyncio.to_thread(conversation.follow):
            with suppress(DirTirError):  # too many run: whoever looks next wants it again
                await asyncio.to_thread(_told, state, conversation.entry.id, owner, RunningConversation.run)


def _says(what: type[_Said], act: Callable[[RunningConversation, _Said], object]) -> Address:
    """An address at which somebody says ``what`` in a conversation of theirs."""

    async def address(state: ServerState, owner: str, request: Request) -> Response:
        said = await read_body(request, what)
        await asyncio.to_thread(_told, state, request.path_params["id"], owner, lambda conversation: act(conversation, said))
        return JSONResponse({})

    return address


def _told(state: ServerState, id_: str, owner: str, act: Callable[[RunningConversation], object]) -> None:
    with state.with_room(id_, owner) as conversation:
        act(conversation)


ADDRESSES: tuple[tuple[str, Address, str], ...] = (
    (_ONE, look, "GET"),
    (f"{_ONE}/events", events, "GET"),
    # Somebody looks at it and wants it to go on: after a restart, or after a problem that may have passed.
    (f"{_ONE}/run", _says(EmptyBody, lambda conversation, _: conversation.run()), "POST"),
    (f"{_ONE}/reply", _says(ReplyBody, lambda conversation, said: conversation.reply(said.round, said.kind, said.reply.value())), "POST"),
    (f"{_ONE}/more", _says(EmptyBody, lambda conversation, _: conversation.more()), "POST"),
    (f"{_ONE}/accept", _says(AcceptBody, lambda conversation, said: conversation.accept(said.picture)), "POST"),
    (f"{_ONE}/paint", _says(PaintBody, lambda conversation, said: conversation.paint(said.painting)), "POST"),
    (f"{_ONE}/back", _says(BackBody, lambda conversation, said: conversation.back(said.round)), "POST"),
    (f"{_ONE}/return", _says(ReturnBody, lambda conversation, said: conversation.return_to(said.branch)), "POST"),
)
