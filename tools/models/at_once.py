"""Calls that wait for another machine, several at once."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Semaphore, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Out = TypeVar("_Out")


class AtOnce:
    """At most so many at once, of all who ask. Each has a thread that nobody has to wait for: whoever is interrupted leaves at once, and
    the program ends though an answer never comes."""

    def __init__(self, most: int) -> None:
        self._places = Semaphore(most)

    def start(self, call: Callable[[], _Out]) -> Future[_Out]:
        """What becomes of a call; one that is cancelled before its turn is not made."""
        future: Future[_Out] = Future()

        def run() -> None:
            with self._places:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    future.set_result(call())
                except BaseException as error:
                    future.set_exception(error)

        Thread(target=run, name="elsewhere", daemon=True).start()
        return future

    def all(self, calls: Sequence[Callable[[], _Out]]) -> list[_Out]:
        """The results, in order. Raises the first error, and makes no call that has not begun by then."""
        futures = [self.start(call) for call in calls]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()
