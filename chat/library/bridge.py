"""A generator that blocks, as an asynchronous one: models compute in threads, and an event loop must not wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from typing import Any, TypeVar

T = TypeVar("T")


async def iterated_in_a_thread(items: Generator[T, Any, Any], abandoned: Callable[[], None] = lambda: None) -> AsyncIterator[T]:
    """Each item is computed in a thread when it is asked for, so that whoever listens can reply to one before the next is computed.

    Who stops listening in the middle of an item (a time limit, a client that is gone) is let go at once. ``abandoned`` is called then, and
    the generator is closed when the item has come to its end: it cannot be closed while it is running.
    """
    loop, nothing = asyncio.get_running_loop(), object()
    computing: asyncio.Future[Any] | None = None
    try:
        while True:
            computing = loop.run_in_executor(None, next, items, nothing)
            item = await asyncio.shield(computing)
            if item is nothing:
                return
            yield item
    finally:
        if computing is None or computing.done():
            await asyncio.shield(loop.run_in_executor(None, items.close))
        else:
            abandoned()
            computing.add_done_callback(lambda done: _close(loop, done, items))


def _close(loop: asyncio.AbstractEventLoop, done: asyncio.Future[Any], items: Generator[Any, Any, Any]) -> None:
    """Nobody waits for this item any more, so an error of it is nobody's either."""
    if not done.cancelled():
        done.exception()
    try:
        loop.run_in_executor(None, items.close)  # not here: it waits for what the generator has started
    except RuntimeError:  # the loop is being shut down
        items.close()
