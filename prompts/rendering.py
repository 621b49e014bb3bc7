"""How a conversation is written into a prompt. One place, because the miniature's language model is trained on exactly this form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = "none"
# Codes of the state → the words with which a model is told why a question was turned down. Shipped weights were trained on these words.
REASON_WORDS = {
    "not_a_question": "not a question",
    "nothing_left": "nothing is left to ask",
    "asked_before": "asked before",
    "already_known": "already known",
    "another_chosen": "another was chosen",
    "skipped": "skipped by the user",
}


def render_dialogue(turns: Iterable[tuple[str, str]]) -> str:
    """Earlier (question, answer) pairs, oldest first, two lines each; "none" before the first."""
    return "\n".join(f"Q: {question}\nA: {answer}" for question, answer in turns) or NOTHING


def render_candidates(captions: Iterable[str]) -> str:
    """The representative captions of Algorithm 1, a line each, in the order given."""
    return "\n".join(f"- {caption}" for caption in captions) or NOTHING


def render_ruled_out(ruled_out: Iterable[str]) -> str:
    """What the picture does not show, in one line; "none" when nothing is ruled out."""
    return "; ".join(ruled_out) or NOTHING


def render_rejected(questions: Iterable[tuple[str, str]]) -> str:
    """(question, code of the reason) of what was turned down or skipped, a line each; "none" when nothing was."""
    return "\n".join(f"- {question} ({REASON_WORDS.get(reason, reason)})" for question, reason in questions) or NOTHING
