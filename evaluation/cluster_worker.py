"""What a worker does of an evaluation: it holds conversations, with models, gallery and paintings of its own reach."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..errors import ClusterError, GalleryError
from ..plain import shown
from ..store.conversations.sessions import open_sessions
from ..tools.workspace import Workspace
from .conversing import Conversing, Task, thread_of
from .tuned import tuned_search

if TYPE_CHECKING:
    from langgraph.checkpoint.base import CheckpointTuple

    from ..graph.config import Config
    from ..store.conversations.saver import RoundSaver


@dataclass(frozen=True)
class Given:
    """What a worker is told of an evaluation. home: the folder of everything written at run time. seen: gallery → its revision, and what
    identifies models, role by role, by profile: on every worker they have to be the same. held_out: see `Search`."""

    home: Path
    galleries: dict[str, str]
    fingerprints: dict[str, dict[str, str]]
    held_out: frozenset[str]
    at_once: int


@dataclass(frozen=True)
class Run:
    """The conversations of one method. file: where the run is written, which names their paintings."""

    method: str
    config: Config
    file: Path
    asked: Sequence[str] = field(default_factory=tuple)


class ConversationWorker:
    """Raises ClusterError on a machine that cannot take part."""

    def __init__(self, given: Given, _: object) -> None:
        self._given = given
        self._open = ExitStack()
        self._workspace = self._open.enter_context(Workspace(given.home))
        self._refuse_another()
        with tempfile.TemporaryDirectory(prefix="dir-tir-") as folder:  # which is gone at once: a worker is killed in the end
            self._saver: RoundSaver = self._open.enter_context(open_sessions(Path(folder) / "sessions.sqlite"))
        self._open.enter_context(self._workspace.processors.sharing(given.at_once, places=1))
        self._held: dict[Run, Conversing] = {}
        self._lock = Lock()
        self._stopped = False

    def about(
        self, run: Run, key: str, task: Task, before: dict[str, Any], kept: Sequence[CheckpointTuple]
    ) -> tuple[dict[str, Any], list[CheckpointTuple]]:
        """A conversation as a line of the run, and where it was when it came to no end; kept: where it was before."""
        thread = thread_of(run.file, key)
        enter(self._saver, thread, kept)
        line = self._of(run).about(key, task, before)
        there = checkpoints(self._saver, thread)
        self._saver.delete_thread(thread)
        return line, there

    def stop(self) -> None:
        """Let those under way finish their steps."""
        with self._lock:
            self._stopped = True
            for conversing in self._held.values():
                conversing.stop()

    def _of(self, run: Run) -> Conversing:
        with self._lock:
            if run not in self._held:
                held_out = self._given.held_out
                tuned = tuned_search(self._workspace, run.config, held_out)
                resolve = partial(self._workspace.toolbox, held_out=held_out)
                self._held[run] = Conversing(run.method, run.config, run.file, resolve, self._saver, tuned, run.asked)
                if self._stopped:
                    self._held[run].stop()
            return self._held[run]

    def _refuse_another(self) -> None:
        host = socket.gethostname()
        for gallery, revision in self._given.galleries.items():
            try:
                there = self._workspace.store.describe(gallery).revision
            except GalleryError as error:
                raise ClusterError(f"it cannot open gallery {gallery!r} in {shown(self._workspace.home.root)} ({error})") from error
            if there != revision:
                raise ClusterError(f"gallery {gallery!r} is in another state on {host}: every worker has to see the same galleries")
        for profile, fingerprints in self._given.fingerprints.items():
            models = self._workspace.models(profile)
            for role, fingerprint in fingerprints.items():
                if (other := models.fingerprint(role)) != fingerprint:
                    raise ClusterError(
                        f"its {role} of profile {profile!r} has other weights ({other}, not {fingerprint}): every worker needs the "
                        "same files"
                    )


def checkpoints(saver: RoundSaver, thread: str) -> list[CheckpointTuple]:
    """All that is kept of a conversation, the oldest first."""
    found = [there.config for there in saver.list({"configurable": {"thread_id": thread}})]
    found.sort(key=lambda config: str(config["configurable"]["checkpoint_id"]))
    return [there for config in found if (there := saver.get_tuple(config))]


def enter(saver: RoundSaver, thread: str, kept: Sequence[CheckpointTuple]) -> None:
    """Keep that, and nothing else, of a conversation."""
    saver.delete_thread(thread)
    for there in kept:
        saver.enter(there)
