"""What is started together is watched and stopped together, however it ends."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waiting import wait_until

from cluster import parts as module
from cluster.parts import Part, PartError, running

if TYPE_CHECKING:
    from collections.abc import Callable

_SERVES = "import signal, time, sys; {more}; print('it listens at http://127.0.0.1:7', flush=True); time.sleep(600)"


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A server that does nothing."""
    return Part("good", "a server", [sys.executable, "-c", _SERVES.format(more="pass")], tmp_path / "good.log", r"listens at (\S+)")


def _stubborn(folder: Path) -> Part:
    """One that does not stop on being asked to, and has a child."""
    more = "import os; signal.signal(15, signal.SIG_IGN); child = os.fork(); open(sys.argv[1] + str(os.getpid()), 'w')"
    return Part("stubborn", "another", [sys.executable, "-c", _SERVES.format(more=more), f"{folder}/pid-"], folder / "bad.log", "listens")


def _run(*started: Part, task: Part | None = None, then: Callable[[], object] = lambda: None) -> None:
    with running(print) as parts:
        parts.begin(*started)
        parts.await_ready(*started)
        then()
        if task:
            parts.run(task, 60)


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # An orphan that nobody has waited for yet is gone all the same.
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_part_is_ready_when_its_log_says_so_and_once_more_when_it_was_killed_and_started_again(part: Part) -> None:
    told: list[str] = []
    with running(told.append) as parts:
        for _ in range(2):
            parts.begin(part)
            parts.await_ready(part)
            assert (part.address, part.status) == ("http://127.0.0.1:7", None)
            parts.kill(part)
        parts.begin(part)
        assert not part.ready()  # the log of its earlier lives does not count
    assert part.process is None
    assert all(line.startswith("good is ready after 0.") and line.endswith("s: http://127.0.0.1:7") for line in told)


def test_whatever_ends_a_block_stops_every_part_with_its_children_though_they_do_not_want_to(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOPS", 0.2)
    started: list[int] = []

    def interrupted() -> None:
        started.extend(int(file.name.removeprefix("pid-")) for file in tmp_path.glob("pid-*"))
        assert len(started) == 2
        assert all(map(_alive, started))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(_stubborn(tmp_path), part, then=interrupted)
    wait_until(lambda: not any(map(_alive, started)))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_part_that_ends_is_named_with_the_end_of_its_log_and_the_others_are_stopped(part: Part, tmp_path: Path) -> None:
    bad = Part(
        "bad",
        "fails",
        [sys.executable, "-c", "print('first'); raise SystemExit('no \\x1b[1mroom\\x1b[0m here')"],
        tmp_path / "bad.log",
        "never",
    )
    with pytest.raises(PartError) as caught:
        _run(part, bad)
    assert str(caught.value).splitlines()[0] == f"bad has ended with status 1; the end of {tmp_path / 'bad.log'}:"
    assert "    no room here" in str(caught.value).splitlines()
    assert part.process is None


def test_a_part_that_may_fail_at_first_is_started_again_and_not_when_it_ends_later(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOPS", 0.2)
    once = f"import sys; from pathlib import Path; tried = Path({str(tmp_path / 'tried')!r})"
    first = f"{once}\nif not tried.exists(): tried.mkdir(); sys.exit(1)\n"
    part.command, part.again = [sys.executable, "-c", first + _SERVES.format(more="pass")], 2
    with pytest.raises(PartError, match=r"good has ended with status -9"):
        _run(part, task=_stubborn(tmp_path), then=lambda: part.process and part.process.kill())
    assert (part.seconds > 0, part.again) == (True, 1)


def test_a_part_that_is_not_ready_in_time_and_a_task_that_fails_are_named(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Part("slow", "says nothing", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "slow.log", "never")
    failing = Part("task", "a task", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "task.log")
    with pytest.raises(PartError, match=r"task failed with status 3"):
        _run(part, task=failing)
    with pytest.raises(PartError, match=r"good has ended with status -9"):
        _run(part, task=slow, then=lambda: part.process and part.process.kill())
    assert (slow.process, part.process) == (None, None)
    monkeypatch.setattr(module, "STARTS", 0.1)
    with pytest.raises(PartError, match=r"slow is not ready after 0 s"):
        _run(slow)
    assert slow.process is None
