from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.checks import (
    DENIED_ASSERTED,
    EMPTY,
    FACTS_LOST,
    INVENTED,
    NO_DESCRIPTION,
    REPETITION,
    TOO_LONG,
    fault_of,
    new_words,
    still_ruled_out,
    tells_nothing,
    worth_joining,
)
from hypothesis import given
from hypothesis import strategies as st

CAT = "a cat on the meadow"


@pytest.mark.parametrize(
    ("text", "old", "said", "question"),
    [
        (CAT, CAT, "The cat is not red.", ""),
        ("a white cat on the meadow", CAT, "white", "What colour is the cat?"),
        ("a cat on the meadow", "a red cat on the meadow", "The cat is not red.", ""),
        ("a red boat, a blue cat", "a red boat, a cat", "The cat is not red, it is blue", ""),
        ("a blue cat on the left", "a red cat on the left", "Actually the cat is blue, not red.", ""),
        ("a cat on the left", "a cat and a tree on the left", "There is no tree after all.", ""),
        ("a cat on the left", "a cat and a tree on the left", "Forget the tree.", ""),
        ("a duck on the left", "a car on the left", "not a car, a duck", ""),
        ("a cat", "a cat, two big green trees on the left", "Take the trees away.", ""),
        ("a cat", "a cat, a small purple house on the right", "It doesn't show any houses.", ""),
        ("a small cat, two birds and a forest", "a big cat, two birds and a forest", "small", "How big is the cat?"),
        ("a meadow with a cat, nothing on the right", "a meadow with a cat", "nothing", "What is on the right?"),
        ("a boat on the right, a meadow", "a meadow, a boat on the right", "no boats on the left", ""),
        ("three boats", "boats", "3", "How many boats?"),
        ("a cat and, at dusk, a rainy meadow", CAT, "it rains at dusk", ""),
    ],
)
def test_nothing_speaks_against_a_good_rewrite(text: str, old: str, said: str, question: str) -> None:
    assert fault_of(text, old, said, question) == ""


@pytest.mark.parametrize(
    ("text", "old", "said", "question", "fault"),
    [
        ("", CAT, "white", "", EMPTY),
        ("a red cat on the meadow", CAT, "The cat is not red.", "", DENIED_ASSERTED),
        ("a red cat on the meadow", "a red cat on the meadow", "The cat is not red.", "", DENIED_ASSERTED),
        ("a red cat on the meadow", CAT, "No.", "Is the cat red?", DENIED_ASSERTED),
        ("a rainy meadow, a cat", "a meadow, a cat", "It is not rainy.", "", DENIED_ASSERTED),
        ("a cat on the meadow, boats on the right", CAT, "no boats", "What is on the right?", DENIED_ASSERTED),
        ("a cat on the meadow without boats", CAT, "no boats", "", DENIED_ASSERTED),
        ("a village", "eine Wiese mit einer roten Katze", "ein gelbes Haus", "", FACTS_LOST),
        ("a sunny day", CAT, "sunny", "What is the weather like?", FACTS_LOST),
        ("a white duck", "a cat and a boat at sea", "white", "What colour is the cat?", FACTS_LOST),
        ("a meadow", CAT, "not a dog, a cat", "", FACTS_LOST),
        ("a cat cat cat cat on the meadow", CAT, "red", "", REPETITION),
        ("a cat on the meadow, a cat on the meadow, a cat on the meadow", CAT, "red", "", REPETITION),
        ('{"description": "a cat on the meadow"}', CAT, "red", "", NO_DESCRIPTION),
        ("```a cat on the meadow```", CAT, "red", "", NO_DESCRIPTION),
        ("<think>a cat on the meadow", CAT, "red", "", NO_DESCRIPTION),
        ("<|channel|>final a cat on the meadow", CAT, "red", "", NO_DESCRIPTION),
        ("Sure! Here is the description: a red cat on the meadow", CAT, "red", "", NO_DESCRIPTION),
        ("I'm sorry, I cannot help with a cat on the meadow", CAT, "red", "", NO_DESCRIPTION),
        ("The user says that the cat on the meadow is red", CAT, "red", "", NO_DESCRIPTION),
        ("???", CAT, "red", "", NO_DESCRIPTION),
        (f"{CAT} " + " ".join(f"word{number}" for number in range(40)), CAT, "red", "", TOO_LONG),
        ("a cat on the meadow, happy children, an old mill and a river", CAT, "red", "", INVENTED),
    ],
)
def test_what_speaks_against_a_bad_one_is_a_code(text: str, old: str, said: str, question: str, fault: str) -> None:
    assert fault_of(text, old, said, question) == fault


def test_a_first_description_may_be_worded_otherwise_where_the_encoder_reads_the_same() -> None:
    said = "an old village - there were no trees"
    compared = []

    def alike(one: str, other: str) -> float:
        compared.append(other)
        return 0.9

    assert fault_of("a village", said, said, alike=alike) == ""
    assert compared[0] == "an old village"
    assert fault_of("a village", said, said, alike=lambda one, other: 0.1) == FACTS_LOST
    assert fault_of("a village", said, said) == FACTS_LOST


def test_what_is_said_again_and_goes_is_lost_however_alike_the_texts_are() -> None:
    assert fault_of("a meadow", CAT, "not a dog, a cat", alike=lambda one, other: 0.9) == FACTS_LOST
    assert fault_of("a cat", "a cat, a tree", "I was wrong about the tree", alike=lambda one, other: 0.9) == ""


@pytest.mark.parametrize(
    "said",
    """I don't know|no idea, sorry|not sure|I can't tell|I can't remember that|hard to say|I forgot|no clue|dunno|skip that question|pass|
    maybe|I'd rather skip that|no memory|I honestly don't know|I didn't look|who knows|I have no idea|I couldn't say|no|Yes.|ok""".split(
        "|"
    ),
)
def test_who_knows_nothing_tells_nothing(said: str) -> None:
    assert tells_nothing(said, "What colour is the cat?")


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("no", "Is it raining?"),
        ("yes", "Are there boats?"),
        ("I don't know, maybe red", "What colour is the cat?"),
        ("not red", "What colour is the cat?"),
        ("no boats", "What is on the right?"),
        ("nothing", "What is on the right?"),
        ("3", "How many boats?"),
        ("I remember a house", "What else is there?"),
        ("a passage", ""),
    ],
)
def test_who_tells_something_tells_something(said: str, question: str) -> None:
    assert not tells_nothing(said, question)


def test_new_words_are_those_that_nobody_said() -> None:
    assert new_words("two white ducks on the gexa", "a duck on the water", "white", "How many?") == ["two", "gexa"]


def test_other_words_for_the_same_lose_nothing() -> None:
    new, old = "a field at dusk, a kitten", "a cat in the evening, a meadow"
    assert fault_of(new, old, "at dusk") == FACTS_LOST
    assert fault_of(new, old, "at dusk", alike=lambda one, other: 0.9) == ""
    assert fault_of(new, old, "at dusk", alike=lambda one, other: 0.1) == FACTS_LOST
    assert fault_of("a red cat", "a cat", "not red", "What colour is the cat?", lambda one, other: 1.0) == DENIED_ASSERTED


@pytest.mark.parametrize("said", ["A white boat.", "on the left", "a yellow kite and two trees"])
def test_what_tells_something_by_itself_may_be_joined(said: str) -> None:
    assert worth_joining(said)


@pytest.mark.parametrize(
    "said",
    [
        "no boats",
        "Not red.",
        "I don't know",
        "yes",
        "3",
        "two",
        "Actually blue",
        "мы видели",
        "{1}",
        "",
        "maybe red",
        "no idea",
        "very much",
    ],
)
def test_what_does_harm_in_a_description_is_not_joined(said: str) -> None:
    assert not worth_joining(said, "What is it?")


def test_what_a_text_says_is_not_ruled_out_any_more() -> None:
    text = "a boat and a red house with a cat"
    assert still_ruled_out(["red cat", "boats", "rain", "Rain", "red house", ""], text) == ["red cat", "rain"]


@given(*[st.text(max_size=60)] * 4)
def test_whatever_a_model_says_is_judged_without_an_error(text: str, old: str, said: str, question: str) -> None:
    fault_of(text, old, said, question)
