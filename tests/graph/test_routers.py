from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dir_tir.graph.config import Config
from dir_tir.graph.routers import (
    after_answer,
    after_ask,
    after_ask_several,
    after_both,
    after_context,
    after_critique,
    after_filter,
    after_merge,
    after_open_round,
    at_dialog_refiner,
)
from dir_tir.tools.question_rules import NOTHING_LEFT
from states import accepting, proposed, record, said, state

END = "__end__"


def _limited(max_rounds: int) -> Any:
    return SimpleNamespace(context=Config(max_rounds=max_rounds))


def test_round_zero_goes_straight_to_the_merge_and_every_other_to_both_refiners() -> None:
    assert after_open_round(state(round=0), _limited(10)) == ["merge"]
    assert after_open_round(state(round=1), _limited(10)) == ["dialog_refiner", "image_refiner"]
    assert after_open_round(state(round=10), _limited(10)) == ["dialog_refiner", "image_refiner"]


def test_a_first_description_that_rules_something_out_is_listened_to_where_a_person_gives_it() -> None:
    first = state(round=0, description="on the meadow, no rain")
    assert after_open_round(first, _limited(10)) == ["listen"]
    simulated: Any = SimpleNamespace(context=Config(user="simulated", target="x"))
    assert after_open_round(first, simulated) == ["merge"]  # as the paper does it


@pytest.mark.parametrize(
    ("user", "clicks", "after_opening", "at_the_join"),
    [
        ("simulated", "none", ["dialog_refiner", "image_refiner"], ["merge"]),
        ("simulated", "also", ["dialog_refiner", "image_refiner"], ["point"]),
        ("simulated", "alone", ["point"], ["point"]),
        ("person", "alone", ["dialog_refiner", "image_refiner"], ["merge"]),
    ],
)
def test_the_simulated_user_points_where_the_evaluation_wants_it(
    user: Any, clicks: Any, after_opening: list[str], at_the_join: list[str]
) -> None:
    runtime: Any = SimpleNamespace(context=Config(user=user, target="x" if user == "simulated" else "", clicks=clicks))
    assert after_open_round(state(round=0), runtime) == ["merge"]
    assert after_open_round(state(round=1), runtime) == after_opening
    assert after_both(state(tries=[proposed("a?")]), runtime) == at_the_join


@pytest.mark.parametrize(
    ("tries", "asked", "filtered"),
    [
        ([proposed("a?")], "filter_uncertain", "answer"),
        ([proposed("a?", "already_known")], "ask", "ask"),
        ([proposed("a?", "already_known")] * 3, "ask", "ask"),
        ([proposed("a?", "already_known")] * 3 + [proposed("b?")], "filter_uncertain", "answer"),
        ([proposed("a?", "already_known")] * 4, END, END),
        ([proposed("Nothing is left to ask.", NOTHING_LEFT)], END, END),
    ],
)
def test_the_validity_ladder_has_four_rungs(tries: list[Any], asked: str, filtered: str) -> None:
    assert after_ask(state(tries=tries)) == asked
    assert after_filter(state(tries=tries)) == filtered


@pytest.mark.parametrize(("questions", "node"), [(1, "ask"), (2, "ask_several"), (5, "ask_several")])
def test_several_questions_are_proposed_only_where_several_are_wanted(questions: int, node: str) -> None:
    assert after_context(state(), SimpleNamespace(context=Config(questions=questions))) == node  # type: ignore[arg-type]
    assert after_context(state(), SimpleNamespace(context=None)) == "ask"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "node"),
    [
        ({}, "retrieve"),
        ({"dialog_num": 0}, END),
        ({"with_context": False}, "ask"),
        ({"with_context": False, "questions": 5}, "retrieve"),  # what is chosen by is how questions shift what was retrieved
    ],
)
def test_pictures_are_retrieved_where_somebody_looks_at_them(settings: Any, node: str) -> None:
    assert at_dialog_refiner(state(), SimpleNamespace(context=Config(**settings))) == node  # type: ignore[arg-type]


def test_a_chosen_question_is_asked_and_where_none_stands_the_round_goes_on() -> None:
    assert after_ask_several(state(tries=[proposed("a?", "already_known"), proposed("b?")])) == "answer"
    assert after_ask_several(state(tries=[proposed("a?", "already_known")] * 5)) == END


@pytest.mark.parametrize(("reply", "rewritten"), [(said("red"), True), (said(""), False), (accepting("x"), False)])
def test_only_words_are_worked_in(reply: Any, rewritten: bool) -> None:
    assert after_answer(state(answer=reply)) == ("rewrite" if rewritten else END)
    assert after_critique(state(critique={"question": "?", "reply": reply})) == ("re_prompt" if rewritten else END)


def test_without_a_critique_there_is_nothing_to_work_in() -> None:
    assert after_critique(state(critique=None)) == END


@pytest.mark.parametrize(
    ("max_rounds", "number", "onwards"), [(0, 0, END), (1, 0, "open_round"), (1, 1, END), (10, 9, "open_round"), (10, 10, END)]
)
def test_rounds_end_at_the_limit(max_rounds: int, number: int, onwards: str) -> None:
    assert after_merge(state(round=number), _limited(max_rounds)) == onwards


def test_an_accepted_result_ends_the_conversation() -> None:
    assert after_merge(state(rounds=[record(), record(1, accepted="x")]), _limited(10)) == END


def test_without_settings_the_papers_ten_rounds_hold() -> None:
    assert after_merge(state(round=9), SimpleNamespace(context=None)) == "open_round"  # type: ignore[arg-type]
    assert after_merge(state(round=10), SimpleNamespace(context=None)) == END  # type: ignore[arg-type]
