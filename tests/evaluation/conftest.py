from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.store.home import gallery_folder
from dir_tir.store.indexing import index
from dir_tir.store.sources import Source
from dir_tir.tools.search import Search
from fakes import FakeEncoder, FakeToolbox
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def toolbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeToolbox:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    sources = []
    for number in range(40):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number:03}.png")
        sources.append(Source(tmp_path / f"{number:03}.png", (f"picture number {number}",)))
    encoder = FakeEncoder()
    index(sources, gallery_folder("colours"), encoder)
    return FakeToolbox(search=Search.open(gallery_folder("colours"), encoder))
