"""Conversations held by workers: the same lines as by this process, whatever ends meanwhile."""

from __future__ import annotations

import _thread
import json
import os
import signal
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.errors import ClusterError
from dir_tir.evaluation.cluster import ClusterHolder, begin
from dir_tir.evaluation.command import evaluate
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.manifest import manifest, name_of
from dir_tir.evaluation.runner import run, untimed
from dir_tir.graph.config import Config
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.cluster.pool import Pool
from dir_tir.tools.workspace import Workspace
from inline_pool import ThreadPool
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ray_heads import Head


class Evaluation:
    """Tasks in a gallery, for conversations held here and elsewhere."""

    def __init__(self, workspace: Workspace, profile: str, folder: Path) -> None:
        self.workspace, self.folder = workspace, folder
        sources = [Source(folder / f"{number}.png", (f"picture number {number}",)) for number in range(24)]
        for number, source in enumerate(sources):
            Image.new("RGB", (8, 8), (number, 0, 0)).save(source.path)
        index(sources, workspace.store, "colours", workspace.models(profile).encoder)
        self.config = Config(profile=profile, gallery="colours", max_rounds=2, related_size=8)
        ids = list(workspace.vectors("colours").rows)
        self.tasks = [Task(id_, f"a text about {id_}") for id_ in ids[:16]]
        self.file = folder / "cluster" / "run" / "dir-tir.jsonl"

    def here(self, file: Path | None = None) -> list[dict[str, Any]]:
        return run(self.tasks, self.config, file or self.folder / "here" / "run" / "dir-tir.jsonl", self.workspace.toolbox)

    def by(self, pool: Pool, *after: Callable[[], None]) -> list[dict[str, Any]]:
        begin(pool, self.workspace, [self.config], frozenset(), 1)
        holder = partial(ClusterHolder, pool, "dir-tir", self.config, self.file, ())
        return run(self.tasks, self.config, self.file, self.workspace.toolbox, lambda: [each() for each in after] and None, holder=holder)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture
def evaluation(tmp_path: Path, cluster_profile: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evaluation]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    with Workspace() as workspace:
        yield Evaluation(workspace, cluster_profile, tmp_path)


class After:
    """Does something once, after so many conversations."""

    def __init__(self, number: int, what: Callable[[], object]) -> None:
        self._left, self._what = number, what

    def __call__(self) -> None:
        self._left -= 1
        if not self._left:
            self._what()


def test_a_killed_worker_and_a_killed_head_change_no_conversation(evaluation: Evaluation, ray_head: Head) -> None:
    def kill_worker() -> None:
        os.kill(pool.workers[0]["pid"], signal.SIGKILL)

    with pytest.raises(ClusterError, match="the same command goes on from here"), Pool(ray_head.address) as pool:
        evaluation.by(pool, After(2, kill_worker), After(7, ray_head.kill))
    assert 7 <= len(evaluation.lines()) < 16
    held = evaluation.here(evaluation.file)  # who goes on may do it without workers
    assert [untimed(line) for line in held] == [untimed(line) for line in evaluation.here()]
    assert [path.name for path in evaluation.file.parent.iterdir()] == ["dir-tir.jsonl"]


@pytest.mark.models
def test_an_interrupted_run_goes_on_by_other_workers_from_where_each_conversation_was(evaluation: Evaluation) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluation.by(ThreadPool(), After(3, _thread.interrupt_main))
    before = evaluation.lines()
    assert [line["error"] for line in before if "error" in line] == ["interrupted: the same command goes on from here"]
    resumed = evaluation.by(ThreadPool())
    assert [untimed(line) for line in resumed] == [untimed(line) for line in evaluation.here()]


@pytest.mark.models
def test_the_manifest_says_that_workers_held_the_conversations_and_it_is_the_same_run(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dir_tir.tools.cluster.pool.Pool", lambda *_: nullcontext(ThreadPool()))
    folder, tasks = evaluation.folder / "out", evaluation.tasks[:2]
    evaluate(evaluation.workspace, [evaluation.config], tasks, out=folder, ray="")
    made = json.loads((folder / "manifest.json").read_text())
    assert made["made_with"]["ray"] == "workers: 1; conversations of each at a time: 1"
    assert name_of(made) == name_of(manifest(evaluation.workspace, [evaluation.config], tasks))
