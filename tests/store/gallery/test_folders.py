"""Which folders a gallery was indexed from, as it remembers them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.folders import FILE, folders_of, remember_folder
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from fakes import FakeEncoder

Draw = Callable[..., list[Source]]


def test_a_folder_stands_for_what_lies_below_it(tmp_path: Path) -> None:
    for folder in ("/a/b", "/c", "/a/b/c"):
        remember_folder(tmp_path, Path(folder))
    assert folders_of(tmp_path) == [Path("/a/b"), Path("/c")]
    remember_folder(tmp_path, Path("/a/b"))
    assert folders_of(tmp_path) == [Path("/a/b"), Path("/c")]
    remember_folder(tmp_path, Path("/a"))
    assert folders_of(tmp_path) == [Path("/c"), Path("/a")]


@pytest.mark.parametrize("text", ["", "{}", "[1, null]", "[", "\0"])
def test_what_cannot_be_read_is_no_folder(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert folders_of(tmp_path) == []


def test_an_indexing_that_is_stopped_keeps_what_it_read_and_removes_nothing(tmp_path: Path, draw: Draw) -> None:
    store, sources = ChromaStore(tmp_path / "galleries"), draw(7)
    folder = sources[0].path.parent
    index(sources[:2], store, "g", FakeEncoder(), within=folder)
    sources[0].path.unlink()
    read = iter(range(5))
    stopped = index(sources[1:], store, "g", FakeEncoder(), within=folder, batch_size=2, goes_on=lambda: next(read, None) is not None)
    assert (stopped.stopped, stopped.removed) == (True, 0)
    info = store.describe("g")
    assert (bool(info.revision), 2 < info.count < 7, folders_of(store.cache("g"))) == (False, True, [folder])
    done = index(sources[1:], store, "g", FakeEncoder(), within=folder)
    assert (done.stopped, done.removed, done.kept + done.added) == (False, 1, 6)
