"""``dir-tir eval``: run the conversations, print the curves, and leave a run folder."""

from __future__ import annotations

import csv
import json
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tqdm import tqdm

from ..errors import InputError
from ..tools.profiles.profile import load_profile
from ..tools.timing import added
from .manifest import manifest, name_of
from .methods import DIR_TIR, configs, ranks_of, tuned_search
from .metrics import figures, first_hits
from .report.curves import save_curves
from .report.page import save_page
from .runner import run

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..tools.workspace import Workspace
    from .runner import Task

Conversations = list[dict[str, Any]]

_NAME = 12  # columns
_HEAD = f"{'Hits@10':>22} {'Recall@10':>22} {'MRR':>6} {'BRI':>6}"


class Ran(NamedTuple):
    """What a method said and found with the encoder of a profile."""

    method: str
    config: Config
    conversations: Conversations

    @property
    def retriever(self) -> str:
        return load_profile(self.config.profile).encoder.kind


def evaluate(
    workspace: Workspace, retrievers: Sequence[Config], tasks: Sequence[Task], at_once: int = 1, methods: Sequence[str] = (DIR_TIR,)
) -> Path:
    """Converse about the targets by each method, with each retriever (a profile and the gallery of its encoder).

    Prints tables and returns the folder of the run. That is named after everything that the results depend on, so that what an earlier run
    left is gone on with only where nothing has changed.
    """
    made = manifest(workspace, retrievers, tasks)
    folder = workspace.home.evaluations / f"{retrievers[0].gallery[:40]}-{len(tasks)}-{name_of(made)}"
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "manifest.json", made)
    runs = []
    for number, retriever in enumerate(retrievers):
        for method, setting in configs(retriever, methods).items():
            name = f"{method}-{Path(retriever.profile).stem}" if number else method
            with tqdm(total=len(tasks), desc=name, unit="conversation") as bar:
                file, tuned = folder / f"{name}.jsonl", tuned_search(workspace, setting)
                conversations = run(
                    tasks, setting, file, workspace.toolbox, _advancing(bar), at_once=at_once, tuned=tuned, processors=workspace.processors
                )
                runs.append(Ran(method, setting, conversations))
    summary = summarise(runs)
    write_json(folder / "summary.json", summary)
    _write_table(folder / "summary.csv", summary)
    save_curves(summary, folder)
    page = save_page(folder, summary, runs[0].conversations, made, workspace.search(retrievers[0].gallery, retrievers[0].profile))
    for line in _told(summary):
        print(line)
    print(f"\nTo look at, with curves and conversations:  {page}")
    return folder


def _advancing(bar: Any) -> Callable[[], None]:
    return lambda: bar.update() and None


def summarise(runs: Sequence[Ran]) -> dict[str, Any]:
    """Curves of each method and of what can be read off its run, and median seconds a round (rounds 1 …) by tool.

    Of the seconds, ``own`` is everything but the models, ``all`` the sum. Conversations that ended with an error are in ``failed`` and in
    no figure, replies that stayed broken are counted in ``broken``. Raises InputError when no method has a whole conversation.
    """
    methods: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    broken: list[dict[str, Any]] = []
    for ran in runs:
        who = {"method": ran.method, "retriever": ran.retriever}
        whole = [c for c in ran.conversations if "error" not in c]
        failed += [{**who, "target": c["target"], "error": c["error"]} for c in ran.conversations if "error" in c]
        if not whole:
            continue
        reasons = Counter(reason for c in whole for reason in c["broken"])
        broken += [{**who, "reason": reason, "replies": count} for reason, count in sorted(reasons.items())]
        seconds = _medians(seconds_of_rounds(whole))
        for name, ranks in ranks_of(ran.method, ran.config, whole).items():
            row = {**who, "method": name, "rounds": figures(ranks), "first_hit": _first_hit(first_hits(ranks))}
            methods.append(row | ({"seconds": seconds} if name == ran.method else {}))
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
    several = len({method["retriever"] for method in summary["methods"]}) > 1
    for method in summary["methods"]:
        if "seconds" in method:
            name = _name(method, several)
            lines += ["", f"{name}: {'round':>{max(6, _NAME - len(name) - 2)}} {_HEAD} {'median rank':>12}"]
            lines += [f"{row['round']:{_NAME}} {_figures(row)} {row['median_rank']['value']:12.1f}" for row in method["rounds"]]
            lines.append(
                "seconds a round, median, waiting for other conversations included: "
                + ", ".join(f"{tool} {s:.3f}" for tool, s in method["seconds"].items())
            )
    width = max(_NAME, *(len(_name(method, several)) for method in summary["methods"]))
    lines += ["", f"{'last round':<{width}} {_HEAD}"]
    lines += [f"{_name(method, several):<{width}} {_figures(method['rounds'][-1])}" for method in summary["methods"]]
    lines += [f"{each['method']}: {each['replies']} replies stayed broken ({each['reason']})" for each in summary["broken"]]
    lines += [f"failed, and in no figure: {each['method']}, {each['target'][:24]} ({each['error']})" for each in summary["failed"]]
    return lines


def _name(method: dict[str, Any], several: bool) -> str:
    return f"{method['method']}, {method['retriever']}" if several else str(method["method"])


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
        table.writerow(["method", "retriever", "round", "metric", "value", "low", "high"])
        for method in summary["methods"]:
            for row in method["rounds"]:
                for metric, figure in row.items():
                    if metric != "round":
                        table.writerow(
                            [method["method"], method["retriever"], row["round"], metric, figure["value"], figure["low"], figure["high"]]
                        )
