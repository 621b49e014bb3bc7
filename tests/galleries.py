"""A gallery on disk for tests that need a real one."""

from __future__ import annotations

from pathlib import Path

from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.home import Home
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
    store = ChromaStore(Home.of().galleries)
    index(sources, store, "colours", encoder)
    return Search.open(store, "colours", encoder), encoder


def indexed(home: Path, folder: Path, count: int, gallery: str = "colours") -> None:
    """``count`` pictures of the folder in a gallery of a home, as a process of its own does it."""
    sources = []
    for number in range(count):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number}.png")
        sources.append(Source(folder / f"{number}.png"))
    index(sources, ChromaStore(home / "galleries"), gallery, FakeEncoder(), within=folder)
