"""Codes of what did not go as planned in a round. `chat/library/texts.py` has the sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tools.question_rules import NOTHING_LEFT
from .history import standing_question

if TYPE_CHECKING:
    from ..tools.search import Search
    from .state import ConversationState

ALL_TURNED_DOWN = "all_turned_down"
ANSWER_UNUSED = "answer_unused"
DIFFERENCES_UNUSED = "differences_unused"
DESCRIPTION_CUT = "description_cut"
# A model raised an error; the note goes on with a colon and what it said. Of a node's tools the first in this order is the one that failed.
FAILED = {"painter": "painter_failed", "llm": "language_model_failed", "user": "vision_model_failed", "search": "search_failed"}
FAILURES = {  # where an error has to stay one, what it begins with
    "painter_failed": "the painting failed",
    "language_model_failed": "the language model failed",
    "search_failed": "the search failed",
    "vision_model_failed": "the vision model failed",
}


def notes_of(state: ConversationState, search: Search) -> list[str]:
    """The notes for the round that is being closed."""
    failures = [note for note in (state.get("dialog_failure"), state.get("image_failure")) if note]
    notes = []
    if state["tries"] and not standing_question(state["tries"]) and not state.get("dialog_failure"):
        notes.append(NOTHING_LEFT if state["tries"][-1]["reason"] == NOTHING_LEFT else ALL_TURNED_DOWN)
    if state["answer"]["text"] and state["description"] == state["rounds"][-1]["description"]:
        notes.append(ANSWER_UNUSED)
    if state["critique"] and state["critique"]["reply"]["text"] and state["prompt"] == state["rounds"][-1]["prompt"]:
        notes.append(DIFFERENCES_UNUSED)
    if search.cuts(state["description"]):
        notes.append(DESCRIPTION_CUT)
    return [*failures, *notes]
