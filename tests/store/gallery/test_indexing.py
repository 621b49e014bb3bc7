from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dir_tir.contracts import Store
from dir_tir.errors import ModelError, PictureError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.pictures import content_id
from fakes import FakeEncoder
from numpy.typing import NDArray
from PIL import Image
from stores import STORES

Draw = Callable[..., list[Source]]


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Store:
    return STORES[kind](tmp_path)


def test_pictures_and_captions_are_stored_with_their_embeddings(store: Store, draw: Draw) -> None:
    sources, encoder = draw(7), FakeEncoder()
    done = index(sources, store, "g", encoder, batch_size=3)
    assert (done.added, done.kept, done.broken, done.duplicates) == (7, 0, [], [])
    with store.open("g", encoder.fingerprint) as gallery:
        assert len(gallery) == 7
        records = gallery.records()
        record = records[content_id(sources[4].path)]
        assert (record.path, record.captions, record.width, record.height) == (str(sources[4].path), sources[4].captions, 9, 8)
        images, captions = gallery.embeddings([content_id(source.path) for source in sources])
    np.testing.assert_allclose(images, encoder.encode_images([Image.open(source.path) for source in sources]), atol=1e-6)
    np.testing.assert_allclose(captions, encoder.encode_texts([source.captions[0] for source in sources]), atol=1e-6)


def test_indexing_again_encodes_only_what_is_new(store: Store, draw: Draw) -> None:
    index(draw(5), store, "g", FakeEncoder())
    with store.open("g") as gallery:
        before = gallery.info.revision
    encoder = FakeEncoder()
    done = index(draw(5), store, "g", encoder)
    assert (done.added, done.kept, encoder.pictures) == (0, 5, 0)
    with store.open("g") as gallery:
        assert gallery.info.revision == before != ""
    done = index(draw(8), store, "g", encoder)
    assert (done.added, done.kept, encoder.pictures) == (3, 5, 3)
    with store.open("g") as gallery:
        assert len(gallery) == 8
        assert gallery.info.revision != before


def test_a_changed_file_replaces_its_picture_and_a_changed_caption_its_captions(store: Store, draw: Draw) -> None:
    sources = draw(3)
    index(sources, store, "g", FakeEncoder())
    Image.new("RGB", (5, 5), "white").save(sources[0].path)
    sources[1] = Source(sources[1].path, ("only one now",))
    done = index(sources, store, "g", FakeEncoder())
    assert (done.added, done.changed, done.removed, done.kept) == (0, 2, 0, 1)
    with store.open("g") as gallery:
        records = gallery.records()
    assert sorted(record.path for record in records.values()) == sorted(str(source.path) for source in sources)
    assert records[content_id(sources[0].path)].width == 5
    assert records[content_id(sources[1].path)].captions == ("only one now",)


def test_a_picture_that_moved_is_found_at_its_new_path(store: Store, tmp_path: Path, draw: Draw) -> None:
    (source,) = draw(1)
    index([source], store, "g", FakeEncoder())
    moved = Source(source.path.rename(tmp_path / "moved.png"), source.captions)
    encoder = FakeEncoder()
    done = index([moved], store, "g", encoder)
    assert (done.added, done.moved, encoder.pictures) == (0, 1, 0)  # it is not embedded again
    with store.open("g") as gallery:
        assert [record.paths for record in gallery.records().values()] == [(str(moved.path),)]
        assert gallery.info.revision


def test_the_same_picture_twice_is_stored_once_and_reported(tmp_path: Path, draw: Draw) -> None:
    sources = draw(2)
    twin = Source(tmp_path / "twin.png", ("a twin",))
    twin.path.write_bytes(sources[0].path.read_bytes())
    for _ in range(2):
        done = index([*sources, twin, sources[1]], ChromaStore(tmp_path), "g", FakeEncoder())
        assert done.duplicates == [(str(twin.path), str(sources[0].path)), (str(sources[1].path), str(sources[1].path))]
    assert index([twin], ChromaStore(tmp_path), "g", FakeEncoder()).duplicates == [(str(twin.path), str(sources[0].path))]
    with ChromaStore(tmp_path).open("g") as gallery:
        assert len(gallery) == 2


def test_broken_and_missing_pictures_are_reported_and_passed_over(tmp_path: Path, draw: Draw) -> None:
    sources = draw(3)
    sources[1].path.write_bytes(b"no picture")
    sources.append(Source(tmp_path / "gone.png", ("gone",)))
    done = index(sources, ChromaStore(tmp_path), "g", FakeEncoder())
    assert done.added == 2
    assert [path for path, _ in done.broken] == [str(sources[1].path), str(sources[3].path)]
    assert all("\n" not in reason for _, reason in done.broken)


def test_captions_that_are_missing_are_written_by_the_captioner(store: Store, draw: Draw) -> None:
    said, silent = draw(2)
    sources = [said, Source(silent.path)]
    index(sources, store, "g", FakeEncoder())
    for expected in (1, 0):  # the second time it is there
        done = index(sources, store, "g", FakeEncoder(), captioner=lambda picture: f" {picture.width}\nwide ")
        assert (done.changed, done.captioned) == (expected, expected)
    index(sources, store, "g", FakeEncoder())  # without a captioner, what it wrote stays
    with store.open("g") as gallery:
        assert {record.path: record.caption for record in gallery.records().values()} == {
            str(said.path): said.captions[0],
            str(silent.path): "9 wide",
        }


def test_a_picture_without_a_caption_is_found_and_shown_by_the_name_of_its_file(tmp_path: Path, draw: Draw) -> None:
    (source,) = draw(1)
    for _ in range(2):
        index([Source(source.path)], ChromaStore(tmp_path), "g", FakeEncoder(), captioner=lambda picture: "")
    with ChromaStore(tmp_path).open("g") as gallery:
        (record,) = gallery.records().values()
        images, captions = gallery.embeddings([record.id])
    assert (record.captions, record.caption, record.title) == ((), "", source.path.name)
    np.testing.assert_array_equal(images, captions)  # compared image with image


def test_what_is_gone_from_the_folder_is_removed_and_the_rest_of_the_gallery_stays(store: Store, tmp_path: Path, draw: Draw) -> None:
    sources = draw(4)
    other = Source(tmp_path / "elsewhere.png", ("elsewhere",))
    Image.new("RGB", (5, 5), "white").save(other.path)
    within = sources[0].path.parent
    index([other], store, "g", FakeEncoder())
    index(sources, store, "g", FakeEncoder(), within=within)
    sources[1].path.unlink()
    done = index([sources[0], *sources[2:]], store, "g", FakeEncoder(), within=within)
    assert (done.removed, done.kept) == (1, 3)
    with store.open("g") as gallery:
        paths = {record.path for record in gallery.records().values()}
    assert paths == {str(source.path) for source in (sources[0], *sources[2:], other)}
    done = index(sources[:1], store, "g", FakeEncoder(), within=within, closed=[within])  # nobody knows what is in there
    assert done.removed == 0


def test_a_copy_takes_the_place_of_a_picture_that_is_gone(tmp_path: Path, draw: Draw) -> None:
    (source,) = draw(1)
    within = source.path.parent
    twin = Source(within / "twin.png", source.captions)
    twin.path.write_bytes(source.path.read_bytes())
    index([source, twin], ChromaStore(tmp_path), "g", FakeEncoder(), within=within)
    with ChromaStore(tmp_path).open("g") as gallery:
        assert [record.paths for record in gallery.records().values()] == [(str(source.path), str(twin.path))]
    source.path.unlink()
    done = index([twin], ChromaStore(tmp_path), "g", FakeEncoder(), within=within)
    assert (done.moved, done.removed) == (1, 0)
    with ChromaStore(tmp_path).open("g") as gallery:
        assert [record.paths for record in gallery.records().values()] == [(str(twin.path),)]


def test_a_picture_that_broke_is_removed_and_comes_back_when_it_is_repaired(tmp_path: Path, draw: Draw) -> None:
    sources = draw(2)
    within, whole = sources[0].path.parent, sources[0].path.read_bytes()
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), within=within)
    sources[0].path.write_bytes(whole[:20])
    done = index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), within=within)
    assert (done.kept, [path for path, _ in done.broken]) == (1, [str(sources[0].path)])
    with ChromaStore(tmp_path).open("g") as gallery:
        assert len(gallery) == 1
    sources[0].path.write_bytes(whole)
    assert index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), within=within).returned == 1


def test_a_file_that_has_not_been_written_to_is_not_read_again(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = draw(3)
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder())
    monkeypatch.setattr("dir_tir.store.gallery.changes.content_id", None)
    assert index(sources, ChromaStore(tmp_path), "g", FakeEncoder()).kept == 3


def test_large_pictures_are_made_smaller_before_they_wait_and_their_size_is_that_on_disk(tmp_path: Path) -> None:
    class Sized(FakeEncoder):
        def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
            sizes.extend(image.size for image in images)
            return super().encode_images(images)

    sizes: list[tuple[int, int]] = []
    for name in ("a.jpg", "a.png"):
        Image.linear_gradient("L").resize((3000, 2000)).save(tmp_path / name)
    index([Source(tmp_path / "a.jpg"), Source(tmp_path / "a.png")], ChromaStore(tmp_path), "g", Sized())
    assert sizes == [(768, 512), (768, 512)]
    with ChromaStore(tmp_path).open("g") as gallery:
        assert {(record.width, record.height) for record in gallery.records().values()} == {(3000, 2000)}


def test_the_profile_is_remembered(tmp_path: Path, draw: Draw) -> None:
    index(draw(1), ChromaStore(tmp_path), "g", FakeEncoder(), profile="laptop")
    index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder())
    assert ChromaStore(tmp_path).describe("g").profile == "laptop"


def test_another_profile_is_remembered_also_when_there_is_nothing_to_index(tmp_path: Path, draw: Draw) -> None:
    for profile in ("laptop", "/somewhere/mine.toml"):
        done = index(draw(2), ChromaStore(tmp_path), "g", FakeEncoder(), profile=profile)
    assert (done.added, done.kept) == (0, 2)
    assert ChromaStore(tmp_path).describe("g").profile == "/somewhere/mine.toml"


def test_progress_ends_at_the_number_of_pictures(tmp_path: Path, draw: Draw) -> None:
    seen: list[tuple[int, int]] = []
    index(draw(4), ChromaStore(tmp_path), "g", FakeEncoder(), progress=lambda done, total: seen.append((done, total)), batch_size=2)
    assert seen == sorted(seen)
    assert seen[-1] == (4, 4)


SLOW = """
import sys, time
from pathlib import Path
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from fakes import FakeEncoder
from stores import STORES

class SlowEncoder(FakeEncoder):
    def encode_images(self, images):
        time.sleep(0.05)
        return super().encode_images(images)

captions = lambda number: (f"picture {number}", f"another caption of {number}")
sources = [Source(path, captions(int(path.stem))) for path in sorted(Path(sys.argv[1]).iterdir())]
store = STORES[sys.argv[3]](Path(sys.argv[2]))
index(sources, store, 'g', SlowEncoder(), batch_size=4, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [9, 33])
def test_killed_and_started_again_it_neither_loses_nor_doubles(kind: str, store: Store, tmp_path: Path, draw: Draw, after: int) -> None:
    sources = draw(60)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-c", SLOW, str(sources[0].path.parent), str(tmp_path), kind]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= after:
                time.sleep(0.02)  # into the middle of the next batch
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    with store.open("g") as gallery:
        there = len(gallery)
        assert gallery.info.revision == ""
    assert after - 5 <= there < 60

    encoder = FakeEncoder()
    done = index(sources, store, "g", encoder)
    assert (done.added, done.kept) == (60 - there, there)
    assert encoder.pictures == 60 - there
    ids = [content_id(source.path) for source in sources]
    with store.open("g") as gallery:
        assert len(gallery) == 60
        assert gallery.records().keys() == set(ids)
        images, captions = gallery.embeddings(ids)
        assert gallery.info.revision
    np.testing.assert_allclose(images, encoder.encode_images([Image.open(source.path) for source in sources]), atol=1e-6)
    np.testing.assert_allclose(captions, encoder.encode_texts([source.captions[0] for source in sources]), atol=1e-6)


class Choosy(FakeEncoder):
    """An encoder that fails on pictures of one width, and gives no numbers for those of another."""

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        if any(image.width == 4 for image in images):
            raise ValueError("absolute aspect ratio must be smaller than 200")
        rows = super().encode_images(images)
        rows[[image.width == 5 for image in images]] = np.nan
        return rows


def test_a_picture_that_the_encoder_cannot_take_is_left_out_and_the_others_are_kept(tmp_path: Path, draw: Draw) -> None:
    sources = draw(6)
    Image.new("RGB", (4, 9)).save(sources[1].path)
    Image.new("RGB", (5, 9)).save(sources[4].path)
    done = index(sources, ChromaStore(tmp_path), "g", Choosy())
    assert (done.added, done.changed, done.kept) == (4, 0, 0)
    assert [path for path, _ in done.broken] == [str(sources[1].path), str(sources[4].path)]
    failed, nothing = (reason for _, reason in done.broken)
    assert failed == "the encoder cannot take it (absolute aspect ratio must be smaller than 200)"
    assert nothing.startswith("the encoder gives no numbers for it (NaN): try dtype")
    with ChromaStore(tmp_path).open("g") as gallery:
        records = gallery.records()
        assert {record.path for record in records.values()} == {str(sources[n].path) for n in (0, 2, 3, 5)}
        assert np.isfinite(gallery.embeddings(list(records))[0]).all()
    assert len(index(sources, ChromaStore(tmp_path), "g", Choosy()).broken) == 2  # they are tried again


def test_an_encoder_that_takes_no_picture_is_said_in_one_line(tmp_path: Path, draw: Draw) -> None:
    class Broken(FakeEncoder):
        def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
            raise RuntimeError("the device is gone")

    with pytest.raises(ModelError, match=r"^the encoder fails on every picture \(the device is gone\)$"):
        index(draw(3), ChromaStore(tmp_path), "g", Broken())


def test_a_caption_that_the_encoder_cannot_take_stands_where_its_picture_does(tmp_path: Path, draw: Draw) -> None:
    class Illiterate(FakeEncoder):
        def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if any("unreadable" in text for text in texts):
                raise IndexError("index out of range in self")
            return super().encode_texts(texts)

    sources = draw(2)
    sources[1] = Source(sources[1].path, ("unreadable", "a boat"))
    assert index(sources, ChromaStore(tmp_path), "g", Illiterate()).added == 2
    id_ = content_id(sources[1].path)
    with ChromaStore(tmp_path).open("g") as gallery:
        images, captions = gallery.embeddings([id_])
        assert gallery.records()[id_].captions == ("unreadable", "a boat")
    np.testing.assert_allclose(captions, images, atol=1e-6)


def test_a_picture_that_the_captioner_cannot_take_is_named_and_has_no_caption(tmp_path: Path, draw: Draw) -> None:
    sources = [Source(source.path) for source in draw(4)]
    Image.new("RGB", (1200, 4)).save(sources[2].path)

    def captioner(picture: Image.Image) -> str:
        if picture.width > 100 * picture.height:
            raise PictureError("the vision model cannot take this picture (too wide)")
        return "a boat"

    done = index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), captioner=captioner)
    assert (done.added, done.captioned) == (4, 3)
    assert done.uncaptioned == [(str(sources[2].path), "the vision model cannot take this picture (too wide)")]


def test_a_captioner_that_takes_no_picture_ends_the_indexing(tmp_path: Path, draw: Draw) -> None:
    def captioner(picture: Image.Image) -> str:
        raise PictureError("the vision model cannot take this picture (no such operator)")

    with pytest.raises(ModelError, match="no picture can be captioned: the vision model cannot take this picture"):
        index([Source(source.path) for source in draw(25)], ChromaStore(tmp_path), "g", FakeEncoder(), captioner=captioner)


def test_when_pictures_were_taken_is_kept_and_filled_in_without_encoding_where_an_older_version_did_not_look(
    tmp_path: Path, draw: Draw
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8769)[0x9003] = "2019:05:04 12:30:15"
    sources = draw(2)
    with Image.open(sources[0].path) as picture:
        picture.save(sources[0].path, exif=exif)
    store, encoder = ChromaStore(tmp_path), FakeEncoder()

    def dates() -> list[str | None]:
        with store.open("g") as gallery:
            records = gallery.records()
        return [records[content_id(source.path)].taken for source in sources]

    index(sources, store, "g", encoder)
    assert dates() == ["2019-05-04T12:30:15", ""]
    encoded = encoder.pictures
    with store.write("g", encoder.fingerprint, encoder.dimension) as gallery:
        rows = gallery.rows(list(gallery.records()))
        gallery.add([replace(row, record=replace(row.record, taken=None)) for row in rows])
    assert dates() == [None, None]
    done = index(sources, store, "g", encoder)
    assert (dates(), done.kept, encoder.pictures) == (["2019-05-04T12:30:15", ""], 2, encoded)
    with store.open("g") as gallery:
        revision = gallery.info.revision
    index(sources, store, "g", encoder)
    with store.open("g") as gallery:
        assert gallery.info.revision == revision  # a picture without a date is not looked at again
