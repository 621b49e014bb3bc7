"""Conversations that kill themselves, each in another node: `python dying.py FOLDER NODE ...`, run by test_resume.py."""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dir_tir.graph import build, dialog_refiner, image_refiner
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.home import Home
from fakes import FakeToolbox

CONFIG = Config(
    user="simulated", target="x", max_rounds=2, related_size=8
)  # so few that nothing is clustered, which saves each process the import of sklearn
OPENING: Any = {"description": "a boat"}


def thread_of(node: str) -> Any:
    """The conversation that is killed in this node."""
    return {"configurable": {"thread_id": f"killed-in-{node}"}}


def die_in(name: str) -> None:
    """From now on, graphs are built whose node `name` kills the process in round 1: its work done, and nothing of it kept yet."""
    for module in (build, dialog_refiner, image_refiner):
        module.bind = _lethal(module.bind, name)  # type: ignore[attr-defined]


def _lethal(bind: Callable[..., Any], name: str) -> Callable[..., Any]:
    def lethal(node: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        bound = bind(node, *arguments, **keywords)

        @functools.wraps(bound)
        def wrapped(state: Any, runtime: Any) -> Any:
            update = bound(state, runtime)
            if node.__name__ == name and update.get("round", state.get("round")) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return update

        return wrapped

    return lethal


def run_to_death(node: str, folder: Path) -> int:
    """The conversation in a process of its own; how that ended, as os.waitpid tells it."""
    if child := os.fork():  # nothing runs here yet but this thread; a fork spares every child the imports
        return os.waitpid(child, 0)[1]
    os.environ["DIR_TIR_HOME"] = str(folder / node)
    die_in(node)
    toolbox = FakeToolbox()
    with Conversations(Home.of()) as kept:
        build.build_graph(lambda config: toolbox, kept.saver).invoke(OPENING, thread_of(node), context=CONFIG, durability="sync")
    os._exit(1)


if __name__ == "__main__":
    folder, *nodes = sys.argv[1:]
    if Home.of().database:
        import dir_tir.store.conversations.postgres.saver  # noqa: F401  # once, before the forks
    print(json.dumps({node: run_to_death(node, Path(folder)) for node in nodes}))
