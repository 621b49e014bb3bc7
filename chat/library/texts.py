"""What people read for the codes of the state. Another language of the user interface begins here.

A code that is not known is shown as it is: conversations of version 0.1 hold English sentences in these places.
"""

from __future__ import annotations

NOTES = {
    "nothing_left": "No question in this round: nothing is left to ask.",
    "all_turned_down": "No question in this round: every one proposed was turned down.",
    "answer_unused": "The answer changed nothing in the description: the rewriting gave back the old text, or none.",
    "differences_unused": "The differences changed nothing in the painting prompt: the rewriting gave back the old text, or none.",
    "description_cut": "The description is longer than the encoder reads: its end did not count in the search.",
    "search_failed": "The search failed",
    "language_model_failed": "The language model failed",
    "painter_failed": "The painting failed",
    "vision_model_failed": "The vision model failed",
}
REASONS = {
    "not_a_question": "not a question",
    "nothing_left": "nothing is left to ask",
    "asked_before": "asked before",
    "already_known": "already known",
    "another_chosen": "another was chosen",
}


def note_text(note: str) -> str:
    """The sentence for a note of a round. What follows its code after a colon, as of a model that failed, is shown with it."""
    code, colon, detail = note.partition(": ")
    return f"{NOTES[code]}{colon}{detail}" if code in NOTES else note


def reason_text(reason: str) -> str:
    """Why a question was turned down, in a few words."""
    return REASONS.get(reason, reason)
