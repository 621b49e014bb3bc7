"""What changes in threads, made known to those who wait for it in an event loop."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Changes:
    """Any thread announces a change; every coroutine that listens wakes up. Several changes between two looks wake it once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def announce(self) -> None:
        """Wake everybody who listens. May be called from any thread."""
        with self._lock:
            for loop, event in self._listeners:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(event.set)

    @contextmanager
    def wakes(self, event: asyncio.Event) -> Iterator[None]:
        """Within this block, of a coroutine, every change sets the event. Whoever has looked clears it."""
        listener = (asyncio.get_running_loop(), event)
        with self._lock:
            self._listeners.add(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(listener)
