"""What people read for the codes of the state. Another language of the user interface begins here.

A code that is not known is shown as it is: conversations of version 0.1 hold English sentences in these places.
"""

from __future__ import annotations

NOTES = {
    "nothing_left": "No question in this round: nothing is left to ask.",
    "all_turned_down": "No question in this round: every one proposed was turned down.",
    "answer_unused": "The answer changed nothing in the description.",
    "differences_unused": "The differences changed nothing in the painting prompt.",
    "description_kept": "The description stays as it was: the model wrote nothing that could be used. Say it otherwise.",
    "prompt_kept": "The painting prompt stays as it was: the model wrote nothing that could be used.",
    "answer_joined": "The answer was added to the description word for word: the model wrote nothing else that could be used.",
    "differences_joined": "The differences were added to the prompt word for word: the model wrote nothing else that could be used.",
    "answer_unread": "The models know few words of the answer, so it changed nothing. They read plain English.",
    "differences_unread": "The models know few words of the differences, so they changed nothing. They read plain English.",
    "description_unread": "The models know few words of this description. It is searched for as it is; they read plain English.",
    "description_cut": "The description is longer than the encoder reads: its end did not count in the search.",
    "search_failed": "The search failed",
    "language_model_failed": "The language model failed",
    "painter_failed": "The painting failed",
    "vision_model_failed": "The vision model failed",
}
FAULTS = {
    "nothing_written": "nothing was written",
    "no_description": "it is no description",
    "repetition": "it repeats itself",
    "too_long": "it is too long",
    "facts_lost": "it leaves out what was known",
    "denied_asserted": "it says what was ruled out",
    "invented": "most of it nobody said",
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


def fault_text(fault: str) -> str:
    """Why a reply of the model was not used, in a few words."""
    return FAULTS.get(fault, fault)


def reason_text(reason: str) -> str:
    """Why a question was turned down, in a few words."""
    return REASONS.get(reason, reason)
