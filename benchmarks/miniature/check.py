"""One line of a report, how all of them are printed, and how many cases are run at once with a bar to look at."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from ...errors import DiskFullError
from ...store.writing import write_whole
from ...tools.models.loading import Models

_In = TypeVar("_In")
_Out = TypeVar("_Out")

AT_ONCE = 16  # cases; the models answer them together


@dataclass(frozen=True)
class Check:
    """A measured value beside its bar: a share (0-1), or another unit if ``unit`` says so; ``ceiling`` where less is better.

    No bar: a figure that helps to read the others.
    """

    check: str
    value: float
    bar: float | None
    cases: int
    ceiling: bool = False
    unit: str = ""

    @property
    def passed(self) -> bool:
        """Whether the bar is met."""
        return self.bar is None or (self.value <= self.bar if self.ceiling else self.value >= self.bar)

    def as_json(self) -> dict[str, object]:
        """For other programs."""
        return {"check": self.check, "value": round(self.value, 4), "bar": self.bar, "cases": self.cases, "pass": self.passed}

    def line(self) -> str:
        """For people."""
        bar = "" if self.bar is None else f"{'<=' if self.ceiling else '>='} {self._worded(self.bar)}"
        return f"{self.check:72} {self._worded(self.value):>8} {bar:>10} {self.cases:6} {'' if self.passed else 'missed'}".rstrip()

    def _worded(self, value: float) -> str:
        return f"{value:.2f} {self.unit}" if self.unit else f"{value:.1%}"


def report(checks: Iterable[Check], file: Path | None) -> None:
    """Print every check as it comes, then how many missed their bar; with a file, write them there as JSON."""
    print(f"{'check':72} {'value':>8} {'bar':>10} {'cases':>6}")
    done = []
    for check in checks:
        print(check.line(), flush=True)
        done.append(check)
    missed = sum(not check.passed for check in done)
    print(f"{len(done)} figures, {missed} below their bar." if missed else f"{len(done)} figures, every bar met.")
    if file:
        try:
            write_whole(file, json.dumps([check.as_json() for check in done], indent=2) + "\n", durable=False)
        except DiskFullError as error:
            sys.exit(str(error))


@dataclass(frozen=True)
class Exam:
    """Checks that are measured in one go."""

    name: str
    sit: Callable[[Models, int], Iterator[Check]]


def every(call: Callable[[_In], _Out], cases: Sequence[_In], what: str) -> list[_Out]:
    """``call`` of each case, several at once, in the cases' order."""
    threads = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(tqdm(threads.map(call, cases), total=len(cases), desc=what, unit="case", leave=False))
    finally:
        threads.shutdown(cancel_futures=True)


def share(right: Sequence[bool]) -> float:
    """How many of them are true, 0-1; 0 of none."""
    return sum(right) / max(1, len(right))
