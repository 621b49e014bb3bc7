"""A server whose models are fakes: everything else about it is real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.server_state import ServerState
from dir_tir.tools.search import Search
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.graph.config import Config


@pytest.fixture
def quick_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerState]:
    """What a server has open that searches the gallery "colours"."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    (tmp_path / "colours").mkdir()
    _, encoder = colours(tmp_path / "colours", 40)
    with Workspace() as workspace:

        def resolve(config: Config) -> FakeToolbox:
            search = Search.over(workspace.vectors(config.gallery), encoder, config.gallery)
            return FakeToolbox(search=search, user=Person(workspace.paintings))

        with ServerState(workspace, resolve=resolve, max_rounds=2) as state:
            yield state
