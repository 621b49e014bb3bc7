"""Words found by dot products: worked out by hand, in spaces of a few dimensions."""

from __future__ import annotations

import numpy as np
import pytest
from dir_tir.tools.words.pursuit import NONE, pursue

AXES = np.eye(8, dtype=np.float32)
ONE_GROUP = np.zeros(8, dtype=np.intp)


def _unit(rows: list[np.ndarray]) -> np.ndarray:
    stacked = np.array(rows, dtype=np.float32)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)


def test_a_picture_has_the_words_it_is_made_of_and_the_strongest_is_first() -> None:
    images = _unit([AXES[0] + 0.6 * AXES[1], AXES[2] + 0.6 * AXES[3], AXES[4] + 0.6 * AXES[5]])
    assert pursue(images, AXES, ONE_GROUP, [2]).tolist() == [[0, 1], [2, 3], [4, 5]]


def test_what_every_picture_has_is_said_of_none() -> None:
    images = _unit([3 * AXES[7] + AXES[number % 7] for number in range(70)])
    first = pursue(images, AXES, ONE_GROUP, [1])[:, 0].tolist()
    assert first == [number % 7 for number in range(70)]


def test_of_a_single_picture_that_which_it_shows_is_not_taken_for_what_all_pictures_share() -> None:
    assert pursue(_unit([AXES[3]]), AXES, ONE_GROUP, [1]).tolist() == [[3]]


def test_a_word_that_says_the_same_as_one_before_it_is_passed_over() -> None:
    words = _unit([AXES[0], AXES[0] + 0.1 * AXES[7], AXES[1], -AXES[0], -AXES[1], AXES[2], -AXES[2]])
    images = _unit([AXES[0] + 0.5 * AXES[1], -AXES[0] - 0.5 * AXES[1]])
    assert pursue(images, words, np.zeros(7, dtype=np.intp), [2])[0].tolist() == [0, 2]


def test_each_group_gives_no_more_than_it_may() -> None:
    images = _unit([AXES[0] + 0.8 * AXES[1] + 0.6 * AXES[4], AXES[5] + 0.8 * AXES[6] + 0.6 * AXES[2], AXES[3], AXES[7]])
    groups = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    picked = pursue(images, AXES, groups, [1, 1])
    assert picked[:2].tolist() == [[0, 4], [5, 2]]


def test_a_word_much_weaker_than_the_first_is_not_said() -> None:
    images = _unit([AXES[0] + 0.2 * AXES[1], AXES[2] + 0.8 * AXES[3], AXES[4] - AXES[0], AXES[5] - AXES[2]])
    assert pursue(images, AXES, ONE_GROUP, [2], least=0.5)[:2].tolist() == [[0, NONE], [2, 3]]


def test_when_a_picture_has_all_words_there_are_the_rest_stays_empty() -> None:
    picked = pursue(_unit([AXES[0] + AXES[1], AXES[2]]), AXES[:3], np.zeros(3, dtype=np.intp), [5])
    assert all(NONE in row for row in picked.tolist())
    assert all(len(set(row) - {NONE}) == sum(number != NONE for number in row) for row in picked.tolist())


@pytest.mark.parametrize("count", [0, 1, 2])
def test_any_number_of_pictures_will_do(count: int) -> None:
    assert pursue(AXES[:count], AXES, ONE_GROUP, [2]).shape == (count, 2)


def test_blocks_make_no_difference() -> None:
    rng = np.random.default_rng(0)
    images, words = _unit(list(rng.normal(size=(1500, 8)))), _unit(list(rng.normal(size=(20, 8))))
    groups = np.arange(20) % 2
    whole = pursue(images, words, groups, [2, 1])
    again = pursue(images[np.r_[1024:1500, 0:1024]], words, groups, [2, 1])
    assert (whole == again[np.r_[476:1500, 0:476]]).mean() > 0.999  # but for ties, which rounding decides
