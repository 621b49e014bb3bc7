from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dir_tir.errors import InputError
from dir_tir.store.gallery.catalogue import EXPORTED, export, faults, prune
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source, find_pictures
from fakes import FakeEncoder

Draw = Callable[..., list[Source]]


def test_files_that_are_gone_changed_or_unreadable_are_named(tmp_path: Path, draw: Draw) -> None:
    sources = draw(4)
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        assert list(faults(gallery)) == []
        sources[0].path.unlink()
        sources[1].path.write_bytes(b"another picture")
        sources[2].path.unlink()
        sources[2].path.mkdir()
        looked_at: list[int] = []
        assert dict(faults(gallery, looked_at.append)) == {
            str(sources[0].path): "gone",
            str(sources[1].path): "changed since it was indexed",
            str(sources[2].path): "cannot be read",
        }
    assert sum(looked_at) == 4


def test_an_exported_gallery_has_a_row_of_each_matrix_for_each_line_and_is_a_file_of_captions(tmp_path: Path, draw: Draw) -> None:
    sources = draw(3)
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        folder = export(gallery, tmp_path / "out")
        lines = [json.loads(line) for line in (folder / EXPORTED[0]).read_text().splitlines()]
        images, captions = gallery.embeddings([line["id"] for line in lines])
        with pytest.raises(InputError, match="is there already"):
            export(gallery, folder)
    np.testing.assert_array_equal(np.load(folder / EXPORTED[1]), images)
    np.testing.assert_array_equal(np.load(folder / EXPORTED[2]), captions)
    listed = find_pictures(sources[0].path.parent, folder / EXPORTED[0]).pictures
    assert sorted(listed, key=lambda source: source.path) == sources


def test_what_was_deleted_from_a_folder_that_has_moved_can_be_forgotten(tmp_path: Path, draw: Draw) -> None:
    store, encoder = ChromaStore(tmp_path), FakeEncoder()
    sources = draw(3)
    old, new = sources[0].path.parent, tmp_path / "new"
    index(sources, store, "g", encoder, within=old)
    old.rename(new)
    (new / sources[0].path.name).unlink()
    index([Source(new / source.path.name, source.captions) for source in sources[1:]], store, "g", encoder, within=new)
    with store.open("g") as before:
        assert [wrong for _, wrong in faults(before)] == ["gone"]
    with store.write("g", encoder.fingerprint, encoder.dimension) as gallery:
        assert prune(gallery) == 1
    with store.open("g") as there:
        assert list(faults(there)) == []
        assert len(there) == 2
        assert there.info.revision
    assert encoder.pictures == 3
