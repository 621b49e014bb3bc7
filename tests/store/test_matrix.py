from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dir_tir.store.gallery import Gallery
from dir_tir.store.indexing import index
from dir_tir.store.matrix import load_matrix
from dir_tir.store.opening import open_gallery, write_gallery
from dir_tir.store.sources import Source
from fakes import FakeEncoder

Draw = Callable[..., list[Source]]


def test_rows_are_sorted_by_id_and_hold_what_chroma_holds(tmp_path: Path, draw: Draw) -> None:
    index(draw(9), tmp_path / "g", FakeEncoder())
    with open_gallery(tmp_path / "g") as gallery:
        matrix = load_matrix(gallery)
        ids = [record.id for record in matrix.records]
        images, captions = gallery.embeddings(ids)
    assert ids == sorted(ids)
    assert matrix.records[0].captions[1].startswith("another caption")
    assert isinstance(matrix.images, np.memmap)
    assert matrix.images.dtype == np.float32
    np.testing.assert_array_equal(matrix.images, images)
    np.testing.assert_array_equal(matrix.captions, captions)


def test_chroma_is_read_once_per_revision(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    index(draw(3), tmp_path / "g", FakeEncoder())
    with open_gallery(tmp_path / "g") as gallery:
        first = load_matrix(gallery)
        with monkeypatch.context() as patch:
            patch.setattr(Gallery, "embeddings", None)
            assert load_matrix(gallery).records == first.records
    index(draw(5), tmp_path / "g", FakeEncoder())
    with open_gallery(tmp_path / "g") as gallery:
        assert len(load_matrix(gallery).records) == 5
    assert len(list((tmp_path / "g" / "matrix").iterdir())) == 1


def test_an_indexing_under_way_is_searched_but_not_kept(tmp_path: Path, draw: Draw) -> None:
    index(draw(3), tmp_path / "g", FakeEncoder())
    with write_gallery(tmp_path / "g", "fake-encoder", 16) as gallery:
        gallery.mark(complete=False)
        assert len(load_matrix(gallery).records) == 3
    assert not (tmp_path / "g" / "matrix").exists()
