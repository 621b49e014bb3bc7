"""How a conversation is written into a prompt. One place, because the miniature's language model is trained on exactly this form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = "none"


def render_dialogue(turns: Iterable[tuple[str, str]]) -> str:
    """Earlier (question, answer) pairs, oldest first, two lines each; "none" before the first."""
    return "\n".join(f"Q: {question}\nA: {answer}" for question, answer in turns) or NOTHING


def render_candidates(captions: Iterable[str]) -> str:
    """The representative captions of Algorithm 1, a line each, in the order given."""
    return "\n".join(f"- {caption}" for caption in captions) or NOTHING


def render_rejected(questions: Iterable[tuple[str, str]]) -> str:
    """(question, reason) of the tries that the filter turned down in this round, a line each; "none" at the first try."""
    return "\n".join(f"- {question} ({reason})" for question, reason in questions) or NOTHING
