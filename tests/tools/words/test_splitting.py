"""Words that split candidates: worked out by hand, and against trying all."""

import pytest
from dir_tir.tools.words.splitting import splitting
from hypothesis import given
from hypothesis import strategies as st

BEACHES = [("beach", "boat"), ("beach", "dog"), ("beach", "dog"), ("beach", "boat", "night")]


def test_the_word_that_halves_the_candidates_comes_first() -> None:
    assert splitting(BEACHES)[0] == "boat"  # 2 of 4: 1 bit; "night" has 0.81


def test_what_all_have_splits_nothing() -> None:
    assert "beach" not in splitting(BEACHES)


def test_a_word_that_says_the_same_as_one_before_it_is_not_offered() -> None:
    assert splitting(BEACHES) == ["boat", "night"]  # "dog" is "no boat"


def test_the_second_word_is_chosen_by_what_the_first_leaves_together() -> None:
    # Alone "b" and "c" are worth the same; after "a", which "b" says again but for one picture, "c" divides more.
    candidates = [("a", "b"), ("a", "b", "c"), ("a", "b"), ("a", "c"), ("c",), (), (), ("b",)]
    assert splitting(candidates)[:2] == ["a", "c"]


def test_what_was_asked_before_is_not_offered_again_however_it_is_written() -> None:
    assert splitting(BEACHES, asked_before=["Boat"]) == ["dog", "night"]


def test_a_tie_goes_to_the_word_of_the_better_ranked_picture() -> None:
    assert splitting([("kite", "boat"), ("dog",)], most=1) == ["kite"]


@pytest.mark.parametrize("candidates", [[], [()], [("beach",)], [("beach",), ("beach",)], [(), ()]])
def test_where_nothing_divides_nothing_is_offered(candidates: list[tuple[str, ...]]) -> None:
    assert splitting(candidates) == []


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=10), st.integers(0, 6))
def test_each_word_divides_further_and_no_more_are_given_than_asked_for(candidates: list[set[str]], most: int) -> None:
    chosen = splitting(candidates, most=most)
    parts = [len({tuple(word in words for word in chosen[:number]) for words in candidates}) for number in range(len(chosen) + 1)]
    assert parts == sorted(set(parts))
    assert len(chosen) <= most
