from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder, FakeToolbox
from galleries import colours
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """In a home of its own, with a gallery "colours" of 201 captioned pictures; the weights of the miniature are hashed once."""
    folder = tmp_path_factory.mktemp("pictures")
    sources = [Source(folder / f"{number}.png", (f"picture number {number}",)) for number in range(201)]
    for number, source in enumerate(sources):
        Image.new("RGB", (2, 2), (number, 0, 0)).save(source.path)
    with Workspace(tmp_path_factory.mktemp("home")) as made:
        index(sources, made.store, "colours", FakeEncoder())
        yield made


@pytest.fixture
def toolbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeToolbox:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    search, _ = colours(tmp_path, 40)
    return FakeToolbox(search=search)
