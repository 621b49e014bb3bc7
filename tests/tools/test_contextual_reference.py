from __future__ import annotations

import math

import numpy as np
import pytest
from dir_tir.tools.contextual_reference import clusters, contextual_reference, divergence, entropies, least_uncertain, narrowed_size
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

# Five pictures in the plane, best-ranked first: two to the right, two upwards, one to the left.
IMAGES = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)
# Their captions: 0 is on the fence between right and up, 2 says "right" plainly, 1 and 3 say "up" equally, 4 says "left".
CAPTIONS = np.array([[math.sqrt(0.5), math.sqrt(0.5)], [0, 1], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)


def _entropy(similarities: list[float]) -> float:
    weights = [math.exp(s) for s in similarities]
    return -sum(w / sum(weights) * math.log(w / sum(weights)) for w in weights)


def test_algorithm_one_worked_by_hand() -> None:
    by_hand = [
        _entropy([math.sqrt(0.5)] * 4 + [-math.sqrt(0.5)]),  # caption 0 likes four of five equally: 1.526
        _entropy([0, 1, 0, 1, 0]),  # 1.488
        _entropy([1, 0, 1, 0, -1]),  # 1.405, less than its neighbour 0: the clear caption stands for "right"
        _entropy([0, 1, 0, 1, 0]),
        _entropy([-1, 0, -1, 0, 1]),  # 1.333
    ]
    assert entropies(CAPTIONS, IMAGES) == pytest.approx(by_hand, abs=1e-7)
    # "right" is {0, 2}: 2 is the less uncertain; "up" is {1, 3}: a tie, rank decides; "left" is {4}.
    assert contextual_reference(IMAGES, CAPTIONS, seed=0, count=3) == [1, 2, 4]


def test_a_divergence_worked_by_hand() -> None:
    one, other = np.log([0.5, 0.25, 0.25]), np.log([0.25, 0.25, 0.5])
    assert divergence(one, other) == pytest.approx(0.5 * math.log(2) - 0.25 * math.log(2))
    assert divergence(one, one + 7) == pytest.approx(0.0, abs=1e-12)  # what is added to all scores changes nothing
    assert divergence(2 * one, 2 * other, temperature=2.0) == pytest.approx(divergence(one, other))


def test_a_tie_goes_to_the_better_rank_and_an_empty_cluster_gives_nothing() -> None:
    labels = np.array([2, 0, 2, 0], dtype=np.int32)  # no member has label 1
    assert least_uncertain(labels, np.array([1.0, 0.5, 1.0, 0.4])) == [0, 3]


def test_entropies_keep_differences_that_float32_would_lose() -> None:
    rng = np.random.default_rng(0)
    images = rng.normal(size=(500, 64)).astype(np.float32)
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    values = entropies(images, images)
    assert values.dtype == np.float64
    assert len(np.unique(values)) == 500


def test_a_very_low_temperature_neither_overflows_nor_yields_nan() -> None:
    assert entropies(IMAGES[:1], IMAGES, temperature=1e-4) == pytest.approx([math.log(2)])


def test_there_are_never_more_clusters_than_pictures() -> None:
    assert contextual_reference(IMAGES[:1], CAPTIONS[:1], seed=0, count=10) == [0]
    assert contextual_reference(IMAGES[:3], CAPTIONS[:3], seed=0, count=3) == [0, 1, 2]
    assert contextual_reference(IMAGES[:0], CAPTIONS[:0], seed=0, count=10) == []


def test_the_same_seed_gives_the_same_clusters() -> None:
    points = np.random.default_rng(1).normal(size=(60, 8)).astype(np.float32)
    assert clusters(points, seed=7, count=10).tolist() == clusters(points, seed=7, count=10).tolist()


@given(
    arrays(np.int32, 12, elements=st.integers(0, 4)),
    arrays(np.float64, 12, elements=st.floats(0, 9, allow_nan=False)),
)
def test_every_cluster_is_represented_once_by_a_member_of_least_entropy(labels: np.ndarray, entropy: np.ndarray) -> None:
    chosen = least_uncertain(labels, entropy)
    assert sorted(labels[chosen]) == sorted(set(labels.tolist()))
    assert chosen == sorted(chosen)
    assert all(entropy[i] == entropy[labels == labels[i]].min() for i in chosen)


@pytest.mark.parametrize(
    ("round_number", "schedule", "expected"),
    [(1, "linear", 500), (2, "linear", 450), (10, "linear", 50), (10, "constant", 500), (40, "linear", 1)],
)
def test_the_related_size_narrows_with_the_dialogue(round_number: int, schedule: str, expected: int) -> None:
    assert narrowed_size(500, round_number, schedule) == expected


@pytest.mark.parametrize("max_rounds", [11, 15, 30])
def test_in_a_longer_conversation_every_round_still_has_pictures_to_look_at(max_rounds: int) -> None:
    sizes = [narrowed_size(500, number, "linear", max_rounds) for number in range(1, max_rounds + 1)]
    assert sizes[0] == 500
    assert sizes == sorted(set(sizes), reverse=True)
    assert sizes[-1] >= 500 // max_rounds


@pytest.mark.parametrize("max_rounds", [1, 3, 10])
def test_up_to_ten_rounds_the_related_size_is_the_papers(max_rounds: int) -> None:
    assert [narrowed_size(500, number, "linear", max_rounds) for number in (1, 2, 3)] == [500, 450, 400]
