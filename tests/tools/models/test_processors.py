"""Who computes when, while many conversations are held."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
import torch
from dir_tir.tools.models import processors as turns
from dir_tir.tools.models.batching import Together
from dir_tir.tools.models.processors import gather, sharing_processors, turn


def test_without_an_evaluation_nobody_waits() -> None:
    with turn(), turn(), turn(first=True):
        assert turns._turns is None


def test_no_more_calls_than_processors_compute_at_a_time_each_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    lock, inside, most, threads = Lock(), 0, 0, set()
    full = Event()

    def compute(number: int) -> None:
        nonlocal inside, most
        with turn(first=number % 2 == 0):
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
    with sharing_processors(8), ThreadPoolExecutor(8) as pool:
        list(pool.map(compute, range(8)))
    assert most == 2
    assert threads == {1}
    assert torch.get_num_threads() == before


def test_prompts_gather_while_those_that_cannot_be_shared_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    order: list[object] = []
    painting, go_on = Event(), Event()

    def paint(number: int) -> None:
        with turn(first=True):
            order.append(number)
            painting.set()
            assert go_on.wait(10)

    def say(prompts: list[str]) -> list[str]:
        order.append(len(prompts))
        return prompts

    together: Together[str, str] = Together(say, 16)
    with sharing_processors(8), ThreadPoolExecutor(6) as pool:
        held = [pool.submit(paint, -1)]
        assert painting.wait(10)
        held += [pool.submit(together, f"prompt {n}") for n in range(3)]
        while len(together._waiting) < 3:
            pass
        held.append(pool.submit(paint, -2))
        while not turns._turns.first:  # type: ignore[union-attr]
            pass
        go_on.set()
        for future in held:
            future.result(10)
    assert order == [-1, -2, 3]


def test_turns_end_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with sharing_processors(8):
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"), turn():
                raise ValueError("broken")


def test_more_may_come_in_an_evaluation_and_a_lone_conversation_does_not_wait() -> None:
    class Joined(list[int]):
        """Somebody comes at every look but the last."""

        def __len__(self) -> int:
            if super().__len__() < 5:
                self.append(0)
            return super().__len__()

    def looked(waiting: list[int], size: int) -> int:
        gather(waiting, size)
        return list.__len__(waiting)

    assert looked([0], 16) == 1
    assert looked(Joined(), 16) == 0
    with sharing_processors(1):
        assert looked(Joined(), 16) == 0
    with sharing_processors(8):
        assert looked(Joined(), 16) == 5
        assert looked(Joined(), 3) == 3
