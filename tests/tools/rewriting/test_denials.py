from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.denials import affirmed, denials
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("said", "question", "ruled_out"),
    [
        ("The cat is not red.", "", ["red cat"]),
        ("The car isn't small", "", ["small car"]),
        ("The car isn’t small", "", ["small car"]),
        ("Actually the cat is blue, not red.", "", ["red cat"]),
        ("not red", "What colour is the cat?", ["red cat"]),
        ("they aren't white", "What colour are the ducks?", ["white duck"]),
        ("It is not rainy.", "", ["rainy"]),
        ("it should not be snowy", "", ["snowy"]),
        ("There is no snow.", "", ["snow"]),
        ("There is no tree after all.", "", ["tree"]),
        ("on the meadow, no rain", "", ["rain"]),
        ("a beach without umbrellas", "", ["umbrellas"]),
        ("no boats", "What is on the right?", ["boats"]),
        ("NO BOATS!", "", ["boats"]),
        ("No boats please, and no cars", "", ["boats", "cars"]),
        ("without any boats or cars", "", ["boats", "cars"]),
        ("there isn't any dog", "", ["dog"]),
        ("I don't see a house", "", ["house"]),
        ("not a car, a duck", "", ["car"]),
        ("big, not small", "How big is the tree?", ["small tree"]),
        ("Red, not green.", "What colour are the boats?", ["green boat"]),
        ("two red boats, not two green boats", "", ["two green boats"]),
        ("It's not a boat but a car", "", ["boat"]),
        ("No.", "Is the cat red?", ["red cat"]),
        ("no", "Is there a boat?", ["boat"]),
        ("No", "Is it raining?", ["raining"]),
        ("No, red.", "Is the cat blue?", ["blue cat"]),
        ("no boats on the left", "", ["boats"]),
        ("There are none of these ducks.", "", ["ducks"]),
        ("not one tiny house", "", ["tiny house"]),
        ("It was definitely not evening.", "", ["evening"]),
    ],
)
def test_what_is_denied_is_ruled_out(said: str, question: str, ruled_out: list[str]) -> None:
    assert [denial.text for denial in denials(said, question)] == ruled_out


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("I don't know", ""),
        ("not sure", "What colour is the cat?"),
        ("no idea", ""),
        ("I can't tell", ""),
        ("never mind", ""),
        ("a red fish, no wait, a yellow rocket", ""),
        ("a cat, no hang on, a dog", ""),
        ("no", "What colour is the cat?"),
        ("no 3", "How many boats?"),
        ("no more than three", "How many boats?"),
        ("not only a cat", ""),
        ("not even a cat", ""),
        ("none", "How many cats?"),
        ("none of them is red", ""),
        ("nothing on the left", ""),
        ("a knot of notes, another nose", ""),
        ("Yes.", "Is the cat red?"),
        ("", "Is the cat red?"),
        ("rot", ""),
    ],
)
def test_what_denies_nothing_rules_nothing_out(said: str, question: str) -> None:
    assert denials(said, question) == []


def test_what_is_missing_at_one_place_may_be_at_another() -> None:
    assert [denial.placed for denial in denials("no boats on the left, and no cars")] == [True, False]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("on the meadow, no rain", "on the meadow"),
        ("a beach without umbrellas", "a beach"),
        ("a red cat. It is not rainy.", "a red cat"),
        ("a cat with no hat on a wall; blue", "a cat, blue"),
        ("no rain", ""),
        ("a cat", "a cat"),
        ("a cat, I am not sure", "a cat, I am not sure"),
        ("a rainy picture, a boat - there were no trees", "a rainy picture, a boat"),
        ("by the lake; it has no houses", "by the lake"),
        ("a boat - we see no umbrella", "a boat"),
    ],
)
def test_what_is_affirmed_is_left_when_denials_are_taken_out(said: str, left: str) -> None:
    assert affirmed(said) == left


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_is_said_is_read_without_an_error(said: str, question: str) -> None:
    for denial in denials(said, question):
        assert denial.denied
        assert denial.text
    affirmed(said)
