from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.words import facts, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("boat", "boats"),
        ("rain", "rainy", "raining", "rained"),
        ("snow", "snowy", "snowing"),
        ("sun", "sunny"),
        ("fog", "foggy"),
        ("city", "cities"),
        ("butterfly", "butterflies"),
        ("bush", "bushes"),
        ("house", "houses"),
        ("size", "sizes"),
        ("cat", "cats", "cat's"),
    ],
)
def test_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len(set(map(stem, forms))) == 1


def test_words_that_are_not_forms_of_one_another_do_not() -> None:
    alone = ("red", "bed", "glass", "bus", "sky", "tree", "car", "cat", "care", "ring", "king", "green", "grey", "small", "wall")
    assert len(set(map(stem, alone))) == len(alone)


def test_facts_are_what_a_picture_can_show() -> None:
    assert facts("I think there is a Red boat on the left, and two boats!") == ["red", "boat", "left", "two", "boat"]
