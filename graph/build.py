"""One conversation as a graph.

    START
      └─ open_round ──┬─ dialog_refiner ──┐
                      ├─ image_refiner  ──┴─ both ── merge
                      └─ (round 0) ───────────────── merge
    (round 0, a person rules something out) ── listen ── merge
    both ── a person was asked nothing ──▶ ask_openly ── answer ── rewrite ── merge   (skipped: answer ── both)
    both ── something is answered beside a correction ──▶ rewrite, re_prompt ── merge
    the simulated user points: both (or open_round, when it answers nothing) ── point ── merge
    merge ── round < max_rounds and not accepted ──▶ open_round
    merge ── otherwise ──▶ END
    (gone back to a round) reopen ── dialog_refiner, image_refiner

People answer by resuming what `answer` and `critique` interrupt. A client that only sends messages is served by the same nodes, a run for
each message: the refiners propose and paint, `say` asks, END; then `hear` takes the reply, the refiners work it in, merge.

The refiners are compiled graphs of their own, not flat branches: flat branches run in lockstep, so that the question would wait for
the painting. The two write different channels; `merge` joins them and appends the record of the round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from ..nodes.answer import answer
from ..nodes.both import both
from ..nodes.hear import hear
from ..nodes.listen import listen, listen_without_model
from ..nodes.merge import merge
from ..nodes.open_round import open_round
from ..nodes.point import point
from ..nodes.re_prompt import re_prompt
from ..nodes.reopen import reopen
from ..nodes.rewrite import rewrite
from ..nodes.say import say
from ..nodes.state import ConversationState, Opening
from ..nodes.without_models import ask_openly, close_without_search, keep
from .config import Config
from .dialog_refiner import dialog_refiner
from .image_refiner import image_refiner
from .injection import Clicked, Resolver, always, bind, nobody
from .routers import after_ask_openly, after_both, after_hear, after_merge, after_open_answer, after_open_round, after_say, at_start

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.types import Checkpointer, StateSnapshot

ConversationGraph = CompiledStateGraph[ConversationState, Config, Opening, ConversationState]


def build_graph(
    resolve: Resolver, checkpointer: Checkpointer = None, clicked: Clicked = nobody, paints: Callable[[], bool] = always
) -> ConversationGraph:
    """The graph over the tools that `resolve` finds for a Config. Loads nothing.

    A person needs a checkpointer; the development server brings its own. ``clicked`` says what they have said in a round without
    being asked; the round then closes as soon as it can. ``paints``: whether they want
    paintings at this moment, whatever the run began with.
    """
    graph = StateGraph(ConversationState, context_schema=Config, input_schema=Opening)
    graph.add_node("open_round", bind(open_round, resolve))
    graph.add_node("reopen", bind(reopen, resolve))
    graph.add_node("dialog_refiner", dialog_refiner(resolve, clicked))
    graph.add_node("image_refiner", image_refiner(resolve, clicked, paints))
    graph.add_node("both", bind(both, resolve, clicked=clicked))
    graph.add_node("ask_openly", bind(ask_openly, resolve))
    graph.add_node("answer", bind(answer, resolve, "dialog", clicked=clicked))
    graph.add_node("rewrite", bind(rewrite, resolve, "dialog", without_models=keep))
    graph.add_node("re_prompt", bind(re_prompt, resolve, "image"))
    graph.add_node("listen", bind(listen, resolve, "dialog", without_models=listen_without_model))
    graph.add_node("merge", bind(merge, resolve, instead=close_without_search))
    graph.add_node("point", bind(point, resolve))
    graph.add_node("hear", bind(hear, resolve))
    graph.add_node("say", bind(say, resolve))
    graph.add_conditional_edges(START, at_start)
    graph.add_conditional_edges("hear", after_hear, ["open_round", "say", "merge", "dialog_refiner", "image_refiner", END])
    graph.add_conditional_edges("open_round", after_open_round, ["listen", "merge", "dialog_refiner", "image_refiner", "point"])
    # Both refiners are one step of this graph, so that what follows runs once, after both. A router at the end of one would not see what
    # the other did. An edge that waits for a list of nodes would do the same with a channel that holds a set, which LangGraph's development
    # server gives back as a list, and fails.
    graph.add_edge("reopen", "dialog_refiner")
    graph.add_edge("reopen", "image_refiner")
    graph.add_edge("dialog_refiner", "both")
    graph.add_edge("image_refiner", "both")
    graph.add_conditional_edges("both", after_both, ["ask_openly", "say", "point", "merge", "rewrite", "re_prompt"])
    graph.add_conditional_edges("ask_openly", after_ask_openly)
    graph.add_conditional_edges("answer", after_open_answer)
    graph.add_edge("listen", "merge")
    graph.add_edge("rewrite", "merge")
    graph.add_edge("re_prompt", "merge")
    graph.add_edge("point", "merge")
    graph.add_conditional_edges("say", after_say)
    graph.add_conditional_edges("merge", after_merge)
    return graph.compile(checkpointer=checkpointer, name="dir_tir")


def ended(state: StateSnapshot) -> bool:
    """Whether a conversation has begun and nothing is left of it to do.

    `next` does not say so: it is empty, too, between the last write of a step and the checkpoint that closes it.
    """
    return bool(state.values) and not state.tasks
