"""Puts into a node's hands the tools and settings that it names as keyword parameters, and nothing else.

So a node's signature says all that it can reach. `user` is named by two nodes alone, and nobody can name the target.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from langgraph.errors import GraphBubbleUp

from ..errors import DirTirError
from ..nodes.notes import FAILED
from ..tools.models.roles import TOOLS_OF_MODELS
from ..tools.timing import Stopwatch, added
from ..tools.toolbox import TOOLS, Toolbox
from .config import Config, config_of

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

Resolver = Callable[[Config], Toolbox]
Node = Callable[..., dict[str, Any]]
OF_THE_CALL = {"stopwatch", "conversation", "progress"}  # neither tool nor setting: the clock of the call, id of the thread, who follows

log = logging.getLogger(__name__)


def named_by(node: Callable[..., Any]) -> set[str]:
    """The keyword parameters of a node: what it wants to hold. Raises TypeError for a name that is neither tool nor setting."""
    names = {name for name, parameter in inspect.signature(node).parameters.items() if parameter.kind is parameter.KEYWORD_ONLY}
    unknown = names - set(TOOLS) - Config().node_settings().keys() - OF_THE_CALL
    if unknown:
        raise TypeError(f"Node {node.__name__} asks for {', '.join(sorted(unknown))}; nodes may name tools and settings only.")
    return names


def bind(
    node: Node, resolve: Resolver, refiner: Literal["dialog", "image"] | None = None, without_models: Node | None = None
) -> Callable[..., dict[str, Any]]:
    """The node as LangGraph calls it.

    In a refiner, the seconds of its tools are added to that channel of the state, and what it raises ends neither round nor conversation
    as long as somebody can be asked: it is noted, and `without_models` says what is done instead (`docs/decisions/0014`).
    """
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
            return stopwatch.watch(name, tool) if name in TOOLS_OF_MODELS else tool

        try:
            held = {name: handed(name) for name in names}  # a model that has to be loaded first is loaded here, and off the clock
            stopwatch.start()
            update = node(state, **held)
        except GraphBubbleUp:  # an interrupt is no failure
            raise
        except Exception as error:
            if refiner is None or not _somebody_can_be_asked(config, refiner):
                raise
            log.warning("node %s failed", node.__name__, exc_info=error)
            update = {**(without_models(state) if without_models else {}), f"{refiner}_failure": _note(names, error)}
        return {**update, f"{refiner}_seconds": added(state[f"{refiner}_seconds"], stopwatch.seconds())} if refiner else update

    bound.__name__ = node.__name__
    return bound


def _somebody_can_be_asked(config: Config, refiner: str) -> bool:
    """A person goes on without a model that failed, by the open question of the dialog. Figures are not made that way: for the simulated
    user an error stays one. So does it where only paintings are asked about."""
    return config.user == "person" and (refiner == "dialog" or config.dialog_num > 0)


def _note(names: set[str], error: Exception) -> str:
    """The code of what failed, and what it said in one line."""
    code = next(code for tool, code in FAILED.items() if tool in names)
    said = " ".join(str(error).split())
    return f"{code}: {said if isinstance(error, DirTirError) else f'{type(error).__name__}: {said}'}"
