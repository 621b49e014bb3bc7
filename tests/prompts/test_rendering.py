from __future__ import annotations

from dir_tir.prompts.rendering import render_candidates, render_dialogue, render_rejected


def test_a_dialogue_is_two_lines_a_turn_oldest_first() -> None:
    assert render_dialogue([("Where?", "at sea"), ("When?", "at night")]) == "Q: Where?\nA: at sea\nQ: When?\nA: at night"


def test_candidates_and_rejected_questions_are_a_line_each() -> None:
    assert render_candidates(["a boat", "a cat"]) == "- a boat\n- a cat"
    assert render_rejected([("Where?", "already answered")]) == "- Where? (already answered)"


def test_nothing_is_said_as_none() -> None:
    assert [render_dialogue([]), render_candidates([]), render_rejected([])] == ["none"] * 3
