"""``dir-tir eval``: run the conversations, print the curves, and leave a run folder."""

from __future__ import annotations

import csv
import json
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..errors import InputError
from ..graph.resources import toolbox_of
from ..store.home import home
from ..tools.profile import load_profile
from ..tools.stopwatch import added
from .curves import save_curves
from .manifest import manifest, name_of
from .methods import DIR_TIR, configs, ranks_of
from .metrics import figures, first_hits
from .page import save_page
from .runner import read_tasks, run

if TYPE_CHECKING:
    from ..graph.config import Config

Conversations = list[dict[str, Any]]

_NAME = 12  # columns
_HEAD = f"{'Hits@10':>22} {'Recall@10':>22} {'MRR':>6} {'BRI':>6}"


def evaluate(config: Config, descriptions: Path, targets: int, at_once: int = 1, methods: Sequence[str] = (DIR_TIR,)) -> Path:
    """Converse about ``targets`` pictures of ``descriptions`` by each method; prints tables and returns the folder of the run.

    The folder is named after everything that the results depend on, so that what an earlier run left is gone on with only where
    nothing has changed.
    """
    settings = configs(config, methods)
    made = manifest(config, descriptions, targets)
    folder = home() / "evaluations" / f"{config.gallery}-{targets}-{name_of(made)}"
    folder.mkdir(parents=True, exist_ok=True)
    tasks = read_tasks(descriptions, targets, config.seed)
    runs = {}
    for method, setting in settings.items():
        with tqdm(total=targets, desc=method, unit="conversation") as bar:
            runs[method] = run(tasks, setting, folder / f"{method}.jsonl", advance=_advancing(bar), at_once=at_once)
    summary = summarise(runs, settings)
    write_json(folder / "manifest.json", made)
    write_json(folder / "summary.json", summary)
    _write_table(folder / "summary.csv", summary)
    save_curves(summary, folder)
    page = save_page(folder, summary, runs[next(iter(settings))], made, toolbox_of(config).search)
    for line in _told(summary):
        print(line)
    print(f"\nTo look at, with curves and conversations:  {page}")
    return folder


def _advancing(bar: Any) -> Callable[[], None]:
    return lambda: bar.update() and None


def summarise(runs: Mapping[str, Conversations], settings: Mapping[str, Config]) -> dict[str, Any]:
    """Curves of each method and of what can be read off its run, and median seconds a round (rounds 1 …) by tool.

    Of the seconds, ``own`` is everything but the models, ``all`` the sum. Conversations that ended with an error are in ``failed`` and in
    no figure, replies that stayed broken are counted in ``broken``. Raises InputError when no method has a whole conversation.
    """
    methods: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    broken: dict[str, dict[str, int]] = {}
    for method, conversations in runs.items():
        wrong = [c for c in conversations if "error" in c]
        whole = [c for c in conversations if "error" not in c]
        failed += [{"method": method, "target": c["target"], "error": c["error"]} for c in wrong]
        if not whole:
            continue
        if reasons := Counter(reason for c in whole for reason in c["broken"]):
            broken[method] = dict(reasons)
        seconds = _medians(seconds_of_rounds(whole))
        for name, ranks in ranks_of(method, settings[method], whole).items():
            row = {
                "method": name,
                "retriever": load_profile(settings[method].profile).encoder.kind,
                "rounds": figures(ranks),
                "first_hit": _first_hit(first_hits(ranks)),
            }
            methods.append(row | ({"seconds": seconds} if name == method else {}))
    if not methods:
        raise InputError(f"no conversation came to its end; the first one said: {failed[0]['error']}")
    return {"methods": methods, "failed": failed, "broken": broken}


def seconds_of_rounds(conversations: Conversations) -> list[dict[str, float]]:
    """For every round but the first searches: seconds by tool, "own" for everything but the models, "all" for their sum."""
    return [_seconds(record) for c in conversations for record in c["rounds"] if record["round"]]


def _seconds(record: dict[str, Any]) -> dict[str, float]:
    total: dict[str, float] = reduce(added, record["seconds"].values(), {})
    return {**total, "all": sum(total.values())}


def _medians(spent: list[dict[str, float]]) -> dict[str, float]:
    tools = sorted({tool for seconds in spent for tool in seconds})
    return {tool: statistics.median(s.get(tool, 0.0) for s in spent) for tool in tools}


def _first_hit(rounds: list[int | None]) -> dict[str, float | None]:
    there = [number for number in rounds if number is not None]
    return {"mean": statistics.mean(there) if there else None, "never": (len(rounds) - len(there)) / len(rounds)}


def _told(summary: dict[str, Any]) -> list[str]:
    lines = []
    for method in summary["methods"]:
        if "seconds" in method:
            lines += ["", f"{method['method']}: {'round':>{_NAME - len(method['method']) - 2}} {_HEAD} {'median rank':>12}"]
            lines += [f"{row['round']:{_NAME}} {_figures(row)} {row['median_rank']['value']:12.1f}" for row in method["rounds"]]
            lines.append("seconds a round, median: " + ", ".join(f"{tool} {s:.3f}" for tool, s in method["seconds"].items()))
    lines += ["", f"{'last round':<{_NAME}} {_HEAD}"]
    lines += [f"{method['method']:<{_NAME}} {_figures(method['rounds'][-1])}" for method in summary["methods"]]
    broken = [
        f"{method}: {count} replies stayed broken ({reason})" for method, r in summary["broken"].items() for reason, count in r.items()
    ]
    failed = [f"failed, and in no figure: {each['method']}, {each['target'][:16]} ({each['error']})" for each in summary["failed"]]
    return [*lines, *broken, *failed]


def _figures(row: dict[str, Any]) -> str:
    bri = f"{row['bri']['value']:6.2f}" if "bri" in row else " " * 6  # there is none for round 0
    return f"{_percent(row['hits@10']):>22} {_percent(row['recall@10']):>22} {row['mrr']['value']:6.2f} {bri}"


def _percent(figure: dict[str, float]) -> str:
    return f"{figure['value']:.1%} ({figure['low']:.1%}-{figure['high']:.1%})"


def write_json(path: Path, content: dict[str, Any]) -> None:
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
