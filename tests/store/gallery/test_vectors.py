from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dir_tir.store.gallery.chroma import ChromaGallery, ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import load_vectors
from fakes import FakeEncoder

Draw = Callable[..., list[Source]]


def test_rows_are_sorted_by_id_and_hold_what_chroma_holds(tmp_path: Path, draw: Draw) -> None:
    index(draw(9), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        matrix = load_vectors(gallery)
        ids = [record.id for record in matrix.records]
        images, captions = gallery.embeddings(ids)
    assert ids == sorted(ids)
    assert matrix.records[0].captions[1].startswith("another caption")
    assert isinstance(matrix.images, np.memmap)
    assert matrix.images.dtype == np.float32
    np.testing.assert_array_equal(matrix.images, images)
    np.testing.assert_array_equal(matrix.captions, captions)


def test_chroma_is_read_once_per_revision(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        first = load_vectors(gallery)
        with monkeypatch.context() as patch:
            patch.setattr(ChromaGallery, "embeddings", None)
            assert load_vectors(gallery).records == first.records
    index(draw(5), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        assert len(load_vectors(gallery).records) == 5
    assert len(list((tmp_path / "g" / "matrix").iterdir())) == 1


def test_an_indexing_under_way_is_searched_but_not_kept(tmp_path: Path, draw: Draw) -> None:
    index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16) as gallery:
        gallery.remove([sorted(gallery.records())[0]])
        assert len(load_vectors(gallery).records) == 2
    assert not (tmp_path / "g" / "matrix").exists()
