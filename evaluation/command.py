"""``dir-tir eval``: run the conversations, print the curves, keep both."""

from __future__ import annotations

import json
import statistics
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..store.home import home
from ..tools.stopwatch import added
from .metrics import hits, recall
from .runner import found, read_tasks, run

if TYPE_CHECKING:
    from ..graph.config import Config


def evaluate(config: Config, descriptions: Path, targets: int, at_once: int = 1) -> Path:
    """Converse about ``targets`` pictures of ``descriptions``; prints a table and returns the folder of the run."""
    folder = home() / "evaluations" / f"{config.gallery}-{targets}-{config.max_rounds}-{config.dialog_num}-{config.image_num}-{config.seed}"
    tasks = read_tasks(descriptions, targets, config.seed)
    with tqdm(total=targets, desc="conversing", unit="conversation") as bar:
        conversations = run(tasks, config, folder / "conversations.jsonl", advance=lambda: bar.update() and None, at_once=at_once)
    summary = summarise(conversations)
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(f"{'round':>5} {'Hits@10':>8} {'Recall@10':>10} {'median rank':>12}")
    for row in summary["rounds"]:
        print(f"{row['round']:5} {row['hits@10']:8.1%} {row['recall@10']:10.1%} {row['median_rank']:12.1f}")
    spent = ", ".join(f"{tool} {seconds:.3f}" for tool, seconds in summary["seconds"].items())
    print(f"\nseconds a round, median: {spent}\n{targets} conversations; every round of each is in {folder}")
    return folder


def summarise(conversations: list[dict[str, Any]]) -> dict[str, Any]:
    """Curves by round, and median seconds a round (rounds 1 …) by tool; ``own`` is everything but the models, ``all`` the sum."""
    among_ten = found(conversations)
    ranks = zip(*([record["rank"] for record in c["rounds"]] for c in conversations), strict=True)
    rows = [
        {"round": number, "hits@10": h, "recall@10": r, "median_rank": statistics.median(at_round)}
        for number, (h, r, at_round) in enumerate(zip(hits(among_ten), recall(among_ten), ranks, strict=True))
    ]
    spent = seconds_of_rounds(conversations)
    tools = sorted({tool for seconds in spent for tool in seconds})
    return {"rounds": rows, "seconds": {tool: statistics.median(s.get(tool, 0.0) for s in spent) for tool in tools}}


def seconds_of_rounds(conversations: list[dict[str, Any]]) -> list[dict[str, float]]:
    """For every round but the first searches: seconds by tool, "own" for everything but the models, "all" for their sum."""
    return [_seconds(record) for c in conversations for record in c["rounds"] if record["round"]]


def _seconds(record: dict[str, Any]) -> dict[str, float]:
    total: dict[str, float] = reduce(added, record["seconds"].values(), {})
    return {**total, "all": sum(total.values())}
