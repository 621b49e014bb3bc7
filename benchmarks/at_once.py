"""What holding conversations at once gains, and where the time of either way goes: ``python -m dir_tir.benchmarks.at_once``."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..evaluation.conversing import Task
from ..evaluation.postcards import postcards_gallery
from ..evaluation.runner import read_tasks, run, untimed
from ..graph.config import Config
from ..tools.models.roles import TOOLS_OF_MODELS
from ..tools.search import Search
from ..tools.timing import watched
from ..tools.toolbox import make_ready
from ..tools.workspace import Workspace

if TYPE_CHECKING:
    from ..tools.toolbox import Toolbox


@dataclass(frozen=True)
class Pass:
    """The same conversations in one way. ``tools``: processor seconds inside each tool, whoever called it; ``rest``: in none."""

    seconds: float
    processor: float
    tools: dict[str, float]
    conversations: list[dict[str, Any]]

    @property
    def rest(self) -> float:
        return self.processor - sum(self.tools.values())


def benchmark(workspace: Workspace, tasks: Sequence[Task], config: Config, at_once: int) -> tuple[Pass, Pass]:
    """Hold the conversations one after another, then ``at_once`` at a time; prints both and how many times faster the second way is."""
    warm = Task(tasks[0].target, tasks[0].description)
    passes = []
    with tempfile.TemporaryDirectory(prefix="dir-tir-") as folder:
        for _ in make_ready(workspace.toolbox(config)):
            pass
        _measured(workspace, [warm], config, Path(folder) / "warm", 1)
        for width in (1, at_once):
            passes.append(_measured(workspace, tasks, config, Path(folder) / f"benchmark-{width}", width))
    one, many = passes
    for line in format_passes(one, many, len(tasks), config.max_rounds, at_once):
        print(line)
    return one, many


def _measured(workspace: Workspace, tasks: Sequence[Task], config: Config, folder: Path, at_once: int) -> Pass:
    meter = _Meter()
    search = Search.open(workspace.store, config.gallery, workspace.models(config.profile).encoder)  # one that remembers no embedding
    started, before = time.perf_counter(), time.process_time()
    found = run(
        tasks,
        config,
        folder / "benchmark.jsonl",
        lambda own: _Metered(meter, workspace.toolbox(own), search),
        at_once=at_once,
        processors=workspace.processors,
    )
    return Pass(time.perf_counter() - started, time.process_time() - before, meter.tools, found)


def format_passes(one: Pass, many: Pass, count: int, rounds: int, at_once: int) -> list[str]:
    """Both passes of ``count`` conversations, side by side, as lines; the last one is the verdict."""
    same = [untimed(c) for c in one.conversations] == [untimed(c) for c in many.conversations]
    head = f"{'processor seconds a round':<28} {'one at a time':>14} {f'{at_once} at once':>14}"
    each = count * rounds
    lines = [head, *(f"  {tool:<26} {one.tools[tool] / each:14.3f} {many.tools[tool] / each:14.3f}" for tool in TOOLS_OF_MODELS)]
    lines += [
        f"  {'everything else':<26} {one.rest / each:14.3f} {many.rest / each:14.3f}",
        f"  {'all':<26} {one.processor / each:14.3f} {many.processor / each:14.3f}",
        f"{'processors busy':<28} {one.processor / one.seconds:14.2f} {many.processor / many.seconds:14.2f}",
        f"{'seconds a conversation':<28} {one.seconds / count:14.2f} {many.seconds / count:14.2f}",
        "",
        f"{at_once} at once are {one.seconds / many.seconds:.2f} times as fast as one after another; "
        f"{count} conversations of {rounds} rounds, {'the same word for word' if same else 'NOT the same'} both ways.",
    ]
    return lines


@dataclass
class _Meter:
    """Adds up the processor time of the threads that call a tool. A batch is billed to whoever runs it, so only the sum means something."""

    tools: dict[str, float] = field(default_factory=lambda: dict.fromkeys(TOOLS_OF_MODELS, 0.0))
    lock: Lock = field(default_factory=Lock)

    def add(self, name: str, seconds: float) -> None:
        with self.lock:
            self.tools[name] += seconds


class _Metered:
    """A toolbox whose models are metered, with a search of this pass."""

    def __init__(self, meter: _Meter, toolbox: Toolbox, search: Search) -> None:
        self._meter, self._toolbox, self._search = meter, toolbox, search

    def __getattr__(self, name: str) -> Any:
        tool = self._search if name == "search" else getattr(self._toolbox, name)
        return watched(tool, time.thread_time, partial(self._meter.add, name)) if name in TOOLS_OF_MODELS else tool


def main() -> None:
    """Postcards of the miniature, as `dir-tir eval` looks for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postcards", type=int, default=2000)
    parser.add_argument("--targets", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with Workspace() as workspace:
        drawn = postcards_gallery(workspace, options.postcards, "miniature")
        config = Config(gallery=drawn.gallery, max_rounds=options.rounds, related_size=max(10, options.postcards // 10))
        benchmark(workspace, read_tasks(drawn.descriptions, options.targets, seed=0), config, options.at_once)


if __name__ == "__main__":
    main()
