"""An evaluation whose conversations are held on a cluster; its lines are written in the command's own process."""

from __future__ import annotations

from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools.cluster.pool import LostError
from .cluster_worker import ConversationWorker, Given, Run, checkpoints, enter
from .conversing import Task, thread_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..graph.config import Config
    from ..store.conversations.saver import RoundSaver
    from ..tools.cluster.pool import Pool
    from ..tools.workspace import Workspace


def begin(pool: Pool, workspace: Workspace, retrievers: Sequence[Config], held_out: frozenset[str], at_once: int) -> None:
    """Have the workers open what these retrievers need. at_once: conversations of each worker at a time."""
    galleries = {config.gallery: workspace.store.describe(config.gallery).revision for config in retrievers}
    fingerprints = {}
    for config in map(_anywhere, retrievers):
        models = workspace.models(config.profile)
        fingerprints[config.profile] = {role: models.fingerprint(role) for role in models.profile.models}
    given = Given(workspace.home.root, galleries, fingerprints, held_out, at_once)
    pool.begin(f"{ConversationWorker.__module__}:{ConversationWorker.__name__}", given, slots=at_once)


class ClusterHolder:
    """The workers of a pool hold the conversations of one run; where each was, when it comes to no end, is kept here."""

    def __init__(self, pool: Pool, method: str, config: Config, file: Path, asked: Collection[str], saver: RoundSaver) -> None:
        self._pool, self._saver = pool, saver
        self._run = Run(method, _anywhere(config), file.absolute(), tuple(asked))
        self._lines: list[Future[dict[str, Any]]] = []

    def submit(self, key: str, task: Task, before: dict[str, Any]) -> Future[dict[str, Any]]:
        line: Future[dict[str, Any]] = Future()
        self._lines.append(line)
        kept = checkpoints(self._saver, thread_of(self._run.file, key))
        self._pool.submit("about", self._run, key, task, before, kept).add_done_callback(partial(self._came, key, task, line))
        return line

    def stop(self) -> None:
        self._pool.tell("stop")
        wait(self._lines)

    def close(self) -> None:
        """Nothing: the workers are the pool's, and hold those of the next run."""

    def _came(self, key: str, task: Task, line: Future[dict[str, Any]], answer: Future[Any]) -> None:
        if answer.cancelled():
            line.cancel()
            line.set_running_or_notify_cancel()
            return
        try:
            conversation, kept = answer.result()
            enter(self._saver, thread_of(self._run.file, key), kept)
            line.set_result(conversation)
        except LostError as error:
            own = {"task": key, "method": self._run.method, "target": task.target, "image": task.image, "description": task.description}
            line.set_result({**own, "error": str(error)})
        except BaseException as error:
            line.set_exception(error)


def _anywhere(config: Config) -> Config:
    """The same for a process that was started in another folder."""
    path = config.profile.endswith(".toml")
    return replace(config, profile=str(Path(config.profile).absolute())) if path else config
