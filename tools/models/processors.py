"""Sharing out the processors among the models while many conversations go on at once (an evaluation)."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

_PAUSE = 0.02  # seconds: enough for a conversation to get from one model to the next


class Processors:
    """Who computes when. Whoever owns the models owns one and hands it to their adapters; until `sharing`, every call begins at once,
    as a person wants it."""

    def __init__(self) -> None:
        self._places = 0  # calls that may compute at a time; 0: as many as there are
        self._company = False  # whether others may come
        self._computing = 0
        self._first = 0
        self._changed = Condition()

    @property
    def waiting_first(self) -> int:
        """How many calls wait that need not wait for others."""
        return self._first

    @contextmanager
    def sharing(self, conversations: int, places: int = 0) -> Iterator[None]:
        """Inside, each call of a model computes on one thread, and no more of them at a time than there are processors, or ``places``.

        Threads of several calls that wait for one another lose far more than a small model gains by a second thread. And sums are added up
        in another order on two, so that results would depend on the number of processors. The number of threads is torch's and belongs to
        the process: it is put back at the end.
        """
        import torch
        from threadpoolctl import threadpool_limits

        threads, before = torch.get_num_threads(), (self._places, self._company)
        torch.set_num_threads(1)
        self._places, self._company = places or os.cpu_count() or 1, conversations > 1
        try:
            with threadpool_limits(1, user_api="blas"):
                yield
        finally:
            self._places, self._company = before
            torch.set_num_threads(threads)

    def gather(self, waiting: Sized, size: int) -> None:
        """Let others join what is waiting, until ``size`` have or nobody comes any more; at once when nobody shares the processors.

        Those who were answered together come back together, but one after another: the first would always go ahead alone.
        """
        came = 0
        while self._company and came < len(waiting) < size:
            came = len(waiting)
            time.sleep(_PAUSE)

    @contextmanager
    def turn(self, *, first: bool = False) -> Iterator[None]:
        """Compute inside. Calls that answer one conversation each go ``first``: while they have the processors, those that answer many
        at a time gather more of them."""
        places = self._places
        if not places:
            yield
            return
        with self._changed:
            self._first += first
            self._changed.wait_for(lambda: self._computing < places and (first or not self._first))
            self._first -= first
            self._computing += 1
        try:
            yield
        finally:
            with self._changed:
                self._computing -= 1
                self._changed.notify_all()
