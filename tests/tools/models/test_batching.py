from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from dir_tir.tools.models.batching import Together


def test_what_comes_while_the_model_is_busy_is_taken_along_in_the_next_batches() -> None:
    started, go_on, batches = Event(), Event(), []

    def run(items: Sequence[int]) -> list[int]:
        batches.append(len(items))
        started.set()
        assert go_on.wait(10)
        return [item * item for item in items]

    together = Together(run, 4)
    with ThreadPoolExecutor(10) as threads:
        first = threads.submit(together, 1)
        assert started.wait(10)
        rest = [threads.submit(together, n) for n in range(2, 11)]
        while len(together) < 9:
            pass
        go_on.set()
        assert [f.result() for f in (first, *rest)] == [n * n for n in range(1, 11)]
    assert batches == [1, 4, 4, 1]


def test_an_error_reaches_those_whose_item_it_is_and_nobody_else_of_their_batch() -> None:
    started, go_on, batches = Event(), Event(), []

    def run(items: Sequence[int]) -> list[int]:
        batches.append(len(items))
        started.set()
        assert go_on.wait(10)
        if -1 in items:
            raise ValueError("no model takes this")
        return list(items)

    together = Together(run, 4)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together, 1)
        assert started.wait(10)
        asked = {n: threads.submit(together, n) for n in (2, -1, 3)}
        while len(together) < 3:
            pass
        go_on.set()
        assert (first.result(), asked[2].result(), asked[3].result()) == (1, 2, 3)
        with pytest.raises(ValueError, match="no model takes this"):
            asked[-1].result()
    assert batches == [1, 3, 1, 1, 1]


def test_alone_keeps_others_waiting() -> None:
    together, meeting = Together(list, 4), Barrier(2)

    def ask() -> str:
        meeting.wait(10)
        return together("late")

    with ThreadPoolExecutor(1) as threads:
        with together.alone():
            asked = threads.submit(ask)
            meeting.wait(10)
            assert not asked.done()
        assert asked.result(10) == "late"
