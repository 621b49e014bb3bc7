"""Calls from many threads answered together: a small model needs much less than sixteen times as long for sixteen prompts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from .processors import Processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Together(Generic[_In, _Out]):
    """Hands ``run`` what waits, at most ``size`` at a time, in the order of arrival.

    Whoever finds the model free takes along all that came while it was busy. Nobody waits for company, so a lone conversation is
    answered at once; only while ``processors`` are shared, in an evaluation where no one is in a hurry, more of them gather first.
    There is no thread in it. After an error of ``run``, everyone of its batch is answered alone, and it is raised to those for whom it
    comes again.
    """

    def __init__(self, run: Callable[[Sequence[_In]], Sequence[_Out]], size: int, processors: Processors | None = None) -> None:
        self._run, self._size = run, size
        self._processors = processors or Processors()
        self._waiting: deque[tuple[_In, Future[_Out]]] = deque()
        self._busy = Lock()

    def __len__(self) -> int:
        """How many wait for an answer."""
        return len(self._waiting)

    def __call__(self, item: _In) -> _Out:
        """The result for ``item``."""
        future: Future[_Out] = Future()
        self._waiting.append((item, future))
        with self._busy:
            while not future.done():
                self._processors.gather(self, self._size)
                with self._processors.turn():
                    self._run_batch()
        return future.result()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The model to oneself, for what cannot be shared (a seeded draw)."""
        with self._busy, self._processors.turn():
            yield

    def _run_batch(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(self._size, len(self._waiting)))]
        try:
            results = self._run([item for item, _ in batch])
            if len(results) != len(batch):
                raise ValueError(f"{len(results)} results for {len(batch)} items")
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            else:
                for one in batch:
                    self._run_alone(*one)
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                future.set_result(result)

    def _run_alone(self, item: _In, future: Future[_Out]) -> None:
        try:
            future.set_result(self._run([item])[0])
        except BaseException as error:
            future.set_exception(error)
