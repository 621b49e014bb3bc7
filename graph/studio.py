"""The entry for LangGraph's development server and Studio (`langgraph.json`).

The server imports this file by its path, outside the package, so its imports are absolute; and it brings its own checkpointer, so the
graph has none. Nothing is loaded before a run needs it. DIR_TIR_PICTURES is the address at which the server's own application
(`studio_pictures.py`) shows paintings and results.
"""

import asyncio
import os
from dataclasses import field, fields, make_dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

from dir_tir.errors import StoreError
from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.graph.config import Config
from dir_tir.tools.fusion import FUSIONS
from dir_tir.tools.profiles.profile import SHIPPED
from dir_tir.tools.toolbox import Toolbox
from dir_tir.tools.workspace import Workspace

_MAKING = Lock()


async def conversation() -> ConversationGraph:
    """The graph, which the server asks for at every run and whenever somebody looks at it, with what there is to choose of now.

    Where nobody has chosen a gallery, and there is none of the default's name, the largest one is searched.
    """
    return await asyncio.to_thread(_conversation)  # the server refuses whoever reads the disk in its event loop


def _conversation() -> ConversationGraph:
    with _MAKING:
        workspace, graph = _made()
    try:
        names = workspace.store.names()
    except StoreError:  # the form is shown without them, and a run says what is the matter
        names = []
    galleries = tuple(dict.fromkeys([Config.gallery, *names]))
    profiles = tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))
    return graph.copy({"context_schema": _with_choices(galleries, profiles, tuple(FUSIONS))})


@lru_cache(maxsize=1)
def _made() -> tuple[Workspace, ConversationGraph]:
    """As long as the server runs: models are loaded once."""
    workspace = Workspace(pictures_at=os.environ.get("DIR_TIR_PICTURES", ""))

    def resolve(config: Config) -> Toolbox:
        if config.gallery == Config.gallery and config.gallery not in workspace.store.names():
            config = replace(config, gallery=workspace.largest_gallery(config.profile))
        return workspace.toolbox(config)

    return workspace, build_graph(resolve)


@lru_cache(maxsize=8)
def _with_choices(galleries: tuple[str, ...], profiles: tuple[str, ...], fusions: tuple[str, ...]) -> type[Config]:
    """The settings with what there is to choose of, for a form; other values are taken as well: a profile may be a file of one's own."""
    choices: dict[str, tuple[Any, ...]] = {"gallery": galleries, "profile": profiles, "fusion": (*fusions, None)}
    chosen = [
        (one.name, one.type, field(default=one.default, metadata={**one.metadata, "json_schema_extra": {"enum": list(choices[one.name])}}))
        for one in fields(Config)
        if one.name in choices
    ]
    return make_dataclass(Config.__name__, chosen, bases=(Config,), frozen=True)
