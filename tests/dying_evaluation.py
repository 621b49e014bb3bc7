"""An evaluation that kills itself in the middle of its conversations: `python dying_evaluation.py FOLDER`, run by test_runner.py."""

from __future__ import annotations

import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from fakes import FakePainter, FakeToolbox
from galleries import colours

CONFIG = Config(gallery="colours", max_rounds=2, related_size=8)
PAINTINGS = 7  # then it dies: in the fourth of six conversations held one after another


def toolbox_in(folder: Path) -> FakeToolbox:
    return FakeToolbox(search=colours(folder, 12)[0])


def tasks_for(toolbox: FakeToolbox) -> list[Task]:
    return [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]


def main(folder: Path) -> None:
    paintings, file = count(1), folder / "run" / "dir-tir.jsonl"

    def die() -> None:
        if next(paintings) == PAINTINGS:
            while len(file.read_text().splitlines()) < 3:  # the third line is written while the fourth conversation begins
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)

    toolbox = toolbox_in(folder)
    dying = FakeToolbox(search=toolbox.search, painter=FakePainter(before=die))
    run(tasks_for(toolbox), CONFIG, file, lambda _: dying)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
