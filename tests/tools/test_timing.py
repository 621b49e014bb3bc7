from __future__ import annotations

import time

import pytest
from dir_tir.tools.timing import OWN, Stopwatch, added
from fakes import FakeLanguageModel


class _Slow:
    name = "slow"

    def work(self) -> str:
        time.sleep(0.02)
        return "done"

    def fail(self) -> None:
        time.sleep(0.02)
        raise RuntimeError


def test_calls_of_a_watched_tool_are_added_up_even_when_they_fail() -> None:
    stopwatch = Stopwatch()
    slow = stopwatch.watch("llm", _Slow())
    assert (slow.name, slow.work()) == ("slow", "done")
    with pytest.raises(RuntimeError):
        slow.fail()
    seconds = stopwatch.seconds()
    assert 0.04 <= seconds["llm"] < 0.5
    assert 0 <= seconds[OWN] < 0.5


def test_the_clock_starts_anew_when_told_to() -> None:
    stopwatch = Stopwatch()
    time.sleep(0.05)
    stopwatch.start()
    assert stopwatch.seconds()[OWN] < 0.05


def test_seconds_add_up_tool_by_tool() -> None:
    assert added({"llm": 1.0, OWN: 2.0}, {"llm": 0.5, "user": 3.0}) == {"llm": 1.5, OWN: 2.0, "user": 3.0}


def test_a_watched_tool_replies_as_it_would_unwatched() -> None:
    assert Stopwatch().watch("llm", FakeLanguageModel(["hello"])).reply("?") == "hello"
