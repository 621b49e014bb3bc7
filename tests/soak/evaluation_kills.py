"""Evaluations killed at drawn moments, one or three conversations at a time: each is there once, as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.report.curves import save_curves
from dir_tir.evaluation.report.summary import Ran, summarise
from dir_tir.evaluation.report.tables import write_csv, write_json
from dir_tir.evaluation.runner import run, untimed
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, plausible

from .case import Case, Fault, Outcome, Part
from .talking import WHOLE, forked, search

CONFIG = Config(gallery="soak", max_rounds=2, related_size=8)


def evaluate(place: Path, at_once: int, slow: float, *, curves: bool = True) -> int:
    """The conversations and the files of a report."""

    def wait() -> None:
        time.sleep(random.uniform(0, slow))

    def reply(prompt: str) -> str:
        wait()
        return plausible(prompt)

    toolbox = FakeToolbox(search(), FakeLanguageModel(reply), FakePainter(wait), paintings=Paintings(place / "paintings"))
    tasks = [Task(id_, f"a text about {id_}") for id_ in search().ids[:6]]
    done = run(tasks, CONFIG, place / "run" / "dir-tir.jsonl", lambda _: toolbox, at_once=at_once)
    summary = summarise([Ran("dir-tir", CONFIG, done)])
    write_json(place / "run" / "summary.json", summary)
    write_csv(place / "run" / "summary.csv", summary)
    if curves:
        save_curves(summary, place / "run")
    return WHOLE


@contextmanager
def _opened(folder: Path) -> Iterator[Case]:
    shutil.rmtree(folder / "whole", ignore_errors=True)
    forked(lambda: evaluate(folder / "whole", 1, 0, curves=False))
    whole = conversations_in(folder / "whole")

    def case(number: int, chance: random.Random) -> Outcome:
        place, at_once, slow = folder / str(number), chance.choice((1, 3)), chance.choice((0, 0.01))
        curves = number % 4 == 3  # they take longer than all the rest
        shutil.rmtree(place, ignore_errors=True)
        faults: list[Fault] = []
        for _ in range(chance.randint(1, 3)):
            if forked(lambda: evaluate(place, at_once, slow, curves=curves), chance.uniform(0.05, 1.5)) not in (None, WHOLE):
                faults.append(Fault("escaped", "see the log"))
        if (status := forked(lambda: evaluate(place, at_once, slow, curves=curves))) != WHOLE:
            faults.append(Fault("stuck", f"it does not come to its end: {status}"))
        faults += faults_of(place, whole)
        shutil.rmtree(place, ignore_errors=True)
        return Outcome(f"{at_once} at once", tuple(faults))

    yield case


def conversations_in(place: Path) -> list[str]:
    """What was said in each, as text that can be compared."""
    lines = (place / "run" / "dir-tir.jsonl").read_text().splitlines()
    return [json.dumps(untimed(json.loads(line)), sort_keys=True) for line in lines]


def faults_of(place: Path, whole: list[str]) -> list[Fault]:
    """What is wrong with an evaluation that came to its end."""
    if (found := conversations_in(place)) != whole:
        kind = "doubled" if len(found) > len(whole) else "lost"
        return [Fault(kind, f"{len(found)} conversations, {len(set(found) & set(whole))} of them as they were to be")]
    json.loads((place / "run" / "summary.json").read_text())
    left = [file for file in os.listdir(place / "run") if file.endswith((".sqlite", ".lock"))]  # noqa: PTH208
    return [Fault("stuck", f"{left} is left")] if left else []


PART = Part("evaluation-kills", "evaluations killed while they run", 36, 1, _opened)
