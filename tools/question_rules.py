"""When a proposed question may be put to the user, and how often another is tried (the paper's section 2.2 leaves both open).

The ladder: three tries that see the candidate captions and what was turned down and why; one that does not see the captions;
then the round goes on without a question. The last try is filtered like the others: a question that the description already
answers wastes the user's turn, wherever it came from. Whoever asks may also say that nothing is left to ask, which ends the ladder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

TRIES_WITH_CANDIDATES = 3
TRIES = TRIES_WITH_CANDIDATES + 1

# Codes of why a question was turned down. Prompts word them in `prompts/rendering.py`, faces in `chat/library/texts.py`.
NOT_A_QUESTION = "not_a_question"
NOTHING_LEFT = "nothing_left"
ASKED_BEFORE = "asked_before"
ALREADY_KNOWN = "already_known"
ANOTHER_CHOSEN = "another_chosen"  # of several that stand

_SAID_WHEN_NOTHING_IS_LEFT = "nothing is left to ask"  # by whoever asks, as the prompts want it


def fault_of(question: str, asked: Collection[str]) -> str:
    """Why a reply cannot be put to the user at all (a code), or nothing. Saves the filter's call; without it a question which the user
    skipped would come back every round, because nothing the filter knows has changed."""
    if "?" not in question:
        return NOTHING_LEFT if _bare(question) == _SAID_WHEN_NOTHING_IS_LEFT else NOT_A_QUESTION
    return ASKED_BEFORE if _bare(question) in map(_bare, asked) else ""


def is_uncertain(reply: str) -> bool:
    """Whether the filter says that the question cannot be answered yet. Anything else, silence included, turns the question down."""
    return _bare(reply) == "uncertain"


def _bare(text: str) -> str:
    return " ".join(text.casefold().strip(" .?!'\"`*").split())
