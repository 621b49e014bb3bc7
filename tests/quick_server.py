"""What a server of ours has open whose models are fakes: everything else about it is real."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from dir_tir.chat.web.server_state import ServerState
from dir_tir.tools.search import Search
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox, words_in_turn
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dir_tir.graph.config import Config


@contextmanager
def quick_server(folder: Path, pictures: int = 40, rounds: int = 2, words: Sequence[str] = (), **tools: Any) -> Iterator[ServerState]:
    """One that searches the gallery "colours" in a home of its own below the folder. words: of the
    pictures, in turn. tools: other fakes than the usual ones."""
    (folder / "colours").mkdir(parents=True, exist_ok=True)
    with mock.patch.dict(os.environ, {"DIR_TIR_HOME": str(folder / "home")}):
        _, encoder = colours(folder / "colours", pictures)
        with Workspace() as workspace:

            def resolve(config: Config) -> FakeToolbox:
                vectors = workspace.vectors(config.gallery)
                seen = (lambda _: words_in_turn(words, len(vectors.records))) if words else None
                search = Search(encoder, vectors, config.gallery, words=seen).only(config.only)
                search = search.like(workspace.paintings.like(config.like)) if config.like else search
                return FakeToolbox(search=search, user=Person(workspace.paintings), **tools)

            with ServerState(workspace, resolve=resolve, max_rounds=rounds) as state:
                yield state
