"""The dialog refiner (section 2.2).

retrieve → cluster_context → ask ⇄ filter_uncertain → answer → rewrite

For PlugIR, ask_several stands in place of ask and filter_uncertain. Without a language model, offer stands in place of everything before
answer. When a model fails, a person is asked an open question instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langgraph.graph import START, StateGraph

from ..nodes.answer import answer
from ..nodes.ask import ask
from ..nodes.ask_several import ask_several
from ..nodes.cluster_context import cluster_context
from ..nodes.filter_uncertain import filter_uncertain
from ..nodes.offer import offer
from ..nodes.retrieve import retrieve
from ..nodes.rewrite import rewrite
from ..nodes.state import DialogOutput, DialogState
from ..nodes.without_models import ask_openly, keep
from .config import Config
from .injection import Clicked, Node, Resolver, bind, nobody
from .routers import (
    after_answer,
    after_ask,
    after_ask_several,
    after_context,
    after_filter,
    after_offer,
    after_retrieve,
    at_dialog_refiner,
)

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph


def dialog_refiner(resolve: Resolver, clicked: Clicked = nobody) -> CompiledStateGraph[DialogState, Config, DialogState, DialogOutput]:
    """Finds a question worth asking, puts it to the user, works the answer into the description. Nobody waits for a question who has
    ``clicked``; what somebody has answered is worked in all the same."""
    graph = StateGraph(DialogState, context_schema=Config, output_schema=DialogOutput)
    before_a_question_stands: tuple[Node, ...] = (retrieve, cluster_context, ask, ask_several, offer)
    for node in before_a_question_stands:
        graph.add_node(node.__name__, bind(node, resolve, "dialog", without_models=ask_openly, clicked=clicked, breaks_off=True))
    # A question that nobody can judge is asked.
    graph.add_node("filter_uncertain", bind(filter_uncertain, resolve, "dialog", clicked=clicked, breaks_off=True))
    graph.add_node("answer", bind(answer, resolve, "dialog", clicked=clicked))
    graph.add_node("rewrite", bind(rewrite, resolve, "dialog", without_models=keep))
    graph.add_conditional_edges(START, at_dialog_refiner)
    graph.add_conditional_edges("retrieve", after_retrieve)
    graph.add_conditional_edges("cluster_context", after_context)
    graph.add_conditional_edges("ask", after_ask)
    graph.add_conditional_edges("ask_several", after_ask_several)
    graph.add_conditional_edges("filter_uncertain", after_filter)
    graph.add_conditional_edges("offer", after_offer)
    graph.add_conditional_edges("answer", after_answer)
    graph.set_finish_point("rewrite")
    return graph.compile(name="dialog_refiner")
