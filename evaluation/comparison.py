"""Two runs beside each other, target by target: ``dir-tir eval --compare RUN RUN``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..graph.config import Config
from .methods import RUN, ranks_of, settings_of
from .metrics import bri, difference, hits, recall
from .runner import whole_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..store.home import Home
    from .metrics import Ranks

_METRICS: dict[str, Callable[[Ranks], NDArray[np.float64]]] = {
    "hits@10": hits,
    "recall@10": recall,
    "mrr": lambda ranks: 1 / ranks,
    "bri": bri,
}
_Targets = dict[str, list[int]]  # target → its rank in each round


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
    first, second = _read(home, one), _read(home, other)
    named = ":" in one and ":" in other
    pairs = [(a, b) for a in first for b in second if named or a == b]
    if not pairs:
        raise InputError(f"{one} ({', '.join(first)}) and {other} ({', '.join(second)}) share no method: name one of each, RUN:METHOD")
    return [_compared(a, first[a], b, second[b]) for a, b in pairs]


def told(found: Comparison) -> list[str]:
    """The comparison as lines."""
    columns = {"hits@10": "Hits@10", "recall@10": "Recall@10", "mrr": "MRR", "bri": "BRI"}
    lines = [f"{found.one} minus {found.other}, {found.targets} targets" + (f", {found.left_out} left out" if found.left_out else "")]
    lines.append("round" + "".join(f"{name:>26}" for name in columns.values()))
    for row in found.rounds:
        lines.append(f"{row['round']:5}" + "".join(f"{_worded(row[name], name) if name in row else '':>26}" for name in columns))
    return lines


def _compared(one: str, first: _Targets, other: str, second: _Targets) -> Comparison:
    both = sorted(first.keys() & second.keys())
    if not both:
        raise InputError(f"{one} and {other} have no target in common: compare runs with the same targets and seed")
    rounds = min(len(ranks[target]) for ranks in (first, second) for target in both)
    mine, theirs = (np.array([ranks[target][:rounds] for target in both]) for ranks in (first, second))
    columns = {name: difference(metric(mine), metric(theirs)) for name, metric in _METRICS.items()}
    rows = [{"round": n} | {name: column[n] for name, column in columns.items() if not np.isnan(column[n]["value"])} for n in range(rounds)]
    return Comparison(one, other, len(both), len(first.keys() ^ second.keys()), rows)


def _read(home: Home, run: str) -> dict[str, _Targets]:
    name, _, method = run.partition(":")
    folder = next((place for place in (Path(name), home.evaluations / name) if (place / "manifest.json").is_file()), None)
    if folder is None:
        raise InputError(f"{name} is no finished run: give the folder that an evaluation named, or its name under {home.evaluations}")
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found: dict[str, _Targets] = {}
    for number, setting in enumerate([made["setting"], *made["also"]]):
        config = Config(**setting["config"])
        of = f"-{Path(config.profile).stem}" if number else ""  # a second retriever's
        for ran in RUN:
            conversations = [line for line in whole_lines(folder / f"{ran}{of}.jsonl") if "error" not in line]
            if conversations:
                for read, ranks in ranks_of(ran, settings_of(config, ran), conversations).items():
                    found[read + of] = {c["target"]: row for c, row in zip(conversations, ranks.tolist(), strict=True)}
    if method and method not in found:
        raise InputError(f"run {name} has no method {method!r}: choose of {', '.join(found)}")
    return {method: found[method]} if method else found


def _worded(figure: dict[str, float], name: str) -> str:
    scale, unit = (100, " %") if name in ("hits@10", "recall@10") else (1, "")
    digits = 1 if unit else 2
    return f"{scale * figure['value']:+.{digits}f}{unit} ({scale * figure['low']:+.{digits}f} {scale * figure['high']:+.{digits}f})"
