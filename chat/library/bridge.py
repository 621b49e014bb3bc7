"""A generator that blocks, as an asynchronous one: models compute in threads, and an event loop must not wait for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_T = TypeVar("_T")


async def iterated_in_a_thread(items: Iterator[_T]) -> AsyncIterator[_T]:
    """Each item is fetched in a thread when it is asked for. Who stops listening closes the iterator at its next item."""
    nothing = object()
    try:
        while (item := await asyncio.to_thread(next, items, nothing)) is not nothing:
            yield item  # type: ignore[misc]
    finally:
        if close := getattr(items, "close", None):
            await asyncio.to_thread(close)
