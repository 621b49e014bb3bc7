"""Pictures that are near to everything lose by it, those that are near to what is asked do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.hubs import NOISE, SHARPNESS, from_bank, from_crowding, hubs_of, keep_hubs, kept_hubs, shrunk
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import Vectors, load_vectors
from fakes import FakeEncoder
from numpy.typing import NDArray


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def pictures() -> NDArray[np.float32]:
    """Three hundred, the first of which lies where all texts lie."""
    rows = np.random.default_rng(0).normal(size=(300, 32))
    rows[0] = 3.0
    return _unit(rows)


@pytest.fixture
def texts() -> NDArray[np.float32]:
    return _unit(np.random.default_rng(1).normal(size=(400, 32)) + 0.5)


def test_a_hub_stands_out_by_captions_and_by_its_neighbours(pictures: NDArray[np.float32], texts: NDArray[np.float32]) -> None:
    for found in (from_bank(pictures, texts), from_crowding(np.concatenate([pictures, texts[:50]]))):
        assert found.dtype == np.float32
        assert found[:300].argmax() == 0
        assert found.mean() == pytest.approx(0, abs=1e-5)


def test_the_number_of_a_picture_is_its_log_mean_exp_over_the_bank(pictures: NDArray[np.float32], texts: NDArray[np.float32]) -> None:
    cosines = pictures.astype(np.float64) @ texts.astype(np.float64).T
    by_hand = np.log(np.exp(SHARPNESS * cosines / cosines.std()).mean(axis=1)) / SHARPNESS
    assert from_bank(pictures, texts) == pytest.approx(by_hand - by_hand.mean(), abs=1e-4)


def test_crowding_is_the_mean_cosine_with_the_nearest_sixteen_and_never_with_itself(pictures: NDArray[np.float32]) -> None:
    cosines = pictures.astype(np.float64) @ pictures.astype(np.float64).T
    deviation = cosines.std()
    np.fill_diagonal(cosines, -1)
    by_hand = np.sort(cosines, axis=1)[:, -16:].mean(axis=1) / deviation
    assert from_crowding(pictures) == pytest.approx(by_hand - by_hand.mean(), abs=1e-3)
    assert from_crowding(pictures[:1]).tolist() == [0.0]
    assert from_crowding(pictures[:2]).tolist() == pytest.approx([0.0, 0.0], abs=1e-5)


def test_a_picture_is_made_a_hub_neither_by_its_own_caption_nor_by_one_that_says_the_same(
    pictures: NDArray[np.float32], texts: NDArray[np.float32]
) -> None:
    bank = np.concatenate([texts[:300], texts[5:6], _unit(texts[6:7].astype(np.float64) + 0.001)])
    cosines = pictures.astype(np.float64) @ bank.astype(np.float64).T
    terms = np.exp(SHARPNESS * cosines / cosines.std())
    terms[np.arange(300), np.arange(300)] = np.nan
    terms[[5, 6], [300, 301]] = np.nan
    by_hand = np.log(np.nanmean(terms, axis=1)) / SHARPNESS
    assert from_bank(pictures, bank, texts[:300]) == pytest.approx(by_hand - by_hand.mean(), abs=1e-4)


def test_a_series_of_shots_is_no_hub(pictures: NDArray[np.float32]) -> None:
    series = _unit(pictures[7] + 0.01 * np.random.default_rng(3).normal(size=(20, 32)))
    found = from_crowding(np.concatenate([pictures, series]))
    assert abs(found[300:].mean()) < found[1:300].std()


@pytest.mark.parametrize("count", [2, 250])
def test_pictures_and_captions_that_are_all_the_same_have_no_hubs(count: int) -> None:
    same = np.repeat(_unit(np.ones((1, 32))), count, axis=0)
    assert from_crowding(same).tolist() == pytest.approx([0] * count, abs=1e-3)
    assert from_bank(same, same, same).tolist() == pytest.approx([0] * count, abs=1e-3)


def test_a_bank_that_is_too_small_gives_way_to_crowding(pictures: NDArray[np.float32], texts: NDArray[np.float32]) -> None:
    assert (hubs_of(pictures, texts).source, hubs_of(pictures, texts).captions) == ("bank", 400)
    for bank in (None, texts[:199]):
        found = hubs_of(pictures, bank)
        assert (found.source, found.captions) == ("crowding", 0)
        assert found.values == pytest.approx(shrunk(from_crowding(pictures)) * 9 / 34)  # of three hundred


def test_of_a_large_bank_a_part_says_the_same_every_time(pictures: NDArray[np.float32]) -> None:
    many = _unit(np.random.default_rng(2).normal(size=(9000, 32)) + 0.5)
    assert from_bank(pictures, many).tolist() == from_bank(pictures, many).tolist()
    assert np.corrcoef(from_bank(pictures, many), from_bank(pictures, many[:4096]))[0, 1] > 0.99


def test_what_is_kept_is_read_again_and_what_is_damaged_is_not(pictures: NDArray[np.float32], tmp_path: Path) -> None:
    hubs, file = hubs_of(pictures), tmp_path / "hubs.npz"
    assert kept_hubs(file, 300) is None
    keep_hubs(file, hubs)
    again = kept_hubs(file, 300)
    assert again and again.values.tolist() == hubs.values.tolist() and again.source == "crowding"
    assert kept_hubs(file, 299) is None  # another gallery's
    whole = file.read_bytes()
    np.savez(file, values=hubs.values, source=np.array("bank"), captions=np.array(0), formula=np.array(0))
    assert kept_hubs(file, 300) is None  # by another formula
    for damaged in (b"", whole[: len(whole) // 2], whole[:200] + bytes(4) + whole[204:], b"\x80\x04N."):
        file.write_bytes(damaged)
        assert kept_hubs(file, 300) is None


def test_a_gallery_of_before_has_them_from_its_first_search_on_and_every_state_of_it_its_own(
    tmp_path: Path, draw: Callable[..., list[Source]]
) -> None:
    store = ChromaStore(tmp_path)
    index(draw(5), store, "g", FakeEncoder())
    with store.open("g") as gallery:
        load_vectors(gallery)  # the matrices are kept, and have no hubs beside them yet
        assert not list(tmp_path.glob("g/matrix/*/hubs.npz"))
        values = load_vectors(gallery).hubs.values
        (first,) = tmp_path.glob("g/matrix/*/hubs.npz")
        written = first.stat().st_mtime_ns
        assert load_vectors(gallery).hubs.values.tolist() == values.tolist()
        assert first.stat().st_mtime_ns == written
    index(draw(9), store, "g", FakeEncoder())
    with store.open("g") as gallery:
        assert len(load_vectors(gallery).hubs.values) == 9


def test_they_come_from_the_gallerys_captions_where_there_are_enough_and_never_from_those_that_are_held_out(
    pictures: NDArray[np.float32], texts: NDArray[np.float32]
) -> None:
    def record(number: int) -> PictureRecord:
        return PictureRecord(f"{number:03}", f"/{number}", (f"caption {number}",) if number < 250 else (), 1, 1)

    captions = np.concatenate([texts[:250], pictures[250:]])  # where there is no caption the picture stands for it
    vectors = Vectors([record(number) for number in range(300)], pictures, captions)
    assert (vectors.hubs.source, vectors.hubs.captions) == ("bank", 250)
    assert vectors.hubs.values.tolist() == shrunk(from_bank(pictures, texts[:250], captions)).tolist()
    without = vectors.hubs_without(["Caption  7."])
    kept = np.array([number for number in range(250) if number != 7])
    assert without.values.tolist() == shrunk(from_bank(pictures, texts[kept], captions)).tolist()
    assert vectors.hubs_without([f"caption {number}" for number in range(100)]).source == "crowding"
    assert vectors.hubs_without(["something else"]) is vectors.hubs


def test_numbers_that_hardly_differ_are_taken_for_noise() -> None:
    hubs = np.array([-1, 1, 1, -1], dtype=np.float32)
    assert shrunk(hubs) == pytest.approx(hubs / (1 + NOISE**2))
    assert shrunk(NOISE * hubs) == pytest.approx(NOISE * hubs / 2)
    assert np.abs(shrunk(0.01 * hubs)).max() < 0.001 * 0.02
    assert shrunk(np.zeros(3, dtype=np.float32)).tolist() == [0, 0, 0]


def test_where_nothing_is_searched_for_no_record_is_read_for_hubs(tmp_path: Path, pictures: NDArray[np.float32]) -> None:
    vectors = Vectors([PictureRecord(f"{number:03}", "", (), 1, 1) for number in range(300)], pictures, pictures, tmp_path)
    kept = vectors.hubs.values
    opened = Vectors(Unread(300), pictures, pictures, tmp_path)  # type: ignore[arg-type]
    assert opened.hubs_without([]).values.tolist() == kept.tolist()
    with pytest.raises(AssertionError, match="a record was read"):
        opened.hubs_without(["a boat"])


class Unread:
    """So many records that nobody may look at."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int) -> None:
        raise AssertionError("a record was read")
