from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from fakes import FakeEncoder

DATABASE = "chroma.sqlite3"
Draw = Callable[..., list[Source]]


def test_a_gallery_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="there is no gallery 'gone' at"):
        ChromaStore(tmp_path).open("gone")
    assert not (tmp_path / "gone").exists()


def test_another_encoder_is_refused_for_reading_and_writing_with_what_to_do(tmp_path: Path, draw: Draw) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder(fingerprint="one"))
    with pytest.raises(GalleryError, match=r"made with encoder one, not with two.*use the profile it was made with"):
        ChromaStore(tmp_path).open("g", "two")
    with pytest.raises(GalleryError, match="made with encoder one, not with two"):
        index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder(fingerprint="two"))
    with ChromaStore(tmp_path).open("g", "one") as gallery:
        assert (gallery.fingerprint, gallery.dimension, len(gallery)) == ("one", 16, 2)


def test_a_second_writer_is_refused_and_a_reader_is_not(tmp_path: Path, draw: Draw) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder())
    hold = (
        "import sys; from pathlib import Path; from dir_tir.store.gallery.chroma import ChromaStore\n"
        "with ChromaStore(Path(sys.argv[1])).write('g', 'fake-encoder', 16): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(GalleryError, match="is locked: another process is writing"),
            ChromaStore(tmp_path).write("g", "fake-encoder", 16),
        ):
            pass
        with ChromaStore(tmp_path).open("g", "fake-encoder") as gallery:
            assert len(gallery) == 2
        other.communicate()
    assert index(draw(3), ChromaStore(tmp_path), "g", FakeEncoder()).added == 1


def test_a_database_locked_by_another_program_gets_one_clear_line(tmp_path: Path, draw: Draw) -> None:
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder())
    with closing(sqlite3.connect(tmp_path / "g" / DATABASE)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GalleryError, match="is another program using") as caught:
            ChromaStore(tmp_path).open("g")
        assert "\n" not in str(caught.value)


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
    import chromadb

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
    with ChromaStore(tmp_path).open("g") as gallery:
        for collection in (gallery._images, gallery._captions):
            assert collection._embedding_function is None
            assert collection.configuration["hnsw"]["space"] == "cosine"
