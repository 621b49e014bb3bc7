"""Who holds the conversations of a run: threads of this process, or workers elsewhere."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .conversing import Conversing, Task


class Holder(Protocol):
    """Holds conversations, each of which becomes a line of the run."""

    def submit(self, key: str, task: Task, before: dict[str, Any]) -> Future[dict[str, Any]]:
        """The conversation of a task; ``before`` is what an earlier run left of it."""

    def stop(self) -> None:
        """Let those under way finish their steps, and begin no others: those are cancelled."""

    def close(self) -> None:
        """Stop, and wait for those under way."""


class Threads:
    """At most ``at_once`` conversations at a time, in this process."""

    def __init__(self, conversing: Conversing, at_once: int) -> None:
        self._conversing, self._threads = conversing, ThreadPoolExecutor(at_once)

    def submit(self, key: str, task: Task, before: dict[str, Any]) -> Future[dict[str, Any]]:
        return self._threads.submit(self._conversing.about, key, task, before)

    def stop(self) -> None:
        self._conversing.stop()
        self.close()

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
