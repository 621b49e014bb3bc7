from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.denials import denials
from dir_tir.tools.rewriting.leaving_out import without_denied


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        ("a beach, a red cat on the left", "The cat is not red.", "a beach, a cat on the left"),
        ("an orange umbrella, an orange cat", "The umbrella isn't orange.", "an umbrella, an orange cat"),
        ("a beach, two red boats on the left, a cat", "no boats", "a beach, a cat"),
        ("a rainy beach at night, a cat", "there is no rain", "a beach at night, a cat"),
        ("a beach in the rain with a cat", "no rain", "a beach with a cat"),
        ("a cat and a tree on the left", "There is no tree after all.", "a cat"),
        ("a cat on the meadow", "no dogs", "a cat on the meadow"),
        ("a red cat, a duck", "The duck is not red.", "a red cat, a duck"),
        ("a red cat on the left", "no cats on the left", "a red cat on the left"),
        ("boats", "no boats", "boats"),
    ],
)
def test_what_is_denied_is_left_out_and_nothing_else(text: str, said: str, left: str) -> None:
    assert without_denied(text, denials(said)) == left
