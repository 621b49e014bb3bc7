from __future__ import annotations

import pytest
from dir_tir.tools.question_rules import ASKED_BEFORE, NOT_A_QUESTION, NOTHING_LEFT, fault_of, is_uncertain


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("What colour is it?", ""),
        ("", NOT_A_QUESTION),
        ("It is red.", NOT_A_QUESTION),
        ("Nothing is left to ask.", NOTHING_LEFT),
        (" where  IS it ?", ASKED_BEFORE),
        ("Where is it now?", ""),
    ],
)
def test_what_can_be_put_to_the_user(question: str, fault: str) -> None:
    assert fault_of(question, ["Where is it?"]) == fault


@pytest.mark.parametrize(
    ("reply", "uncertain"),
    [("Uncertain", True), ("**uncertain**", True), ("UNCERTAIN.", True), ("red", False), ("", False), ("It is certain.", False)],
)
def test_only_the_word_uncertain_is_uncertain(reply: str, uncertain: bool) -> None:
    assert is_uncertain(reply) is uncertain
