"""Names of files that are no text."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from dir_tir.store.gallery.catalogue import export, faults
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.records import to_metadata, to_record
from dir_tir.store.gallery.sources import folder_sources
from dir_tir.store.gallery.vectors import load_vectors
from fakes import FakeEncoder
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes")


def test_a_picture_whose_name_is_no_text_is_indexed_like_any_other_and_found_under_it(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    names = [b"gr\xf6\xdfe.png", b"two\nlines\x1b[2J.png", "größe \U0001f600.png".encode(), b"plain.png"]
    for number, name in enumerate(names):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / "a.png")
        (tmp_path / "a.png").rename(folder / os.fsdecode(name))
    store = ChromaStore(tmp_path)
    for expected in (4, 0):
        assert index(folder_sources(folder), store, "g", FakeEncoder(), within=folder).added == expected
    with store.open("g") as gallery:
        assert sorted(os.fsencode(Path(record.path).name) for record in load_vectors(gallery).records) == sorted(names)
        assert list(faults(gallery)) == []
        assert [record.title.encode() for record in gallery.records().values()]
        lines = (export(gallery, tmp_path / "out") / "pictures.jsonl").read_text(encoding="utf-8").splitlines()
        assert {os.fsencode(Path(json.loads(line)["path"]).name) for line in lines} == set(names)
        moved = next(record for record in gallery.records().values() if "\udcf6" in record.path)
    Path(moved.path).rename(folder / "moved.png")
    assert index(folder_sources(folder), store, "g", FakeEncoder(), within=folder).moved == 1
    assert to_record("x", to_metadata(moved)).path == moved.path
