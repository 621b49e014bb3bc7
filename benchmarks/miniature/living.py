"""What a conversation costs: seconds a round, bytes of weights."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...evaluation.postcards import postcards_gallery
from ...evaluation.report.summary import seconds_of_rounds
from ...evaluation.runner import read_tasks, run
from ...graph.config import Config
from ...miniature.train.settings import WEIGHTS
from ...tools.models.loading import Models
from ...tools.workspace import Workspace
from .check import Check, Exam

_POSTCARDS, _CONVERSATIONS = 2000, 5
_MEGABYTE = 1_000_000


def exams(workspace: Workspace) -> Iterator[Exam]:
    """Two."""
    yield Exam("rounds", lambda models, _: _rounds(workspace, models))
    yield Exam("weights", _weights)


def _rounds(workspace: Workspace, models: Models) -> Iterator[Check]:
    gallery = postcards_gallery(workspace, _POSTCARDS, models.profile.name)
    config = Config(profile=models.profile.name, gallery=gallery.gallery, related_size=_POSTCARDS // 10)
    tasks = read_tasks(gallery.descriptions, _CONVERSATIONS, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        conversations = run(tasks, config, Path(folder) / "conversations.jsonl", workspace.toolbox, processors=workspace.processors)
    seconds = [spent["all"] for spent in seconds_of_rounds(conversations)]
    yield Check("one round, everything included, median", statistics.median(seconds), 2.0, len(seconds), ceiling=True, unit="s")


def _weights(models: Models, cases: int) -> Iterator[Check]:
    sizes = [path.stat().st_size / _MEGABYTE for path in WEIGHTS.rglob("*.safetensors")]
    yield Check("largest weight file", max(sizes), 16.0, len(sizes), ceiling=True, unit="MB")
    yield Check("all weights", sum(sizes), 60.0, len(sizes), ceiling=True, unit="MB")
