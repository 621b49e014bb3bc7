from __future__ import annotations

from dir_tir.nodes.history import SKIPPED
from dir_tir.prompts.rendering import REASON_WORDS, render_candidates, render_dialogue, render_rejected
from dir_tir.tools import question_rules


def test_a_dialogue_is_two_lines_a_turn_oldest_first() -> None:
    assert render_dialogue([("Where?", "at sea"), ("When?", "at night")]) == "Q: Where?\nA: at sea\nQ: When?\nA: at night"


def test_candidates_and_rejected_questions_are_a_line_each() -> None:
    assert render_candidates(["a boat", "a cat"]) == "- a boat\n- a cat"
    assert render_rejected([("Where?", "already_known")]) == "- Where? (already known)"


def test_reasons_reach_models_in_the_words_that_they_were_trained_on() -> None:
    assert render_rejected((f"{code}?", code) for code in REASON_WORDS) == (
        "- not_a_question? (not a question)\n"
        "- nothing_left? (nothing is left to ask)\n"
        "- asked_before? (asked before)\n"
        "- already_known? (already known)\n"
        "- another_chosen? (another was chosen)\n"
        "- skipped? (skipped by the user)"
    )


def test_every_code_of_a_reason_has_its_words() -> None:
    codes = {value for name, value in vars(question_rules).items() if name.isupper() and isinstance(value, str) and name[0] != "_"}
    assert codes | {SKIPPED} == REASON_WORDS.keys()


def test_a_reason_of_a_conversation_of_version_0_1_reaches_models_as_it_is() -> None:
    assert render_rejected([("Where?", "already known")]) == "- Where? (already known)"


def test_nothing_is_said_as_none() -> None:
    assert [render_dialogue([]), render_candidates([]), render_rejected([])] == ["none"] * 3
