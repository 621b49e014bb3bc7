"""The entry for LangGraph's development server and Studio (`langgraph.json`).

The server imports this file by its path, outside the package, so its imports are absolute; and it brings its own checkpointer, so the
graph has none. Nothing is compiled or loaded before the server asks for the graph.
"""

from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.graph.resources import toolbox_of


def conversation() -> ConversationGraph:
    """The graph, for the server to run."""
    return build_graph(toolbox_of)
