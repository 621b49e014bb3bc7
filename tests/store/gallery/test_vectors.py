from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Barrier
from types import TracebackType

import numpy as np
import pytest
from dir_tir.contracts import GalleryInfo, PictureRecord, Row
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.chroma import ChromaGallery, ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import Vectors, load_vectors
from fakes import FakeEncoder
from numpy.typing import NDArray
from stores import elsewhere, row

Draw = Callable[..., list[Source]]


@dataclass
class MemoryGallery:
    """A gallery in memory; `during` is called while its embeddings are being read."""

    cache: Path
    rows: list[Row]
    revision: str = "first"
    during: Callable[[], object] = lambda: None

    @property
    def info(self) -> GalleryInfo:
        return GalleryInfo("g", "one", 64, "", self.revision, len(self))

    def __len__(self) -> int:
        return len(self.rows)

    def records(self) -> dict[str, PictureRecord]:
        return {each.record.id: each.record for each in self.rows}

    def embeddings(self, ids: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.during()
        by_id = {each.record.id: each for each in self.rows}
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            raise GalleryError(f"lost {len(missing)}")
        return np.stack([by_id[id_].image for id_ in ids]), np.stack([by_id[id_].captions[0] for id_ in ids])

    def since(self, revision: str) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> MemoryGallery:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def rows(count: int) -> list[Row]:
    return [row(number, dimension=64) for number in range(count)]


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "matrix").iterdir())


def test_rows_are_sorted_by_id_and_hold_what_the_store_holds(tmp_path: Path, draw: Draw) -> None:
    index(draw(9), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        vectors = load_vectors(gallery)
        ids = [record.id for record in vectors.records]
        images, captions = gallery.embeddings(ids)
    assert ids == sorted(ids)
    assert vectors.records[0].captions[1].startswith("another caption")
    assert vectors.find(ids[3]) == vectors.records[3]
    assert vectors.find("none") is None
    assert vectors.at(vectors.records[3].path) == vectors.records[3]
    assert vectors.at(f"{vectors.records[3].path}x") is None
    assert vectors.at("/nowhere/a.png") is None
    assert isinstance(vectors.images, np.memmap)
    assert vectors.images.dtype == np.float32
    np.testing.assert_array_equal(vectors.images, images)
    np.testing.assert_array_equal(vectors.captions, captions)


def test_the_store_is_read_once_per_revision(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        first = load_vectors(gallery)
        with monkeypatch.context() as patch:
            patch.setattr(ChromaGallery, "embeddings", None)
            assert list(load_vectors(gallery).records) == list(first.records)
    index(draw(5), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).open("g") as gallery:
        assert len(load_vectors(gallery).records) == 5
    assert len(kept(tmp_path / "g")) == 1


def test_what_filters_look_at_is_there_with_the_matrices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = load_vectors(MemoryGallery(tmp_path, rows(3)))
    monkeypatch.setattr("dir_tir.store.gallery.vectors.columns_of", None)
    assert vectors.columns.folders == ("/pictures",)


def test_an_indexing_under_way_is_searched_but_not_kept(tmp_path: Path, draw: Draw) -> None:
    index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16) as gallery:
        gallery.remove([min(gallery.records())])
        assert len(load_vectors(gallery).records) == 2
    assert not (tmp_path / "g" / "matrix").exists()


def test_readers_in_several_threads_of_a_gallery_without_a_kept_matrix_never_trip_over_each_other(tmp_path: Path) -> None:
    together = Barrier(6)
    gallery = MemoryGallery(tmp_path, rows(400))
    gallery.during = together.wait  # all have read before the first one writes

    def load(_: int) -> Vectors:
        return load_vectors(gallery)

    with ThreadPoolExecutor(6) as threads:
        for _ in range(15):
            for vectors in threads.map(load, range(6)):
                assert len(vectors.records) == len(vectors.images) == 400
            assert kept(tmp_path) == ["first"]
            shutil.rmtree(tmp_path / "matrix")


@pytest.mark.slow
def test_two_processes_may_read_a_gallery_without_a_kept_matrix_at_once(tmp_path: Path) -> None:
    with ChromaStore(tmp_path).write("g", "one", 1024) as gallery:
        gallery.add([row(number, dimension=1024) for number in range(300)])
        gallery.complete()
    code = (
        "from dir_tir.store.gallery.vectors import load_vectors\n"
        "with store.open('g') as gallery:\n"
        "    print('ready', flush=True)\n"
        "    for line in sys.stdin:\n"
        "        print(len(load_vectors(gallery).images), flush=True)\n"
    )
    with elsewhere("chroma", tmp_path, code) as one, elsewhere("chroma", tmp_path, code) as two:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for _ in range(20):
            for process in (one, two):
                assert process.stdin is not None
                print("go", file=process.stdin, flush=True)
            for process in (one, two):
                assert process.stdout is not None
                assert process.stdout.readline() == "300\n"
            assert len(kept(tmp_path / "g")) == 1
            shutil.rmtree(tmp_path / "g" / "matrix")
        one.communicate()
        two.communicate()


def test_a_reader_with_an_old_revision_keeps_nothing_and_leaves_the_newer_matrix_alone(tmp_path: Path) -> None:
    now = MemoryGallery(tmp_path, rows(5), "second")
    slow = MemoryGallery(tmp_path, rows(3))

    def index_meanwhile() -> None:
        slow.rows, slow.revision, slow.during = now.rows, now.revision, lambda: None
        load_vectors(now)

    slow.during = index_meanwhile
    assert len(load_vectors(slow).records) == 5
    assert kept(tmp_path) == ["second"]


def test_older_matrices_are_dropped_with_drafts_that_nobody_writes_any_more_and_no_others(tmp_path: Path) -> None:
    for name in ("older", "draft-left", "draft-new"):
        (tmp_path / "matrix" / name).mkdir(parents=True)
    long_ago = time.time() - 7200
    os.utime(tmp_path / "matrix" / "draft-left", (long_ago, long_ago))
    load_vectors(MemoryGallery(tmp_path, rows(3)))
    assert kept(tmp_path) == ["draft-new", "first"]


@pytest.mark.parametrize("damage", ["images.npy", "captions.npy", "records.jsonl", "starts.npy", "ids.npy", "captioned.npy"])
@pytest.mark.parametrize("content", [None, b"", b"[]"])
def test_a_kept_matrix_that_is_damaged_is_made_anew(tmp_path: Path, damage: str, content: bytes | None) -> None:
    gallery = MemoryGallery(tmp_path, rows(3))
    load_vectors(gallery)
    file = tmp_path / "matrix" / "first" / damage
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    assert len(load_vectors(gallery).images) == 3
    gallery.rows = []  # what is kept now is whole
    assert len(load_vectors(gallery).images) == 3


def test_matrices_that_nobody_touched_are_sampled_and_those_of_an_older_version_or_copied_from_elsewhere_are_read_whole(
    tmp_path: Path,
) -> None:
    gallery = MemoryGallery(tmp_path, rows(5000))
    records = list(load_vectors(gallery).records)
    folder = tmp_path / "matrix" / "first"
    with (folder / "images.npy").open("r+b") as file:  # the last row, which is not in the sample
        at = file.seek(-64 * 4, os.SEEK_END)
        row = file.read()
        file.seek(at)
        file.write(bytes(len(row)))
    gallery.rows = []
    with pytest.raises(ValueError, match="need at least one array"):
        load_vectors(gallery)  # it was noticed, and there is nothing to make them anew of
    with (folder / "images.npy").open("r+b") as file:
        file.seek(at)
        file.write(row)
    (folder / "records.json").write_text(json.dumps([asdict(record) for record in records]))
    assert list(load_vectors(gallery).records) == records
    for name in ("records.jsonl", "gallery.json"):
        (folder / name).unlink()
    assert list(load_vectors(gallery).records) == records


def test_a_gallery_is_searched_also_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "matrix").touch()
    assert len(load_vectors(MemoryGallery(tmp_path, rows(3))).images) == 3


def test_what_is_lost_is_said_and_what_only_changes_is_read_again(tmp_path: Path) -> None:
    gallery = MemoryGallery(tmp_path, rows(3))
    gallery.during = gallery.rows.pop
    with pytest.raises(GalleryError, match="lost 1"):
        load_vectors(gallery)
    unfinished = MemoryGallery(tmp_path, rows(3), revision="")

    def once() -> None:
        unfinished.rows.pop()
        unfinished.during = lambda: None

    unfinished.during = once
    assert len(load_vectors(unfinished).images) == 2


def test_a_gallery_that_never_stays_the_same_is_given_up(tmp_path: Path) -> None:
    gallery = MemoryGallery(tmp_path, rows(3))

    def change() -> None:
        gallery.revision += "x"

    gallery.during = change
    with pytest.raises(GalleryError, match="changes while it is read"):
        load_vectors(gallery)
