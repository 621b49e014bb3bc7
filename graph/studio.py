"""The entry for LangGraph's development server and Studio (`langgraph.json`).

The server imports this file by its path, outside the package, so its imports are absolute; and it brings its own checkpointer, so the
graph has none. Nothing is compiled or loaded before the server asks for the graph. DIR_TIR_PICTURES is the address at which the server's
own application (`studio_pictures.py`) shows paintings and results.
"""

import os
from dataclasses import replace

from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.graph.config import Config
from dir_tir.tools.toolbox import Toolbox
from dir_tir.tools.workspace import Workspace


def conversation() -> ConversationGraph:
    """The graph, for the server to run. Its workspace lives as long as the server.

    Where nobody has chosen a gallery, and there is none of the default's name, the largest one is searched.
    """
    workspace = Workspace(pictures_at=os.environ.get("DIR_TIR_PICTURES", ""))

    def resolve(config: Config) -> Toolbox:
        if config.gallery == Config.gallery and config.gallery not in workspace.store.names():
            config = replace(config, gallery=workspace.largest_gallery(config.profile))
        return workspace.toolbox(config)

    return build_graph(resolve)
