"""What every store promises (`contracts.Store`), whichever database is behind it; a new store is one more line in `stores.STORES`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord, Row, Store
from dir_tir.errors import GalleryError, InputError
from stores import STORES, elsewhere, row, run_elsewhere


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Store:
    return STORES[kind](tmp_path)


def written(store: Store, rows: Sequence[Row], name: str = "g", profile: str = "") -> None:
    with store.write(name, "one", 4, profile) as gallery:
        gallery.add(rows)
        gallery.complete()


def records_of(store: Store, name: str = "g") -> dict[str, PictureRecord]:
    with store.open(name) as gallery:
        return gallery.records()


def test_a_gallery_that_is_not_there_is_refused_and_not_made_by_looking(store: Store, tmp_path: Path) -> None:
    for look in (store.describe, store.open, store.size, store.delete):
        with pytest.raises(GalleryError, match="there is no gallery 'gone'"):
            look("gone")
    assert store.names() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden"])
def test_a_name_that_could_climb_out_of_its_place_is_refused(store: Store, name: str) -> None:
    for look in (store.describe, store.open, store.size, store.delete, store.place, store.cache):
        with pytest.raises(InputError, match="gallery name"):
            look(name)
    with pytest.raises(InputError, match="gallery name"), store.write(name, "one", 4):
        pass


def test_what_is_written_is_read_back_in_the_order_asked_for(store: Store) -> None:
    rows = [row(1), row(2, ("a boat", "a red boat")), row(3, ())]
    written(store, rows, profile="laptop")
    with store.open("g", "one") as gallery:
        assert gallery.records() == {each.record.id: each.record for each in rows}
        assert len(gallery) == 3
        images, captions = gallery.embeddings([rows[2].record.id, rows[0].record.id])
        info = gallery.info
    assert images.dtype == captions.dtype == np.float32
    np.testing.assert_allclose(images, [rows[2].image, rows[0].image], atol=1e-6)
    np.testing.assert_allclose(captions, [rows[2].image, rows[0].captions[0]], atol=1e-6)  # without a caption: the picture's own
    assert (info.name, info.fingerprint, info.dimension, info.profile, info.count) == ("g", "one", 4, "laptop", 3)
    assert store.describe("g") == info
    assert store.size("g") > 0
    assert store.place("g")


@pytest.mark.slow
def test_more_pictures_than_go_into_one_request_are_written_and_read(store: Store) -> None:
    rows = [row(number) for number in range(2100)]
    written(store, rows)
    assert len(records_of(store)) == 2100
    with store.open("g") as gallery:
        images, captions = gallery.embeddings([each.record.id for each in rows])
    np.testing.assert_allclose(images, [each.image for each in rows], atol=1e-6)
    assert captions.shape == (2100, 4)
    with store.write("g", "one", 4) as gallery:
        gallery.remove([each.record.id for each in rows[1:]])
    assert list(records_of(store)) == [rows[0].record.id]


def test_a_picture_of_the_same_id_is_replaced_with_all_its_captions(store: Store) -> None:
    written(store, [row(1, ("a", "b", "c")), row(2)])
    again = row(1, ("d",))
    written(store, [again])
    with store.open("g") as gallery:
        assert gallery.records()[again.record.id] == again.record
        np.testing.assert_allclose(gallery.embeddings([again.record.id])[1], again.captions, atol=1e-6)
        assert len(gallery) == 2


def test_a_picture_that_moved_is_relabelled_and_its_embeddings_stay(store: Store) -> None:
    before = row(1)
    written(store, [before])
    moved = replace(before.record, path="/elsewhere.png", also=("/copy.png",))
    with store.write("g", "one", 4) as gallery:
        gallery.relabel([moved])
        gallery.complete()
    with store.open("g") as there:
        assert there.records() == {moved.id: moved}
        np.testing.assert_allclose(there.embeddings([moved.id])[0], [before.image], atol=1e-6)


def test_what_is_removed_is_gone_and_what_was_never_there_is_passed_over(store: Store) -> None:
    written(store, [row(1), row(2)])
    with store.write("g", "one", 4) as gallery:
        gallery.remove([row(1).record.id, row(9).record.id])
    assert list(records_of(store)) == [row(2).record.id]
    with store.open("g") as there, pytest.raises(GalleryError, match="has lost 1 of its embeddings"):
        there.embeddings([row(2).record.id, row(1).record.id])


@pytest.mark.parametrize("change", ["add", "relabel", "remove"])
def test_a_change_takes_the_revision_away_and_completing_gives_another(store: Store, change: str) -> None:
    written(store, [row(1), row(2)])
    before = store.describe("g").revision
    assert before
    with store.write("g", "one", 4) as gallery:
        for nothing in (gallery.add, gallery.relabel, gallery.remove):
            nothing([])
        gallery.complete()
        assert gallery.info.revision == before  # nothing has changed
        match change:
            case "add":
                gallery.add([row(3)])
            case "relabel":
                gallery.relabel([row(1).record])
            case "remove":
                gallery.remove([row(1).record.id])
        assert gallery.info.revision == store.describe("g").revision == ""
        gallery.complete()
        assert gallery.info.revision not in ("", before)


def test_an_indexing_that_fails_leaves_no_revision(store: Store) -> None:
    written(store, [row(1)])

    def index() -> None:
        with store.write("g", "one", 4) as gallery:
            gallery.add([row(2)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index()
    assert store.describe("g").revision == ""
    with store.write("g", "one", 4) as gallery:
        gallery.complete()
    assert store.describe("g").revision
    assert store.describe("g").count == 2


def test_another_profile_of_the_same_encoder_is_remembered_though_nothing_else_changes(store: Store) -> None:
    written(store, [row(1)], profile="laptop")
    before = store.describe("g")
    with store.write("g", "one", 4, "paper") as gallery:
        gallery.complete()
    assert store.describe("g") == replace(before, profile="paper")  # the revision too: no vector is another
    with store.write("g", "one", 4):
        pass
    assert store.describe("g").profile == "paper"


def test_another_encoder_is_refused_for_reading_and_writing_with_what_to_do(store: Store) -> None:
    written(store, [row(1)], profile="laptop")
    with pytest.raises(GalleryError, match=r"made with encoder one, not with two.*use the profile it was made with \(laptop\)"):
        store.open("g", "two")
    with pytest.raises(GalleryError, match="made with encoder one, not with two"), store.write("g", "two", 4, "other"):
        pass
    assert store.describe("g").profile == "laptop"


@pytest.mark.slow
def test_a_second_writer_is_refused_and_a_reader_is_not(kind: str, store: Store, tmp_path: Path) -> None:
    written(store, [row(1)])
    with elsewhere(kind, tmp_path, "with store.write('g', 'one', 4): wait()") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(GalleryError, match="is locked: another process is writing"), store.write("g", "one", 4):
            pass
        with pytest.raises(GalleryError, match="is being written into"):
            store.delete("g")
        assert len(records_of(store)) == 1
        other.communicate()
    with store.write("g", "one", 4), pytest.raises(GalleryError, match="is locked"), STORES[kind](tmp_path).write("g", "one", 4):
        pass
    written(store, [row(2)])
    assert len(records_of(store)) == 2


@pytest.mark.slow
def test_what_another_process_wrote_is_there_at_once_also_for_whoever_has_the_gallery_open(kind: str, store: Store, tmp_path: Path) -> None:
    written(store, [row(number) for number in range(150)])
    before = store.describe("g")
    changed = row(1, ("other words",))
    ids = [changed.record.id, row(140).record.id]
    with store.open("g") as gallery:
        gallery.embeddings(ids)
        run_elsewhere(
            kind,
            tmp_path,
            "with store.write('g', 'one', 4, 'paper') as gallery:\n"
            "    gallery.add([row(1, ('other words',)), *(row(number) for number in range(150, 300))])\n"
            "    gallery.complete()\n",
        )
        now = store.describe("g")
        assert gallery.info == now
        assert (now.count, now.profile, now.revision != before.revision) == (300, "paper", True)
        assert gallery.records()[changed.record.id].captions == ("other words",)
        images, captions = gallery.embeddings([*ids, row(299).record.id])
    np.testing.assert_allclose(captions[0], changed.captions[0], atol=1e-6)
    np.testing.assert_allclose(images[2], row(299).image, atol=1e-6)


@pytest.mark.slow
def test_a_writer_that_was_killed_leaves_an_unfinished_gallery_that_can_be_written_again(kind: str, store: Store, tmp_path: Path) -> None:
    written(store, [row(1)])
    for change in ("gallery.add([row(2)])", f"gallery.remove([{row(2).record.id!r}])"):
        run_elsewhere(kind, tmp_path, f"with store.write('g', 'one', 4) as gallery:\n    {change}\n    os._exit(9)", status=9)
        assert store.describe("g").revision == ""
        written(store, [])
        assert store.describe("g").revision
    assert list(records_of(store)) == [row(1).record.id]


@pytest.mark.slow
def test_a_gallery_deleted_by_another_process_is_gone_and_one_of_its_name_is_another(kind: str, store: Store, tmp_path: Path) -> None:
    for name in ("other", "g"):
        written(store, [row(1)], name)
    assert store.cache("g").is_dir()
    (store.cache("g") / "worked-out.txt").touch()
    before = store.describe("g")
    assert store.names() == ["g", "other"]
    run_elsewhere(kind, tmp_path, "store.delete('g')")
    with pytest.raises(GalleryError, match="there is no gallery 'g'"):
        store.describe("g")
    assert store.names() == ["other"]
    assert not (store.cache("g") / "worked-out.txt").exists()
    run_elsewhere(kind, tmp_path, "with store.write('g', 'two', 4) as gallery: gallery.complete()")
    now = store.describe("g")
    assert (now.fingerprint, now.count) == ("two", 0)
    assert now.revision != before.revision


@pytest.mark.slow
def test_many_threads_look_and_read_while_one_writes(store: Store) -> None:
    written(store, [row(number) for number in range(20)])

    def look(turn: int) -> int:
        assert store.describe("g").count >= 20
        with store.open("g", "one") as gallery:
            return len(gallery.embeddings([row(number).record.id for number in range(20)])[0])

    with ThreadPoolExecutor(8) as threads:
        looking = threads.map(look, range(40))
        with store.write("g", "one", 4) as gallery:
            for number in range(20, 60):
                gallery.add([row(number)])
            gallery.complete()
        assert set(looking) == {20}
    assert store.describe("g").count == 60
