from __future__ import annotations

from typing import Any

import pytest
from dir_tir.errors import InputError
from dir_tir.tools.typed_reply import Quit, parse_typed_reply

SHOWN = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ("it is red", {"text": "it is red"}),
        ("3", {"text": "3"}),
        ("number three", {"text": "number three"}),
        ("skip", {"skip": True}),
        ("  ", {"skip": True}),
        ("that's number 3", {"accept": "c"}),
        ("That’s number 1!", {"accept": "a"}),
        ("yes, it is #2", {"accept": "b"}),
        ("number 2", {"accept": "b"}),
        ("it's no. 3.", {"accept": "c"}),
        ("  it is red\n", {"text": "it is red"}),
        ("PASS", {"skip": True}),
        ("quit smoking", {"text": "quit smoking"}),
        ("there are number 2 buses", {"text": "there are number 2 buses"}),
        ("no 3", {"text": "no 3"}),
        ("No. 3", {"text": "No. 3"}),
        ("no.3", {"text": "no.3"}),
        ("yes, no. 3", {"text": "yes, no. 3"}),
        ("it's 3", {"text": "it's 3"}),
        ("this is no. 3", {"accept": "c"}),
        ("#3", {"accept": "c"}),
        ("edit  a red boat", {"description": "a red boat"}),
        ("Edit painting a red boat", {"prompt": "a red boat"}),
        ("edited by hand", {"text": "edited by hand"}),
        ("nr. 3", {"accept": "c"}),
    ],
)
def test_what_is_typed_is_an_answer_a_skip_or_a_find(typed: str, reply: dict[str, Any]) -> None:
    assert parse_typed_reply(typed, SHOWN) == reply


@pytest.mark.parametrize(
    ("question", "typed", "accepts"),
    [
        ("How many boats are there?", "no 3", False),
        ("How many boats are there?", "3", False),
        ("How many boats are there?", "that's number 3", True),
        ("What number is on the sail?", "number 3", False),
        ("What number is on the sail?", "it's number 3", False),
        ("What number is on the sail?", "#3", False),
        ("What number is on the sail?", "that's number 3", True),
        ("What is on the left?", "number 3", True),
    ],
)
def test_an_answer_to_what_was_asked_never_ends_the_search(question: str, typed: str, accepts: bool) -> None:
    assert ("accept" in parse_typed_reply(typed, SHOWN, question)) is accepts


@pytest.mark.parametrize("number", [0, 4])
def test_a_number_that_is_not_shown_is_refused_with_what_there_is(number: int) -> None:
    with pytest.raises(InputError, match=rf"no number {number}; the results are numbered 1 to 3"):
        parse_typed_reply(f"that's number {number}", SHOWN)


@pytest.mark.parametrize("typed", ["quit", "EXIT ", ":q"])
def test_quitting(typed: str) -> None:
    with pytest.raises(Quit):
        parse_typed_reply(typed, SHOWN)


def test_a_text_longer_than_the_models_read_is_refused_before_it_is_sent() -> None:
    assert parse_typed_reply("x" * 500, SHOWN) == {"text": "x" * 500}
    with pytest.raises(InputError, match="501 characters long; say it in at most 500"):
        parse_typed_reply("x" * 501, SHOWN)


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ("more 3", {"more_like": ["c"]}),
        ("More like #2!", {"more_like": ["b"]}),
        ("more 1, 2 and 3", {"more_like": ["a", "b", "c"]}),
        ("not 2", {"not_these": ["b"]}),
        ("more like number 1, not 2 3", {"more_like": ["a"], "not_these": ["b", "c"]}),
        ("not like 3", {"not_these": ["c"]}),
        ("nothing like 2 or 3", {"not_these": ["b", "c"]}),
        ("more like picture 2 and nr. 3", {"more_like": ["b", "c"]}),
        ("again", {"show_again": True}),
        ("Show again.", {"show_again": True}),
        ("more than 3", {"text": "more than 3"}),
        ("not 2 boats", {"text": "not 2 boats"}),
    ],
)
def test_results_are_pointed_at_by_number(typed: str, reply: dict[str, Any]) -> None:
    assert parse_typed_reply(typed, SHOWN) == reply


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        *((words, "more 3") for words in ("more", "More like this!", "not", "not that one")),
        *((words, "number 3") for words in ("That's it.", "found it", "this is the one")),
    ],
)
def test_pointing_at_nothing_is_asked_about_and_no_answer(typed: str, example: str) -> None:
    with pytest.raises(InputError, match=f"Say which: .*{example}"):
        parse_typed_reply(typed, SHOWN)


@pytest.mark.parametrize("typed", ["more trees", "it is red", "nothing", "not red", "that is it and more"])
def test_an_answer_that_begins_like_pointing_stays_one(typed: str) -> None:
    assert parse_typed_reply(typed, SHOWN) == {"text": typed}


def test_where_things_are_counted_not_2_is_an_answer() -> None:
    assert parse_typed_reply("not 2", SHOWN, "How many boats are there?") == {"text": "not 2"}
    assert parse_typed_reply("more 2", SHOWN, "How many boats are there?") == {"more_like": ["b"]}


def test_a_number_that_is_not_shown_cannot_be_pointed_at() -> None:
    with pytest.raises(InputError, match="There is no number 4; the results are numbered 1 to 3"):
        parse_typed_reply("more 3, 4", SHOWN)
