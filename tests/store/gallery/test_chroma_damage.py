"""What kills, disks and people do to the files of a gallery, and that each message names a way out that works."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from dir_tir.errors import GalleryError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.vectors import load_vectors
from stores import row, run_elsewhere

DATABASE = "chroma.sqlite3"
MANY = 1100  # so many that Chroma writes index files of them

HOT = """
import sqlite3
folder = Path(sys.argv[2]) / 'g'
database = sqlite3.connect(folder / 'chroma.sqlite3')
database.execute('PRAGMA cache_size = 1')  # so that changes reach the file before they are committed
database.execute('BEGIN')
database.execute('CREATE TABLE filler (x)')
database.executemany('INSERT INTO filler VALUES (?)', [('x' * 900,)] * 300)
database.execute('DELETE FROM collections')
os._exit(9)
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the gallery "g", whose index files are there."""
    root = tmp_path_factory.mktemp("indexed")
    with ChromaStore(root).write("g", "one", 4, "laptop") as gallery:
        gallery.add([row(number) for number in range(MANY)])
        gallery.complete()
    assert len(list((root / "g").glob("*/index_metadata.pickle"))) == 2
    return root


@pytest.fixture
def root(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "root"))


def is_whole(root: Path, count: int = MANY) -> None:
    """The gallery has all its pictures with their own embeddings, and takes another."""
    store = ChromaStore(root)
    with store.write("g", "one", 4) as gallery:
        assert len(gallery) == count
        gallery.add([row(MANY + 1)])
        gallery.complete()
    with store.open("g") as there:
        vectors = load_vectors(there)
    rows = [row(int(record.id, 16)) for record in vectors.records]
    assert [record.captions for record in vectors.records] == [each.record.captions for each in rows]
    np.testing.assert_allclose(vectors.images, [each.image for each in rows], atol=1e-6)
    np.testing.assert_allclose(vectors.captions, [each.captions[0] for each in rows], atol=1e-6)
    assert len(vectors.records) == count + 1
    assert store.damage("g") == []


def flipped(content: bytes) -> bytes:
    return bytes(byte ^ 0x41 if at % 97 == 5 else byte for at, byte in enumerate(content))


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda _: None,
    "cut off": lambda content: content[: len(content) // 2],
    "flipped": flipped,
    "zeroed": lambda content: bytes(len(content)),
}


def damaged(file: Path, how: str) -> None:
    content = DAMAGES[how](file.read_bytes())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "how"),
    [("data_level0.bin", "flipped"), ("header.bin", "cut off"), ("length.bin", "zeroed"), ("index_metadata.pickle", "deleted")],
)
def test_damaged_index_files_cost_nothing_the_next_indexing_makes_them_anew(root: Path, file: str, how: str) -> None:
    for index in (root / "g").glob(f"*/{file}"):
        damaged(index, how)
    with ChromaStore(root).open("g") as gallery:  # searching goes on meanwhile
        assert np.allclose(load_vectors(gallery).images[1], row(1).image, atol=1e-6)
    is_whole(root)


@pytest.mark.slow
def test_a_reader_of_a_gallery_whose_embeddings_are_in_the_index_alone_is_told_when_that_is_damaged(root: Path) -> None:
    with closing(sqlite3.connect(root / "g" / DATABASE)) as database:  # as older versions left it
        database.execute("DELETE FROM embeddings_queue WHERE seq_id <= (SELECT min(seq_id) FROM max_seq_id)")
        database.commit()
    with ChromaStore(root).open("g") as gallery:
        assert np.allclose(load_vectors(gallery).images[1], row(1).image, atol=1e-3)
    shutil.rmtree(root / "g" / "matrix")
    for index in (root / "g").glob("*/index_metadata.pickle"):
        damaged(index, "cut off")
    with ChromaStore(root).open("g") as gallery:
        assert len(gallery) == len(gallery.records()) == MANY
        with pytest.raises(GalleryError, match="`dir-tir gallery repair g`"):
            gallery.embeddings([row(1).record.id])
    with ChromaStore(root).write("g", "one", 4) as writing:
        kept = writing.records()
        assert 0 < len(writing.lost) == MANY - len(kept)
        assert not {path for record in kept.values() for path in record.paths} & set(writing.lost)


def test_a_reader_finds_what_a_killed_process_left_in_the_queue_alone(tmp_path: Path) -> None:
    with ChromaStore(tmp_path).write("g", "one", 4) as gallery:
        gallery.add([row(1), row(2)])
        gallery.remove([row(1).record.id])
    with closing(sqlite3.connect(tmp_path / "g" / DATABASE)) as database:
        database.execute("DELETE FROM embedding_metadata")
        database.execute("DELETE FROM embeddings")
        database.execute("UPDATE max_seq_id SET seq_id = 0")
        database.commit()
    with ChromaStore(tmp_path).open("g") as there:
        assert there.records() == {row(2).record.id: row(2).record}
        assert there.info.count == 1


@pytest.mark.slow
def test_a_repair_says_what_was_wrong_and_a_sound_gallery_stays_as_it_is(root: Path) -> None:
    store = ChromaStore(root)
    assert store.repair("g").found == ()
    revision = store.describe("g").revision
    for index in list((root / "g").glob("*-*-*-*-*")):
        shutil.rmtree(index)
    assert store.damage("g") == ["the index of gallery 'g' is damaged"]
    done = store.repair("g")
    assert (done.found, done.kept, done.lost) == (("the index of gallery 'g' is damaged",), MANY, ())
    assert store.describe("g").profile == "laptop"
    assert store.describe("g").revision not in ("", revision)
    is_whole(root)


@pytest.mark.slow
def test_what_a_killed_process_had_half_written_is_rolled_back_by_opening(root: Path) -> None:
    run_elsewhere("chroma", root, HOT, status=9)
    assert (root / "g" / f"{DATABASE}-journal").stat().st_size
    assert ChromaStore(root).describe("g").count == MANY
    is_whole(root)


@pytest.mark.slow
@pytest.mark.parametrize("searched", [True, False])
def test_a_damaged_database_is_made_anew_of_what_can_be_read_of_it_and_the_matrices(root: Path, searched: bool) -> None:
    store, database = ChromaStore(root), root / "g" / DATABASE
    if searched:
        with store.open("g") as gallery:
            load_vectors(gallery)
        database.write_bytes(b"nothing of it is left")
    else:
        content = bytearray(database.read_bytes())
        content[-6 * 4096 : -4 * 4096] = b"\xff" * 8192
        database.write_bytes(content)
    if searched:
        with pytest.raises(GalleryError, match="`dir-tir gallery repair g`"):
            store.open("g")
    done = store.repair("g")
    if searched:
        assert (done.kept, done.lost) == (MANY, ())
    if done.found:
        with store.write("g", "one", 4) as again:
            there = again.records()
            again.add([each for each in map(row, range(MANY)) if each.record.id not in there])
            again.complete()
    is_whole(root)


def _migrated(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("CREATE TABLE migrations (dir TEXT)")
        database.commit()


def _empty(folder: Path) -> None:
    (folder / DATABASE).touch()


def _without_images(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("CREATE TABLE migrations (dir TEXT)")
        database.execute("CREATE TABLE collections (id TEXT, name TEXT)")
        database.execute("CREATE TABLE collection_metadata (collection_id TEXT, key TEXT)")
        database.execute("INSERT INTO collections VALUES ('1', 'captions')")
        database.commit()


@pytest.mark.parametrize("left", [_migrated, _empty, _without_images, lambda folder: None])
def test_a_gallery_killed_while_it_was_made_is_made_anew_by_the_same_command_or_deleted(
    tmp_path: Path, left: Callable[[Path], None]
) -> None:
    store, folder = ChromaStore(tmp_path), tmp_path / "g"
    for again in (True, False):
        folder.mkdir(exist_ok=True)
        (folder / "writer.lock").touch()
        left(folder)
        if (folder / DATABASE).exists():
            for refused in (store.describe, store.repair):
                with pytest.raises(GalleryError, match="index"):
                    refused("g")
        if again:
            with store.write("g", "one", 4) as gallery:
                gallery.add([row(1)])
                gallery.complete()
            assert store.describe("g").count == 1
        store.delete("g")
        assert not folder.exists()


def test_a_gallery_of_which_nothing_can_be_read_says_so_and_can_be_deleted(tmp_path: Path) -> None:
    store = ChromaStore(tmp_path)
    with store.write("g", "one", 4) as gallery:
        gallery.add([row(1)])
    (tmp_path / "g" / DATABASE).write_bytes(b"no database at all")
    with pytest.raises(GalleryError, match=r"nothing of gallery 'g'.*`dir-tir gallery delete g`"):
        store.repair("g")
    store.delete("g")
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_database_is_never_deleted_nor_marked_as_ours(tmp_path: Path) -> None:
    (tmp_path / "g").mkdir()
    with closing(sqlite3.connect(tmp_path / "g" / DATABASE)) as foreign:
        foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.commit()
    store = ChromaStore(tmp_path)
    with pytest.raises(GalleryError, match="was not made by dir-tir"), store.write("g", "one", 4):
        pass
    for refused in (store.delete, store.repair):
        with pytest.raises(GalleryError, match="was not made by dir-tir"):
            refused("g")
    assert [path.name for path in (tmp_path / "g").iterdir()] == [DATABASE]
