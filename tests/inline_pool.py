"""A pool without a cluster: one worker, in this process, that gets and gives bytes as others do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from dir_tir.tools.cluster.pool import Pool, received
from dir_tir.tools.cluster.worker import Worker


class ThreadPool(Pool):
    """The same with jobs that are done one after another, in a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.planned, self._worker, self._thread = 1, Worker(), ThreadPoolExecutor(1)

    def begin(self, factory: str, *given: Any, shared: bytes = b"", slots: int = 1) -> None:
        _answer(self._worker.begin(factory, pickle.dumps(given), np.frombuffer(shared, dtype=np.uint8)))

    def submit(self, name: str, *given: Any) -> Future[Any]:
        return self._thread.submit(lambda: _answer(self._worker.do(name, pickle.dumps(given))))

    def tell(self, name: str, *given: Any) -> None:
        self._worker.do(name, pickle.dumps(given))
        self._thread.shutdown(cancel_futures=True)


class InlinePool(Pool):
    """before, after: called around every job, while the worker looks."""

    def __init__(self, before: Callable[[], None] = lambda: None, after: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.planned, self.jobs = 1, 0
        self._worker, self._before, self._after = Worker(), before, after

    def begin(self, factory: str, *given: Any, shared: bytes = b"", slots: int = 1) -> None:
        _answer(self._worker.begin(factory, pickle.dumps(given), np.frombuffer(shared, dtype=np.uint8)))

    def submit(self, name: str, *given: Any) -> Future[Any]:
        self.jobs += 1
        future: Future[Any] = Future()
        self._before()
        try:
            future.set_result(_answer(self._worker.do(name, pickle.dumps(given))))
        except Exception as error:
            future.set_exception(error)
        finally:
            self._after()
        return future


def _answer(answer: bytes) -> Any:
    fine, value = pickle.loads(answer)
    if not fine:
        raise received(value)
    return value
