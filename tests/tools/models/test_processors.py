"""Who computes when, while many conversations go on at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
import torch
from dir_tir.tools.models.batching import Together
from dir_tir.tools.models.processors import Processors


def test_unless_they_are_shared_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    processors, before = Processors(), torch.get_num_threads()
    with processors.turn(), processors.turn(), processors.turn(first=True):
        assert torch.get_num_threads() == before


def test_sharing_binds_those_it_belongs_to_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    shared, others = Processors(), Processors()
    with shared.sharing(8), shared.turn(), others.turn(), others.turn():
        pass  # the second turn of the shared ones would wait for ever


def test_no_more_calls_than_processors_compute_at_a_time_each_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    processors, lock, inside, most, threads = Processors(), Lock(), 0, 0, set()
    full = Event()

    def compute(number: int) -> None:
        nonlocal inside, most
        with processors.turn(first=number % 2 == 0):
            with lock:
                inside += 1
                most = max(most, inside)
                threads.add(torch.get_num_threads())
                if inside == 2:
                    full.set()
            assert full.wait(10)
            with lock:
                inside -= 1

    before = torch.get_num_threads()
    with processors.sharing(8), ThreadPoolExecutor(8) as pool:
        list(pool.map(compute, range(8)))
    assert most == 2
    assert threads == {1}
    assert torch.get_num_threads() == before


def test_prompts_gather_while_those_that_cannot_be_shared_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    processors = Processors()
    order: list[object] = []
    painting, go_on = Event(), Event()

    def paint(number: int) -> None:
        with processors.turn(first=True):
            order.append(number)
            painting.set()
            assert go_on.wait(10)

    def say(prompts: list[str]) -> list[str]:
        order.append(len(prompts))
        return prompts

    together: Together[str, str] = Together(say, 16, processors)
    with processors.sharing(8), ThreadPoolExecutor(6) as pool:
        running = [pool.submit(paint, -1)]
        assert painting.wait(10)
        running += [pool.submit(together, f"prompt {n}") for n in range(3)]
        while len(together) < 3:
            pass
        running.append(pool.submit(paint, -2))
        while not processors.waiting_first:
            pass
        go_on.set()
        for future in running:
            future.result(10)
    assert order == [-1, -2, 3]


def test_turns_end_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    processors = Processors()
    with processors.sharing(8):
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"), processors.turn():
                raise ValueError("broken")


def test_more_may_come_in_an_evaluation_and_a_lone_conversation_does_not_wait() -> None:
    processors = Processors()

    class Joined(list[int]):
        """Somebody comes at every look but the last."""

        def __len__(self) -> int:
            if super().__len__() < 5:
                self.append(0)
            return super().__len__()

    def looked(waiting: list[int], size: int) -> int:
        processors.gather(waiting, size)
        return list.__len__(waiting)

    assert looked([0], 16) == 1
    assert looked(Joined(), 16) == 0
    with processors.sharing(1):
        assert looked(Joined(), 16) == 0
    with processors.sharing(8):
        assert looked(Joined(), 16) == 5
        assert looked(Joined(), 3) == 3
