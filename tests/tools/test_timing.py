from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from dir_tir.tools.timing import OWN, Stopwatch, added, watched
from fakes import FakeLanguageModel, RecordingSearch


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


class _Shelf:
    """What a tool may be besides something with methods."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.open = False

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __getitem__(self, place: int) -> str:
        return self.names[place]

    def __call__(self, name: str) -> int:
        time.sleep(0.01)
        return self.names.index(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shelf) and self.names == other.names

    def __enter__(self) -> _Shelf:
        self.open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.open = False


def test_special_methods_of_a_watched_tool_work_as_on_the_tool() -> None:
    stopwatch, tool = Stopwatch(), _Shelf(["a", "b"])
    shelf = stopwatch.watch("search", tool)
    assert (len(shelf), "b" in shelf, "c" in shelf, list(shelf), shelf[1], shelf("b")) == (2, True, False, ["a", "b"], "b", 1)
    assert bool(stopwatch.watch("search", _Shelf([]))) is False
    with shelf as same:
        assert same.open
        assert len(same) == 2
        same("a")
    assert not tool.open
    assert shelf == _Shelf(["a", "b"])
    assert isinstance(shelf, _Shelf)
    assert stopwatch.seconds()["search"] >= 0.02  # the calls, the one within the `with` included


def test_a_search_is_watched_with_its_length() -> None:
    search = RecordingSearch(size=7)
    spent: list[float] = []
    seen = watched(search, time.thread_time, spent.append)
    assert len(seen) == 7
    assert seen.by_text("a boat", 3) == search.by_text("a boat", 3)
    assert len(spent) == 2
    assert not hasattr(seen, "__iter__")  # what the tool lacks, it lacks too
    with pytest.raises(TypeError, match="not iterable"):
        list(seen)
