"""Puts into a node's hands the tools and settings that it names as keyword parameters, and nothing else.

So a node's signature says all that it can reach. `user` is named by two nodes alone, and nobody can name the target.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from ..tools.timing import Stopwatch, added
from ..tools.workspace import TOOLS, Toolbox
from .config import Config, config_of

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

Resolver = Callable[[Config], Toolbox]
MODELS = {"search", "llm", "painter", "user"}  # what is timed
OF_THE_CALL = {
    "stopwatch",
    "conversation",
    "progress",
}  # neither tool nor setting: the clock of this call, the id of the thread, who follows


def named_by(node: Callable[..., Any]) -> set[str]:
    """The keyword parameters of a node: what it wants to hold. Raises TypeError for a name that is neither tool nor setting."""
    names = {name for name, parameter in inspect.signature(node).parameters.items() if parameter.kind is parameter.KEYWORD_ONLY}
    unknown = names - set(TOOLS) - Config().node_settings().keys() - OF_THE_CALL
    if unknown:
        raise TypeError(f"Node {node.__name__} asks for {', '.join(sorted(unknown))}; nodes may name tools and settings only.")
    return names


def bind(
    node: Callable[..., dict[str, Any]], resolve: Resolver, clock: Literal["dialog_seconds", "image_seconds"] | None = None
) -> Callable[..., dict[str, Any]]:
    """The node as LangGraph calls it. With a `clock`, what its tools took is added to that channel of the state."""
    names = named_by(node)

    def bound(state: Any, runtime: Runtime[Config]) -> dict[str, Any]:
        config = config_of(runtime)
        toolbox, stopwatch = resolve(config), Stopwatch()
        thread = runtime.execution_info.thread_id if runtime.execution_info else None

        def progress(done: int, total: int) -> None:
            """Tells whoever streams the graph in the mode "custom" how far this node is."""
            runtime.stream_writer({"node": node.__name__, "round": state["round"], "done": done, "total": total})

        values = {**config.node_settings(), "stopwatch": stopwatch, "conversation": thread or "unsaved", "progress": progress}

        def handed(name: str) -> Any:
            if name in values:
                return values[name]
            tool = getattr(toolbox, name)
            return stopwatch.watch(name, tool) if name in MODELS else tool

        held = {name: handed(name) for name in names}  # a model that has to be loaded first is loaded here, and off the clock
        stopwatch.start()
        update = node(state, **held)
        return {**update, clock: added(state[clock], stopwatch.seconds())} if clock else update

    bound.__name__ = node.__name__
    return bound
