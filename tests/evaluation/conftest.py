from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.tools.workspace import Workspace
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """In a home of its own; the weights of the miniature are hashed once."""
    with Workspace(tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture
def toolbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeToolbox:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    search, _ = colours(tmp_path, 40)
    return FakeToolbox(search=search)
