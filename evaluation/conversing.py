"""One conversation of an evaluation: a task, the simulated user, and the target's ranks in every round."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl

from ..errors import DirTirError, DiskFullError, GalleryError, ModelError
from ..graph.build import build_graph
from ..plain import traced
from ..tools.models.failures import failure_text
from ..tools.models.retrying import noting
from .methods import ranks_in
from .ranking import readings

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from ..graph.config import Config
    from ..tools.search import Search
    from ..tools.toolbox import Toolbox

INTERRUPTED = "interrupted: the same command goes on from here"


@dataclass(frozen=True)
class Task:
    """A picture to be found, and how whoever wants it begins."""

    target: str  # its id; empty when the gallery lacks the picture
    description: str
    image: str = ""  # what the file of descriptions calls it


def keys_of(tasks: Sequence[Task]) -> list[str]:
    """A name for each task, by which its conversation is known: of the same target and description once more, another."""
    keys, seen = [], Counter[Task]()
    for task in tasks:
        seen[task] += 1
        keys.append(hashlib.sha256(f"{task.target or task.image}\n{task.description}\n{seen[task]}".encode()).hexdigest()[:16])
    return keys


def as_file_name(name: str) -> str:
    """A name of as many characters that any file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)


def thread_of(file: Path, key: str) -> str:
    """What the conversation of a task is called where it is kept, by the file of its run. Names the folder of its paintings, so it must be
    short, and another for another run."""
    run = hashlib.sha256(f"{file.parent.name}/{file.stem}".encode()).hexdigest()[:10]
    return f"{as_file_name(file.stem[:24])}-{run}-{key}"


class Conversing:
    """The conversations of one method. Any number of them run at a time, in threads."""

    def __init__(
        self,
        method: str,
        config: Config,
        file: Path,
        resolve: Callable[[Config], Toolbox],
        saver: BaseCheckpointSaver[Any],
        tuned: Search | None,
        asked: Collection[str],
    ) -> None:
        self._method, self._config, self._resolve, self._tuned, self._asked = method, config, resolve, tuned, asked
        self._saver, self._graph = saver, build_graph(resolve, saver)
        self._file = file
        self._controls: set[RunControl] = set()
        self._stopping = False

    def stop(self) -> None:
        """Let those under way finish their steps; where each was is kept."""
        self._stopping = True
        for control in list(self._controls):
            control.request_drain()

    def about(self, key: str, task: Task, before: dict[str, Any]) -> dict[str, Any]:
        """The conversation as a line of the run. ``before`` is what an earlier run left of it: all but some ranks, or half of it."""
        own = {"task": key, "method": self._method, "target": task.target, "image": task.image, "description": task.description}
        broken: list[str] = []
        try:
            if not task.target:
                raise GalleryError(f"the gallery holds no picture {task.image!r}: index it, or leave its description out")
            config = replace(self._config, user="simulated", target=task.target)
            search = self._resolve(config).search
            search.row(task.target)  # before anything is asked about a picture that is not there
            if "rounds" in before:
                rounds, broken = before["rounds"], before["broken"]
            else:
                with noting() as broken:
                    broken += before.get("broken", [])
                    rounds = self._converse(config, thread_of(self._file, key), task.description)
            ranks = ranks_in(list(readings(rounds, task.target, config, search, self._tuned)), self._method, config, self._asked)
            ranked_rounds = [{**record, "ranks": of} for record, of in zip(rounds, ranks, strict=True)]
            return {**own, "broken": sorted(broken), "rounds": ranked_rounds}
        except GraphDrained:
            return {**own, "broken": sorted(broken), "error": INTERRUPTED}
        except (KeyboardInterrupt, DiskFullError):  # when the disk is full, the others could not be written either
            raise
        except BaseException as error:  # whatever ends one conversation is named in the summary and ends no other
            failed = {**own, "error": failure_text(error)}
            ours = isinstance(error, DirTirError) and not isinstance(error, ModelError)
            return failed if ours else {**failed, "traceback": traced(error)}

    def _converse(self, config: Config, name: str, description: str) -> list[dict[str, Any]]:
        thread: RunnableConfig = {"configurable": {"thread_id": name}}
        begun = bool(self._graph.get_state(thread).values)
        control = RunControl()
        self._controls.add(control)
        try:
            if self._stopping:
                control.request_drain()
            start: Any = None if begun else {"description": description}
            state = self._graph.invoke(start, thread, context=config, durability="exit", control=control)
        finally:
            self._controls.discard(control)
        self._saver.delete_thread(name)
        rounds: list[dict[str, Any]] = state["rounds"]
        return rounds
