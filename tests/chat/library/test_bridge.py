from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.bridge import iterated_in_a_thread

if TYPE_CHECKING:
    from collections.abc import Generator


class Slow:
    """Items, the second of which takes until it is allowed; notes what happens to the generator."""

    def __init__(self) -> None:
        self.allowed, self.closed, self.abandoned = threading.Event(), threading.Event(), threading.Event()

    def items(self) -> Generator[int, None, None]:
        try:
            yield 1
            self.allowed.wait(20)
            yield 2
        finally:
            self.closed.set()


async def _all(slow: Slow) -> list[int]:
    return [item async for item in iterated_in_a_thread(slow.items(), slow.abandoned.set)]


def test_items_come_one_by_one_and_the_generator_is_closed_at_the_end() -> None:
    slow = Slow()
    slow.allowed.set()
    assert asyncio.run(_all(slow)) == [1, 2]
    assert slow.closed.is_set()
    assert not slow.abandoned.is_set()


def test_a_time_limit_comes_at_once_and_the_generator_is_closed_when_its_item_is_done() -> None:
    slow = Slow()

    async def limited() -> float:
        before = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_all(slow), 0.1)
        took = time.monotonic() - before
        assert slow.abandoned.is_set()
        assert not slow.closed.is_set()
        slow.allowed.set()
        await asyncio.to_thread(slow.closed.wait, 20)
        return took

    assert asyncio.run(limited()) < 5
    assert slow.closed.is_set()


def test_whoever_leaves_between_two_items_closes_the_generator() -> None:
    slow = Slow()

    async def first() -> int:
        items = iterated_in_a_thread(slow.items(), slow.abandoned.set)
        item = await anext(items)
        await items.aclose()  # type: ignore[attr-defined]
        return item

    assert asyncio.run(first()) == 1
    assert slow.closed.is_set()
    assert not slow.abandoned.is_set()


def test_an_error_reaches_whoever_listens() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        raise OSError("no space left")

    async def listen() -> None:
        async for _ in iterated_in_a_thread(broken()):
            pass

    with pytest.raises(OSError, match="no space left"):
        asyncio.run(listen())
