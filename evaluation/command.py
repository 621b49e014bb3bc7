"""``dir-tir eval``: run the conversations, print the curves, and leave a run folder."""

from __future__ import annotations

import csv
import json
import statistics
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from ..errors import InputError
from ..graph.resources import toolbox_of
from ..store.home import home
from ..tools.stopwatch import added
from .curves import save_curves
from .manifest import manifest, name_of
from .metrics import figures, first_hits
from .page import save_page
from .ranking import merged_rank
from .runner import read_tasks, run

if TYPE_CHECKING:
    from ..graph.config import Config
    from .metrics import Ranks

Conversations = list[dict[str, Any]]

# What one recorded run tells without running a model again: places of the dialog among the ten. "drm" and "irm" are one refiner alone.
SHARES = {"dir-tir": 7, "drm": 10, "irm": 0} | {f"{n}:{10 - n}": n for n in (9, 8, 6, 5, 4, 3, 2, 1)}


def evaluate(config: Config, descriptions: Path, targets: int, at_once: int = 1) -> Path:
    """Converse about ``targets`` pictures of ``descriptions``; prints a table and returns the folder of the run.

    The folder is named after everything that the results depend on, so that what an earlier run left is gone on with only where
    nothing has changed.
    """
    made = manifest(config, descriptions, targets)
    folder = home() / "evaluations" / f"{config.gallery}-{targets}-{name_of(made)}"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "manifest.json", made)
    tasks = read_tasks(descriptions, targets, config.seed)
    with tqdm(total=targets, desc="conversing", unit="conversation") as bar:
        conversations = run(tasks, config, folder / "conversations.jsonl", advance=lambda: bar.update() and None, at_once=at_once)
    summary = summarise(conversations, config.dialog_num)
    _write(folder / "summary.json", summary)
    _write_table(folder / "summary.csv", summary)
    save_curves(summary, folder)
    page = save_page(folder, summary, conversations, made, toolbox_of(config).search)
    for line in _told(summary):
        print(line)
    print(f"\nTo look at, with curves and conversations:  {page}")
    return folder


def summarise(conversations: Conversations, dialog_num: int) -> dict[str, Any]:
    """Curves of the run as it was and of what other shares would have shown, and median seconds a round (rounds 1 …) by tool.

    Of the seconds, ``own`` is everything but the models, ``all`` the sum. Conversations that ended with an error are in ``failed`` and in
    no figure. Raises InputError when that is all of them.
    """
    failed = [c for c in conversations if "error" in c]
    conversations = [c for c in conversations if "error" not in c]
    if not conversations:
        raise InputError(f"no conversation came to its end; the first one said: {failed[0]['error']}")
    ranks = {"as run": np.array([[record["rank"] for record in c["rounds"]] for c in conversations])}
    if 0 < dialog_num < 10:  # otherwise one of the refiners rested, and there is nothing to share out
        ranks |= {method: _shared(conversations, share) for method, share in SHARES.items()}
    spent = seconds_of_rounds(conversations)
    tools = sorted({tool for seconds in spent for tool in seconds})
    return {
        "methods": [
            {"method": method, "rounds": figures(each), "first_hit": _first_hit(first_hits(each))} for method, each in ranks.items()
        ],
        "failed": [{"target": c["target"], "error": c["error"]} for c in failed],
        "seconds": {tool: statistics.median(s.get(tool, 0.0) for s in spent) for tool in tools},
    }


def seconds_of_rounds(conversations: Conversations) -> list[dict[str, float]]:
    """For every round but the first searches: seconds by tool, "own" for everything but the models, "all" for their sum."""
    return [_seconds(record) for c in conversations for record in c["rounds"] if record["round"]]


def _seconds(record: dict[str, Any]) -> dict[str, float]:
    total: dict[str, float] = reduce(added, record["seconds"].values(), {})
    return {**total, "all": sum(total.values())}


def _shared(conversations: Conversations, share: int) -> Ranks:
    return np.array([[merged_rank(record["lists"], c["target"], share) for record in c["rounds"]] for c in conversations])


def _first_hit(rounds: list[int | None]) -> dict[str, float | None]:
    there = [number for number in rounds if number is not None]
    return {"mean": statistics.mean(there) if there else None, "never": (len(rounds) - len(there)) / len(rounds)}


def _told(summary: dict[str, Any]) -> list[str]:
    first, *others = summary["methods"]
    lines = [f"{'round':>5} {'Hits@10':>22} {'Recall@10':>22} {'MRR':>6} {'BRI':>6} {'median rank':>12}"]
    for row in first["rounds"]:
        lines.append(f"{row['round']:5} {_shares(row)} {row['mrr']['value']:6.2f} {_bri(row)} {row['median_rank']['value']:12.1f}")
    if others:
        lines.append(f"\n{'last round':>10} {'Hits@10':>22} {'Recall@10':>22} {'BRI':>6}")
        for method in others:
            row = method["rounds"][-1]
            lines.append(f"{method['method']:>10} {_shares(row)} {_bri(row)}")
    spent = ", ".join(f"{tool} {seconds:.3f}" for tool, seconds in summary["seconds"].items())
    failed = [f"failed, and in no figure: {each['target'][:16]} ({each['error']})" for each in summary["failed"]]
    return [*lines, *failed, f"\nseconds a round, median: {spent}"]


def _shares(row: dict[str, Any]) -> str:
    return " ".join(f"{_percent(row[name]):>22}" for name in ("hits@10", "recall@10"))


def _bri(row: dict[str, Any]) -> str:
    return f"{row['bri']['value']:6.2f}" if "bri" in row else " " * 6  # there is none for round 0


def _percent(figure: dict[str, float]) -> str:
    return f"{figure['value']:.1%} ({figure['low']:.1%}-{figure['high']:.1%})"


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _write_table(path: Path, summary: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["method", "round", "metric", "value", "low", "high"])
        for method in summary["methods"]:
            for row in method["rounds"]:
                for metric, figure in row.items():
                    if metric != "round":
                        table.writerow([method["method"], row["round"], metric, figure["value"], figure["low"], figure["high"]])
