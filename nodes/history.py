"""What earlier rounds hold for the prompts of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .state import Record, Try

SKIPPED = "skipped by the user"
LONGEST_TOLD = 160  # characters


def turns(rounds: Iterable[Record]) -> list[tuple[str, str]]:
    """(question, answer) of every round in which the user answered, oldest first; of long answers, which the descriptions have taken in,
    the beginning."""
    return [(record["question"], record["answer"]["text"][:LONGEST_TOLD]) for record in rounds if record["answer"]["text"]]


def turned_down(rounds: Iterable[Record], tries: Iterable[Try]) -> list[tuple[str, str]]:
    """(question, reason) of what must not be proposed again: what the user skipped earlier, then the tries of this round."""
    skipped = [(record["question"], SKIPPED) for record in rounds if record["question"] and not record["answer"]["text"]]
    return skipped + [(attempt["question"], attempt["reason"]) for attempt in tries]


def standing_question(tries: Sequence[Try]) -> str:
    """The question nothing speaks against, or nothing when the last try was turned down."""
    return tries[-1]["question"] if tries and not tries[-1]["reason"] else ""
