from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import dir_tir
import pytest
from dir_tir.contracts import GalleryInfo, PictureRecord
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.chroma_database import collection_metadata, rows_count, rows_metadata
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from fakes import FakeEncoder
from stores import row

DATABASE = "chroma.sqlite3"
Draw = Callable[..., list[Source]]


def test_a_database_locked_by_another_program_gets_one_clear_line(tmp_path: Path, draw: Draw) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder())
    lock = (
        "import sqlite3, sys; other = sqlite3.connect(sys.argv[1]); other.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", lock, str(tmp_path / "g" / DATABASE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(GalleryError, match="is another program using") as caught:
            ChromaStore(tmp_path).open("g")
        other.communicate()
    assert "\n" not in str(caught.value)


def test_a_gallery_that_could_not_be_opened_is_opened_by_the_next_who_tries(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ChromaStore(tmp_path)
    index(draw(2), store, "g", FakeEncoder())
    with monkeypatch.context() as patch:
        patch.setattr("chromadb.config.System.start", lambda _: 1 / 0)
        with pytest.raises(GalleryError, match="division by zero"):
            store.open("g")
        with pytest.raises(GalleryError, match="division by zero"), store.write("new", "fake-encoder", 16):
            pass
    with store.open("g") as there:
        assert len(there.records()) == 2
    with store.write("new", "fake-encoder", 16) as gallery:
        gallery.complete()


def test_a_foreign_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "g").mkdir()
    with closing(sqlite3.connect(tmp_path / "g" / DATABASE)) as foreign:
        foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.commit()
    before = (tmp_path / "g" / DATABASE).read_bytes()
    with pytest.raises(GalleryError, match="was not made by dir-tir"):
        ChromaStore(tmp_path).open("g")
    with pytest.raises(GalleryError, match="was not made by dir-tir"), ChromaStore(tmp_path).write("g", "one", 16):
        pass
    assert (tmp_path / "g" / DATABASE).read_bytes() == before


def test_another_programs_chroma_is_refused(tmp_path: Path) -> None:
    with chromadb.PersistentClient(path=str(tmp_path / "g")) as client:
        client.create_collection("images", embedding_function=None)
        client.create_collection("captions", embedding_function=None)
    with pytest.raises(GalleryError, match="was not made by dir-tir"):
        ChromaStore(tmp_path).open("g")
    with pytest.raises(GalleryError, match="was not made by dir-tir"), ChromaStore(tmp_path).write("g", "one", 16):
        pass


@pytest.mark.parametrize("content", [b"this is not a database at all, only some text", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / DATABASE).write_bytes(content)
    with pytest.raises(GalleryError) as caught:
        ChromaStore(tmp_path).open("g")
    assert "\n" not in str(caught.value)


def test_a_gallery_is_not_made_among_other_files_nor_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").touch()
    (tmp_path / "note.txt").touch()
    with pytest.raises(GalleryError, match="holds other files"), ChromaStore(tmp_path).write("letters", "one", 16):
        pass
    with pytest.raises(GalleryError, match="is a file"), ChromaStore(tmp_path).write("note.txt", "one", 16):
        pass


def test_chromas_own_embedding_function_is_never_attached(tmp_path: Path, draw: Draw) -> None:
    index(draw(1), ChromaStore(tmp_path), "g", FakeEncoder())
    with chromadb.PersistentClient(path=str(tmp_path / "g")) as client:
        for name in ("images", "captions"):
            configuration = client.get_collection(name, embedding_function=None).configuration
            assert configuration.get("embedding_function") is None
            assert configuration["hnsw"]["space"] == "cosine"
            assert (configuration["hnsw"]["ef_construction"], configuration["hnsw"]["max_neighbors"]) == (1, 2)  # no search asks it


def test_a_picture_without_a_caption_leaves_nothing_behind(tmp_path: Path, draw: Draw) -> None:
    (source,) = draw(1)
    index([Source(source.path)], ChromaStore(tmp_path), "g", FakeEncoder())
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16) as gallery:
        gallery.remove(list(gallery.records()))
    with chromadb.PersistentClient(path=str(tmp_path / "g")) as client:
        assert client.get_collection("captions", embedding_function=None).count() == 0


def test_a_gallery_is_described_without_opening_it_as_long_as_nothing_changes(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder())
    store = ChromaStore(tmp_path)
    info = store.describe("g")
    with monkeypatch.context() as patch:
        patch.setattr("chromadb.PersistentClient", None)
        for _ in range(3):
            assert store.describe("g") is info
    index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder())
    assert store.describe("g").count == 3


def test_a_finished_gallery_is_described_without_chroma_and_one_under_way_through_it(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder(), profile="laptop")
    with ChromaStore(tmp_path).open("g") as gallery:
        told = gallery.info
    monkeypatch.setattr("chromadb.PersistentClient", None)
    assert ChromaStore(tmp_path).describe("g") == told
    assert (told.profile, told.count) == ("laptop", 2)
    monkeypatch.undo()
    with ChromaStore(tmp_path).write("g", "fake-encoder", 16) as gallery:
        gallery.remove(list(gallery.records())[:1])
        assert ChromaStore(tmp_path).describe("g") == replace(told, revision="", count=1)


def test_descriptions_of_galleries_that_are_gone_are_let_go_of(tmp_path: Path, draw: Draw) -> None:
    index(draw(1), ChromaStore(tmp_path), "g", FakeEncoder())
    store = ChromaStore(tmp_path)
    kept = weakref.ref(store.describe("g"))
    assert kept() is not None
    ChromaStore(tmp_path).delete("g")  # by somebody else
    assert store.names() == []
    assert kept() is None


def test_a_gallery_of_an_older_version_opens_and_what_it_did_not_write_is_empty(tmp_path: Path) -> None:
    cosine: Any = {"hnsw": {"space": "cosine"}}
    with chromadb.PersistentClient(path=str(tmp_path / "old")) as client:
        captions = client.create_collection("captions", embedding_function=None, configuration=cosine)
        images = client.create_collection(
            "images", embedding_function=None, configuration=cosine, metadata={"fingerprint": "one", "dimension": 2}
        )
        captions.add(ids=["a/0"], documents=["a boat"], embeddings=[[0.0, 1.0]])
        images.add(ids=["a"], embeddings=[[1.0, 0.0]], metadatas=[{"path": "/a.png", "captions": '["a boat"]', "width": 3, "height": 2}])
    store = ChromaStore(tmp_path)
    assert store.describe("old") == GalleryInfo("old", "one", 2, "", "", 1)
    with store.open("old", "one") as gallery:
        assert gallery.records() == {"a": PictureRecord("a", "/a.png", ("a boat",), 3, 2)}
        assert [vectors.tolist() for vectors in gallery.embeddings(["a"])] == [[[1.0, 0.0]], [[0.0, 1.0]]]
    with store.write("old", "one", 2, "laptop") as writable:
        writable.complete()
    assert store.describe("old").revision
    assert store.describe("old").profile == "laptop"


def test_a_gallery_whose_tables_a_later_chroma_has_changed_is_read_and_written_through_chroma(tmp_path: Path) -> None:
    store = ChromaStore(tmp_path)
    with store.write("g", "one", 4) as gallery:
        gallery.add([row(1), row(2)])
        gallery.complete()
    with closing(sqlite3.connect(tmp_path / "g" / DATABASE)) as database:
        database.execute("INSERT INTO migrations (dir, version, filename, sql, hash) VALUES ('metadb', 7, '00007-later.sql', '', 'x')")
        database.commit()
    assert rows_metadata(tmp_path / "g", "images") is None
    assert rows_count(tmp_path / "g", "images") is None
    assert collection_metadata(tmp_path / "g", "images") is None
    assert ChromaStore(tmp_path).describe("g").count == 2
    with store.open("g") as there:
        assert there.records() == {row(number).record.id: row(number).record for number in (1, 2)}
        assert there.info.count == len(there) == 2
        assert there.embeddings([row(2).record.id])[0].tolist() == [pytest.approx(row(2).image.tolist())]
    with store.write("g", "one", 4) as writable:
        writable.remove([row(1).record.id])
        writable.add([row(3)])
        writable.complete()
    with store.open("g") as there:
        assert set(there.records()) == {row(2).record.id, row(3).record.id}
    assert store.damage("g") == []


def test_only_the_files_of_the_chroma_store_know_chroma() -> None:
    root = Path(dir_tir.__file__).resolve().parent
    product = [path for path in root.rglob("*.py") if not {"tests", "benchmarks", "build", ".venv"} & set(path.relative_to(root).parts)]
    knowing = {path.name for path in product if re.search(r"import chromadb|from chromadb|chroma\.sqlite3|writer\.lock", path.read_text())}
    of_folders = {"chroma.py", "chroma_collections.py", "chroma_database.py", "chroma_opening.py", "writer_lock.py"}
    assert knowing == of_folders | {"chroma_server.py", "chroma_server_client.py", "chroma_server_lease.py"}
