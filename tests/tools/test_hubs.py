"""Pictures that are near to everything lose by it, those that are near to what is asked do not."""

from __future__ import annotations

import numpy as np
import pytest
from dir_tir.tools.fusion import FUSIONS, Scores
from dir_tir.tools.hubs import SHARPNESS, WEIGHT, corrected, from_bank, from_crowding, hubs_of
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


def test_a_bank_that_is_too_small_gives_way_to_crowding(pictures: NDArray[np.float32], texts: NDArray[np.float32]) -> None:
    assert hubs_of(pictures, texts)[1] == "bank"
    for bank in (None, texts[:199]):
        found, kind = hubs_of(pictures, bank)
        assert kind == "crowding"
        assert found.tolist() == from_crowding(pictures).tolist()


def test_of_a_large_bank_a_part_says_the_same_every_time(pictures: NDArray[np.float32]) -> None:
    many = _unit(np.random.default_rng(2).normal(size=(9000, 32)) + 0.5)
    assert from_bank(pictures, many).tolist() == from_bank(pictures, many).tolist()
    assert np.corrcoef(from_bank(pictures, many), from_bank(pictures, many[:4096]))[0, 1] > 0.99


def test_correction_takes_the_hub_from_every_list_by_the_lists_own_spread_and_leaves_what_is_shown_to_people() -> None:
    text, image = np.array([0.3, 0.2, 0.1], dtype=np.float32), np.array([0.9, 0.5, 0.1], dtype=np.float32)
    scores = Scores(text, text, image, np.zeros(3, dtype=np.bool_), 7, 3, 1)
    hubs = np.array([2.0, 0.0, -2.0], dtype=np.float32)
    found = corrected(scores, hubs)
    assert found.text is text
    assert found.plain()["dialog"] is text
    assert found.lists()["dialog"] == pytest.approx(text - WEIGHT * text.std() * hubs)
    assert found.lists()["image"] == pytest.approx(image - WEIGHT * image.std() * hubs)
    assert found.moved(WEIGHT * hubs).lists()["image"] == pytest.approx(image, abs=1e-6)
    for fusion in FUSIONS.values():
        assert fusion.fuse(scores).order.tolist() == [0, 1, 2]
        assert fusion.fuse(found).order.tolist() == [2, 1, 0]
