"""Puts into a node's hands the tools and settings that it names as keyword parameters, and nothing else.

So a node's signature says all that it can reach. `user` is named by three nodes alone, and nobody can name the target.
"""

from __future__ import annotations

import errno
import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from langgraph.errors import GraphBubbleUp
from langgraph.types import Command

from ..errors import BrokenReply, DirTirError, DiskFullError, ModelError
from ..nodes.notes import FAILED, FAILURES
from ..nodes.state import NO_REPLY
from ..plain import traced
from ..store.conversations.faults import AwayError
from ..tools.models.failures import failure_text
from ..tools.models.retrying import note_broken
from ..tools.models.roles import TOOLS_OF_MODELS
from ..tools.timing import Stopwatch, added
from ..tools.toolbox import HELD, Toolbox
from ..tools.user import says_unasked
from .config import Config, config_of

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from ..contracts import UserReply

Resolver = Callable[[Config], Toolbox]
Node = Callable[..., dict[str, Any]]
Clicked = Callable[[int], "UserReply"]  # what the user has said unasked in a round, which is to close at once
# Neither tool nor setting: the clock of the call, id of the thread, who follows, what was said unasked, what the profile can.
OF_THE_CALL = {"stopwatch", "conversation", "progress", "clicked", "lacks", "languages"}

log = logging.getLogger(__name__)


def nobody(_: int) -> UserReply:
    """Nothing was said."""
    return NO_REPLY


def always() -> bool:
    """It is wanted."""
    return True


class _NotWanted(Exception):
    """The user wants the next page while a model is at work: nobody waits for what it makes."""


def named_by(node: Callable[..., Any]) -> set[str]:
    """The keyword parameters of a node: what it wants to hold. Raises TypeError for a name that is neither tool nor setting."""
    names = {name for name, parameter in inspect.signature(node).parameters.items() if parameter.kind is parameter.KEYWORD_ONLY}
    unknown = names - set(HELD) - Config().node_settings().keys() - OF_THE_CALL
    if unknown:
        raise TypeError(f"Node {node.__name__} asks for {', '.join(sorted(unknown))}; nodes may name tools and settings only.")
    return names


def bind(
    node: Node,
    resolve: Resolver,
    refiner: Literal["dialog", "image"] | None = None,
    without_models: Node | None = None,
    instead: Callable[[Any, str], dict[str, Any] | None] | None = None,
    clicked: Clicked = nobody,
    breaks_off: bool = False,
    wanted: Callable[[], bool] = always,
) -> Callable[..., Any]:
    """The node as LangGraph calls it.

    In a refiner, the seconds of its tools are added to that channel of the state, and what it raises ends neither round nor conversation
    when a person is searching: it is noted, and `without_models` says what is done instead (`docs/decisions/0014`). Elsewhere `instead`
    does, which is handed the note; where that has no way out, the error stays one.

    One that ``breaks_off`` is not begun any more once the user has ``clicked``, or while it is not ``wanted``, and left when it next
    reports its progress: its refiner ends there, as if it had done nothing in this round.
    """
    names = named_by(node)

    def bound(state: Any, runtime: Runtime[Config]) -> Any:
        config = config_of(runtime)
        toolbox, stopwatch = resolve(config), Stopwatch()
        thread = runtime.execution_info.thread_id if runtime.execution_info else None

        def unwanted() -> bool:
            return breaks_off and (says_unasked(clicked(state["round"])) or not wanted())

        if unwanted():
            return _left(state, refiner)

        def progress(done: int, total: int) -> None:
            """Tells whoever streams the graph in the mode "custom" how far this node is."""
            if unwanted():
                raise _NotWanted
            runtime.stream_writer({"node": node.__name__, "round": state["round"], "done": done, "total": total})

        of_the_call = {"stopwatch": stopwatch, "conversation": thread or "unsaved", "progress": progress}
        values = {**config.node_settings(), **of_the_call, "clicked": clicked, "lacks": toolbox.lacks, "languages": toolbox.languages}

        def handed(name: str) -> Any:
            if name in values:
                return values[name]
            tool = getattr(toolbox, name)
            return stopwatch.watch(name, tool) if name in (*TOOLS_OF_MODELS, "captions") and tool is not None else tool

        try:
            held = {name: handed(name) for name in names}  # a model that has to be loaded first is loaded here, and off the clock
            stopwatch.start()
            update = node(state, **held)
        except (
            GraphBubbleUp,
            KeyboardInterrupt,
            DiskFullError,
            AwayError,
        ):  # none is a model's failure; where nothing can be kept, nothing is to go on
            raise
        except _NotWanted:
            return _left(state, refiner)
        except BaseException as error:  # libraries raise things that are no Exception: a panic of Rust's, an exit
            code = next((code for tool, code in FAILED.items() if tool in names), None)
            if code is None:
                raise
            note = f"{code}: {failure_text(error)}"
            log.warning("node %s: %s", node.__name__, note)
            log.info("%s", traced(error))
            # A painting that shows nothing is none, for figures too.
            no_picture = code == FAILED["painter"] and isinstance(error, BrokenReply)
            if no_picture:
                note_broken(str(error))
            goes_on = no_picture or config.user == "person"
            done = _done_without(state, note, refiner, without_models, instead) if goes_on else None
            if done is None:
                if isinstance(error, DirTirError) or getattr(error, "errno", None) == errno.ENOSPC:
                    raise
                raise ModelError(f"{FAILURES[code]}: {failure_text(error)}") from error
            update = done
        return {**update, f"{refiner}_seconds": added(state[f"{refiner}_seconds"], stopwatch.seconds())} if refiner else update

    bound.__name__ = node.__name__
    return bound


def _left(state: Any, refiner: str | None) -> Command[Any]:
    """The end of the refiner that a node is in: LangGraph goes on after it, in the whole graph."""
    kept = (f"{refiner}_seconds", f"{refiner}_failure")
    return Command(graph=Command.PARENT, update={name: state[name] for name in kept if name in state})


def _done_without(
    state: Any, note: str, refiner: str | None, without_models: Node | None, instead: Callable[[Any, str], dict[str, Any] | None] | None
) -> dict[str, Any] | None:
    """What a person goes on with; nothing where there is no way. Figures are never made that way."""
    if refiner:
        return {**(without_models(state) if without_models else {}), f"{refiner}_failure": note}
    return instead(state, note) if instead else None
