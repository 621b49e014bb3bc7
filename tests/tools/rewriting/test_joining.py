from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.joining import joined


@pytest.mark.parametrize(
    ("prompt", "before", "description", "expected"),
    [
        # nothing was said of paintings yet: what is painted is what is understood
        ("a forest", "a forest", "a forest, a red car on the left", "a forest, a red car on the left"),
        ("a forest", "a forest", "a forest", "a forest"),
        # what is new in the description joins what was said of paintings
        ("a forest, rainy", "a forest", "a forest, a red car on the left", "a forest, rainy, a red car on the left"),
        ("A rainy forest.", "a forest", "a forest with two birds", "A rainy forest, two birds"),
        ("a forest, rainy", "a forest", "a forest", "a forest, rainy"),
        ("a forest, two birds", "a forest", "a forest, two birds", "a forest, two birds"),
        ("a house, a red car", "a house", "a red house", "a red car, a red house"),
        # what the description has lost leaves the prompt, but not what somebody said of a painting
        ("a lake with two boats on the left, rainy", "a lake with two boats on the left", "a lake", "a lake, rainy"),
        ("a red cat, rainy", "a red cat", "a black cat", "rainy, a black cat"),
        ("a red cat, rainy", "a red cat", "a cat", "a cat, rainy"),
        ("a red cat, a red car", "a red cat", "a black cat", "a red car, a black cat"),
        ("a forest, three red stars", "a hill, three blue ducks, three red stars", "a hill, three blue ducks", "a forest"),
        ("a boat in fog", "a boat", "a ship", "in fog, a ship"),
        # what was put right in the painting stays right
        ("a red cat, rainy", "a blue cat", "a blue cat on a meadow", "a red cat, rainy, a cat on a meadow"),
        ("a red cat, rainy", "a blue cat", "a blue cat, a blue house", "a red cat, rainy, a blue house"),
        ("a forest, a bird", "a forest, a car", "a forest, a car, snow", "a forest, a bird, snow"),
    ],
)
def test_the_prompt_takes_in_what_became_of_the_description(prompt: str, before: str, description: str, expected: str) -> None:
    assert joined(prompt, before, description) == expected


def test_a_prompt_to_which_the_description_adds_nothing_keeps_its_form() -> None:
    text = "A forest; with rain. And two birds"
    assert joined(text, "a forest", "a forest, rain") == text
