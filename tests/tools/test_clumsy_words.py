"""What people make of plain answers, for any subject."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from dir_tir.tools.clumsy_words import (
    Told,
    as_differences,
    but_for_one_word,
    clauses,
    corrected_at_once,
    denied,
    denied_difference,
    mistaken_for,
    nearest_wrong,
    taken_back,
    told,
    topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _said(say: Callable[[Random], str]) -> set[str]:
    """All that is ever said."""
    return {say(Random(number)) for number in range(60)}


@pytest.mark.parametrize(
    ("answer", "apart"),
    [
        ("Red.", ("", "red")),
        ("It is rainy.", ("It is ", "rainy")),
        ("It's a taxi.", ("It's ", "a taxi")),
        ("The car on the left is dark blue.", ("The car on the left is ", "dark blue")),
        ("Yes, two red boats on the left.", ("Yes, ", "two red boats on the left")),
        ("Three.", ("", "three")),
        ("UFOs.", ("", "UFOs")),
        ("A tree.", ("", "a tree")),
        ("Nothing.", None),
        ("No.", None),
        ("I cannot tell.", None),
        ("It isn't there.", None),
        ("The plate has a salad.", None),
        ("A man. A dog.", None),
        ("A man who walks down a long and winding road at night.", None),
        ("", None),
    ],
)
def test_an_answer_is_taken_apart_where_it_tells_one_thing(answer: str, apart: tuple[str, str] | None) -> None:
    assert told(answer) == (Told(*apart) if apart else None)
    if apart and "'" not in answer:
        assert Told(*apart).sentence() == answer


@pytest.mark.parametrize(
    ("truth", "others", "wrong"),
    [
        ("Red.", ["There is none.", "Blue."], "blue"),
        ("Two red boats.", ["A blue cat.", "Two green boats."], "two green boats"),
        ("Red boats.", ["Boats.", "Red.", "Big red boats."], ""),  # all of these may be true as well
        ("It is snowy.", ["It is snowing."], ""),
        ("The car is red.", ["Blue.", "The van is green."], "green"),  # begins as the truth does
    ],
)
def test_the_wrong_value_is_the_nearest_that_cannot_be_true_as_well(truth: str, others: list[str], wrong: str) -> None:
    known = told(truth)
    assert known
    assert nearest_wrong(known, others) == wrong


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What colour are the boats?", "the colour of the boats"),
        ("Which colour has the cat?", "the colour of the cat"),
        ("What is on the left?", "what is on the left"),
        ("How many boats are there?", "how many boats there are"),
        ("What is the weather like?", "the weather"),
        ("What time of day is it?", "the time of day"),
        ("Where is the cat?", "where the cat is"),
        ("Where was this postcard made?", "where this postcard was made"),
        ("What is the man wearing?", "what the man is wearing"),
        ("What kind of food is on the plate?", "the kind of food on the plate"),
        ("Is there a boat?", "what you asked before"),
        ("When is it, by day or by night?", "what you asked before"),
    ],
)
def test_what_a_question_is_about(question: str, about: str) -> None:
    assert topic(question) == about


@pytest.mark.parametrize(
    ("truth", "wrong", "said"),
    [
        ("three yellow flowers", "three pink rockets", {"three pink flowers", "three yellow rockets"}),
        ("a red tree", "an orange cat", {"an orange tree", "a red cat"}),
        ("at night", "at noon", {"at noon"}),
        ("a red boat", "two blue cats", {"two blue cats"}),
        ("a slice of pizza", "a bowl of soup", {"a bowl of soup"}),
        ("on the left", "in the middle", {"in the middle"}),
        ("red", "dark blue", {"dark blue"}),
    ],
)
def test_one_word_is_wrong_where_the_values_are_built_alike(truth: str, wrong: str, said: set[str]) -> None:
    assert _said(lambda rng: but_for_one_word(rng, truth, wrong)) == said


def test_a_denial_says_the_truth_as_well() -> None:
    assert _said(lambda rng: denied(rng, "What colour are the boats?", Told("", "red"), "green")) == {
        "They are not green, they are red.",
        "Not green, red.",
        "Red, not green.",
        "They aren't green but red.",
    }
    assert "There are not three, there are two." in _said(lambda rng: denied(rng, "How many are there?", Told("", "two"), "three"))
    assert "It is not a cat, it is a dog." in _said(lambda rng: denied(rng, "What is on the left?", Told("", "a dog"), "a cat"))


def test_who_corrects_themselves_breaks_off_before_what_was_right() -> None:
    said = _said(lambda rng: corrected_at_once(rng, "a blue cat", "a red cat"))
    assert "A red, sorry, I meant a blue cat." in said
    assert all(text.startswith("A red, ") and text.endswith(" a blue cat.") for text in said)
    assert "At noon, sorry, I meant at night." in _said(lambda rng: corrected_at_once(rng, "at night", "at noon"))


def test_who_takes_something_back_says_about_what_and_what_is_true() -> None:
    said = _said(lambda rng: taken_back(rng, "What colour is the cat?", Told("", "red"), "green"))
    assert "Sorry, I was wrong about the colour of the cat: it is red." in said
    assert len(said) == 4
    assert all("the colour of the cat" in text and "it is red" in text for text in said)


@pytest.mark.parametrize(
    ("should", "painted", "parts", "denials"),
    [
        (
            "it should be a beach",
            "it should be a forest",
            ("a beach", "a forest"),
            {"it should be a beach, not a forest", "it should be a beach instead of a forest", "not a forest: it should be a beach"},
        ),
        (
            "there should be two boats on the left",
            "there should be three boats on the left",
            ("two boats on the left", "three boats on the left"),
            {
                "there should be two boats on the left, not three",
                "there should be two boats on the left instead of three",
                "not three boats on the left: there should be two boats on the left",
            },
        ),
        (
            "a red boat should be on the left",
            "a blue boat should be on the left",
            ("a red boat", "a blue boat"),
            {
                "a red boat should be on the left, not a blue one",
                "a red boat should be on the left instead of a blue one",
                "not a blue boat: a red boat should be on the left",
            },
        ),
        ("nothing should be on the left", "a boat should be on the left", None, set()),
        ("it should be a beach", "the boat should be red", None, set()),
        ("a beach at night", "a forest at night", None, set()),
    ],
)
def test_a_difference_is_denied_of_what_was_painted_of_the_same_thing(
    should: str, painted: str, parts: tuple[str, str] | None, denials: set[str]
) -> None:
    assert mistaken_for(should, painted) == parts
    if parts:
        assert _said(lambda rng: denied_difference(rng, should, *parts)) == denials


def test_differences_come_apart_and_together_again() -> None:
    said = "It should be a beach; the boat should be red."
    assert clauses(said) == ["it should be a beach", "the boat should be red"]
    assert as_differences(clauses(said)) == said
    assert clauses("The car is blue. There are two dogs.") == ["the car is blue", "there are two dogs"]
