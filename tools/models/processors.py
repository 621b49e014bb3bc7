"""Sharing out the processors among the models while many conversations are held (an evaluation)."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized


@dataclass
class _Turns:
    places: int
    company: bool  # whether others may come
    computing: int = 0
    first: int = 0  # how many wait who need not wait for others
    changed: Condition = field(default_factory=Condition)


_turns: _Turns | None = None  # nobody shares: a call begins at once, as a person wants it
_PAUSE = 0.02  # seconds: enough for a conversation to get from one model to the next


@contextmanager
def sharing_processors(conversations: int) -> Iterator[None]:
    """Each call of a model computes on one thread, and no more of them at a time than there are processors.

    Threads of several calls that wait for one another in turns lose far more than a small model gains by a second thread. And sums are
    added up in another order on two, so that results would depend on the number of processors.
    """
    global _turns
    import torch
    from threadpoolctl import threadpool_limits

    threads, before = torch.get_num_threads(), _turns
    torch.set_num_threads(1)
    _turns = _Turns(os.cpu_count() or 1, company=conversations > 1)
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        _turns = before
        torch.set_num_threads(threads)


def gather(waiting: Sized, size: int) -> None:
    """Let others join what is waiting, until ``size`` have or nobody comes any more; at once when nobody shares the processors.

    Those who were answered together come back together, but one after another: the first would always go ahead alone.
    """
    came = 0
    while _turns and _turns.company and came < len(waiting) < size:
        came = len(waiting)
        time.sleep(_PAUSE)


@contextmanager
def turn(*, first: bool = False) -> Iterator[None]:
    """Compute inside. Calls that answer one conversation each go ``first``: while they have the processors, those that answer many
    at a time gather more of them."""
    turns = _turns
    if turns is None:
        yield
        return
    with turns.changed:
        turns.first += first
        turns.changed.wait_for(lambda: turns.computing < turns.places and (first or not turns.first))
        turns.first -= first
        turns.computing += 1
    try:
        yield
    finally:
        with turns.changed:
            turns.computing -= 1
            turns.changed.notify_all()
