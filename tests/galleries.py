"""A gallery on disk for tests that need a real one."""

from __future__ import annotations

from pathlib import Path

from dir_tir.store.home import gallery_folder
from dir_tir.store.indexing import index
from dir_tir.store.sources import Source
from dir_tir.tools.search import Search
from fakes import FakeEncoder
from PIL import Image


def colours(folder: Path, count: int) -> tuple[Search, FakeEncoder]:
    """``count`` pictures drawn in ``folder``, captioned, indexed as the gallery "colours" and opened."""
    sources = []
    for number in range(count):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number:03}.png")
        sources.append(Source(folder / f"{number:03}.png", (f"picture number {number}",)))
    encoder = FakeEncoder()
    index(sources, gallery_folder("colours"), encoder)
    return Search.open(gallery_folder("colours"), encoder), encoder
