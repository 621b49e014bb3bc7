"""What went from a gallery comes back; what went all at once is asked about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from dir_tir.store.gallery.changes import Indexed
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.put_aside import FILE, count_aside
from dir_tir.store.gallery.sources import Source, folder_sources
from dir_tir.store.gallery.vanished import Vanished
from dir_tir.store.gallery.vectors import load_vectors
from fakes import FakeEncoder
from PIL import Image

Draw = Callable[..., list[Source]]


def _indexed(tmp_path: Path, encoder: FakeEncoder | None = None, **options: object) -> Indexed:
    folder = tmp_path / "pictures"
    return index(folder_sources(folder), ChromaStore(tmp_path), "g", encoder or FakeEncoder(), within=folder, **options)  # type: ignore[arg-type]


def _count(tmp_path: Path) -> int:
    with ChromaStore(tmp_path).open("g") as gallery:
        assert len(load_vectors(gallery).records) == len(gallery)
        return len(gallery)


def test_what_was_gone_comes_back_with_its_embeddings_and_captions_without_encoding(tmp_path: Path, draw: Draw) -> None:
    sources = draw(5)
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), within=tmp_path)
    with ChromaStore(tmp_path).open("g") as gallery:
        before = load_vectors(gallery)
        records, images, captions = list(before.records), np.array(before.images), np.array(before.captions)
    whole = sources[1].path.read_bytes()
    sources[1].path.unlink()
    assert _indexed(tmp_path).removed == 1
    assert (_count(tmp_path), count_aside(tmp_path / "g")) == (4, 1)
    sources[1].path.with_name("elsewhere.png").write_bytes(whole)
    encoder = FakeEncoder()
    done = _indexed(tmp_path, encoder)
    assert (done.returned, done.added, done.removed, encoder.pictures, encoder.texts) == (1, 0, 0, 0, [])
    assert count_aside(tmp_path / "g") == 0
    with ChromaStore(tmp_path).open("g") as gallery:
        after = load_vectors(gallery)
        assert [record.captions for record in after.records] == [record.captions for record in records]
        np.testing.assert_array_equal(np.array(after.images), images)
        np.testing.assert_array_equal(np.array(after.captions), captions)


def test_another_caption_is_embedded_anew(tmp_path: Path, draw: Draw) -> None:
    sources = draw(3)
    index(sources, ChromaStore(tmp_path), "g", FakeEncoder(), within=tmp_path)
    index(sources[:2], ChromaStore(tmp_path), "g", FakeEncoder(), within=tmp_path)
    encoder = FakeEncoder()
    again = Source(sources[2].path, ("another",))
    assert index([*sources[:2], again], ChromaStore(tmp_path), "g", encoder, within=tmp_path).added == 1
    assert encoder.texts == ["another"]


@pytest.mark.parametrize("kept_for", [timedelta(0), timedelta(microseconds=1)])
def test_after_its_time_it_is_forgotten(tmp_path: Path, draw: Draw, kept_for: timedelta) -> None:
    sources = draw(4)
    _indexed(tmp_path)
    sources[0].path.unlink()
    _indexed(tmp_path, kept_for=kept_for)
    _indexed(tmp_path, kept_for=kept_for)
    assert count_aside(tmp_path / "g") == 0


@pytest.mark.parametrize("damage", [b"", b"no database" * 100])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, draw: Draw, damage: bytes) -> None:
    sources = draw(4)
    _indexed(tmp_path)
    for source in sources[:2]:
        (tmp_path / "g" / FILE).write_bytes(damage)
        source.path.unlink()
        _indexed(tmp_path)
    assert count_aside(tmp_path / "g") == 1


def _folders(tmp_path: Path) -> None:
    for folder, count in (("", 4), ("mounted/a", 3), ("mounted/b", 3), ("other", 5)):
        (tmp_path / "pictures" / folder).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            Image.effect_noise((8, 8), 50).save(tmp_path / "pictures" / folder / f"{number}.png")


def test_a_folder_whose_pictures_are_all_gone_stays_until_somebody_says_that_it_may_go(tmp_path: Path) -> None:
    _folders(tmp_path)
    _indexed(tmp_path)
    shutil.move(tmp_path / "pictures" / "mounted", tmp_path / "away")
    (tmp_path / "pictures" / "mounted").mkdir()
    (tmp_path / "pictures" / "other" / "0.png").unlink()
    asked: list[Vanished] = []

    def no(vanished: Vanished) -> bool:
        asked.append(vanished)
        return False

    done = _indexed(tmp_path, may_remove=no)
    assert (done.removed, done.vanished, _count(tmp_path)) == (1, asked[0], 14)
    assert str(asked[0]) == f"6 of 15 pictures in {tmp_path / 'pictures' / 'mounted'}"
    done = _indexed(tmp_path, may_remove=lambda vanished: True)
    assert (done.removed, done.vanished, _count(tmp_path)) == (6, None, 8)
    (tmp_path / "pictures" / "mounted").rmdir()
    shutil.move(tmp_path / "away", tmp_path / "pictures" / "mounted")
    encoder = FakeEncoder()
    assert (_indexed(tmp_path, encoder).returned, encoder.pictures, _count(tmp_path)) == (6, 0, 14)


def test_most_of_a_gallery_is_asked_about_and_single_pictures_and_renamed_folders_are_not(tmp_path: Path) -> None:
    _folders(tmp_path)
    _indexed(tmp_path)
    (tmp_path / "pictures" / "mounted").rename(tmp_path / "pictures" / "renamed")
    (tmp_path / "pictures" / "3.png").unlink()

    def never(vanished: Vanished) -> bool:
        raise AssertionError(str(vanished))

    done = _indexed(tmp_path, may_remove=never)
    assert (done.moved, done.removed) == (6, 1)
    for folder in ("renamed/a", "renamed/b", "other", ""):
        for file in sorted((tmp_path / "pictures" / folder).glob("*.png"))[1:]:
            file.unlink()
    done = _indexed(tmp_path, may_remove=lambda vanished: False)
    assert (str(done.vanished), done.removed, _count(tmp_path)) == ("10 of 14 pictures", 0, 14)


def test_pictures_that_are_passed_over_now_have_not_vanished(tmp_path: Path) -> None:
    _folders(tmp_path)
    _indexed(tmp_path)
    (tmp_path / "pictures" / "mounted").rename(tmp_path / "pictures" / "#recycle")
    folder = tmp_path / "pictures"
    index(folder_sources(folder), ChromaStore(tmp_path), "g", FakeEncoder(), within=folder)
    (tmp_path / "pictures" / "#recycle").rename(tmp_path / "pictures" / "mounted")
    assert _indexed(tmp_path).returned == 6


def test_a_file_that_does_not_let_itself_be_read_now_stays(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = draw(3)
    _indexed(tmp_path)
    os.utime(sources[0].path, (1, 1))
    opened = Path.open

    def failing(path: Path, *arguments: object, **more: object) -> object:
        if path == sources[0].path:
            raise OSError(5, "Input/output error")
        return opened(path, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    done = _indexed(tmp_path)
    assert ([path for path, _ in done.broken], _count(tmp_path)) == ([str(sources[0].path)], 3)
