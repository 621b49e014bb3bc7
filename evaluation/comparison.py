"""Two runs side by side, target by target: ``dir-tir eval --compare RUN RUN``."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .metrics import differences
from .report.summary import ranks_of, user_of
from .report.tables import format_rounds, named
from .runner import whole_lines

if TYPE_CHECKING:
    from ..store.home import Home

_Task = tuple[str, int]  # a target, and which of its descriptions
_Ranks = dict[_Task, list[int]]  # the target's rank in each round


@dataclass(frozen=True)
class Comparison:
    """Two methods on the targets of both; ``rounds`` is like a summary's, each figure being the first minus the second."""

    one: str
    other: str
    targets: int
    left_out: int
    rounds: list[dict[str, Any]]


def compare(home: Home, one: str, other: str) -> list[Comparison]:
    """Compare the methods that both runs have, or those named: a run is its folder or the name of it, and ``RUN:METHOD`` one method.

    Targets that only one of them came to an end with are left out and counted. Raises InputError when nothing can be compared.
    """
    (first, mine), (second, theirs) = _read(home, one), _read(home, other)
    chosen = ":" in one and ":" in other
    pairs = [(a, b) for a in first for b in second if chosen or a == b]
    if not pairs:
        raise InputError(f"{one} ({', '.join(first)}) and {other} ({', '.join(second)}) share no method: name one of each, RUN:METHOD")
    return [_compared(named({"method": a, **mine}), first[a], named({"method": b, **theirs}), second[b]) for a, b in pairs]


def format_comparison(found: Comparison) -> list[str]:
    """The comparison as lines."""
    left_out = f", {found.left_out} left out" if found.left_out else ""
    return [f"{found.one} minus {found.other}, {found.targets} targets{left_out}", *format_rounds(found.rounds, signed=True)]


def _compared(one: str, first: _Ranks, other: str, second: _Ranks) -> Comparison:
    both = sorted(first.keys() & second.keys())
    if not both:
        raise InputError(f"{one} and {other} have no target in common: compare runs with the same targets and seed")
    rounds = min(len(ranks[task]) for ranks in (first, second) for task in both)
    mine, theirs = (np.array([ranks[task][:rounds] for task in both]) for ranks in (first, second))
    return Comparison(one, other, len(both), len(first.keys() ^ second.keys()), differences(mine, theirs))


def _read(home: Home, run: str) -> tuple[dict[str, _Ranks], dict[str, str]]:
    """The ranks of each method, and how the simulated user answered."""
    name, _, method = run.partition(":")
    folder = next((place for place in (Path(name), home.evaluations / name) if (place / "manifest.json").is_file()), None)
    if folder is None:
        raise InputError(f"{name} is no finished run: give the folder that an evaluation named, or its name under {home.evaluations}")
    found: dict[str, _Ranks] = {}
    for file in sorted(folder.glob("*.jsonl")):
        lines = whole_lines(file)
        if any("task" not in line for line in lines):
            raise InputError(f"{file} was written by an earlier version of dir-tir, which kept other things: run the evaluation again")
        tasks, seen = [], Counter[str]()
        for line in lines:
            seen[line["target"]] += 1
            tasks.append((line["target"], seen[line["target"]]))
        whole = [(task, line) for task, line in zip(tasks, lines, strict=True) if "error" not in line]
        if whole:
            of = file.stem[len(whole[0][1]["method"]) :]  # a second retriever's
            for read, ranks in ranks_of([line for _, line in whole]).items():
                found[read + of] = {task: row for (task, _), row in zip(whole, ranks.tolist(), strict=True)}
    if method and method not in found:
        raise InputError(f"run {name} has no method {method!r}: choose of {', '.join(found)}")
    setting = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("setting", {})
    return {method: found[method]} if method else found, user_of(setting.get("config", {}).get("manner", "exact"))
