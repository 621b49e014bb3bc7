"""The soak itself: it counts, goes on where it stopped, and says what it met."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from soak.case import Case, Fault, Outcome, Part
from soak.running import count_of, run_part, tally_of


def _part(seen: list[tuple[int, float]], *, stops_at: int = 99) -> Part:
    @contextmanager
    def opened(folder: Path) -> Iterator[Case]:
        def case(number: int, chance: random.Random) -> Outcome:
            if number == stops_at:
                raise KeyboardInterrupt
            seen.append((number, chance.random()))
            if number == 3:
                raise ValueError("no\nplain word")
            return Outcome("odd" if number % 2 else "even", (Fault("lost", "a word"),) if number == 2 else (), {"MB": float(number)})

        yield case

    return Part("example", "an example", 6, 2, opened)


def test_an_interrupted_part_goes_on_with_the_case_it_stopped_at_and_draws_the_same(tmp_path: Path) -> None:
    whole: list[tuple[int, float]] = []
    run_part(_part(whole), tmp_path / "whole", 0, 6)
    parts: list[tuple[int, float]] = []
    with pytest.raises(KeyboardInterrupt):
        run_part(_part(parts, stops_at=4), tmp_path / "parts", 0, 6)
    assert count_of(_part([]), tmp_path / "parts") == 4
    run_part(_part(parts), tmp_path / "parts", 0, 6)
    assert parts == whole


def test_the_table_counts_faults_by_kind_and_names_them(tmp_path: Path) -> None:
    part = _part([])
    run_part(part, tmp_path, 0, 6)
    tally = tally_of(part, tmp_path)
    assert (tally.cases, tally.faults["lost"], tally.faults["escaped"], tally.figures) == (6, 1, 1, {"MB": 5.0})
    assert (tally.sorts["odd"], tally.sorts["even"]) == (2, 3)
    assert [example.partition(" (")[0] for example in tally.examples] == ["2: lost: a word", "3: escaped: ValueError: no plain word"]
