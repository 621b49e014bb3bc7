"""What people read for the codes of the state. Another language of the user interface begins here.

A code that is not known is shown as it is: conversations of version 0.1 hold English sentences in these places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...store.gallery.filters import Filter
    from ...tools.profiles.at_work import AtWork

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
    "no_language_model": "This profile has no language model, so nothing is asked. Point at results, or say more of the picture.",
    "no_painter": "This profile has no painter, so nothing is painted.",
    "captioning_failed": "No captions are written of pictures that have none",
    "search_failed": "The search failed",
    "language_model_failed": "The language model failed",
    "painter_failed": "The painting failed",
    "vision_model_failed": "The vision model failed",
}
ROLES = {"encoder": "encoder", "llm": "language model", "vision": "vision model", "painter": "painter"}
FAULTS = {
    "nothing_written": "nothing was written",
    "no_description": "it is no description",
    "repetition": "it repeats itself",
    "too_long": "it is too long",
    "facts_lost": "it leaves out what was known",
    "denied_asserted": "it says what was ruled out",
    "invented": "most of it nobody said",
}
BY_MODEL = "(a model's words)"  # behind a caption that no person wrote
REASONS = {
    "not_a_question": "not a question",
    "nothing_left": "nothing is left to ask",
    "asked_before": "asked before",
    "already_known": "already known",
    "another_chosen": "another was chosen",
}


def at_work_text(at_work: AtWork) -> str:
    """Which models are at work, and what the next profile would add to them and cost."""
    there = ", ".join(ROLES[role] + (f" ({name})" if name else "") for role, name in at_work.models.items())
    if not at_work.adds:
        return f"Models at work: {there}."
    more = ", ".join(f"{ROLES[role]} ({f'{size:.1f} GB to fetch' if size else 'here'})" for role, size in at_work.adds.items())
    return f"Models at work: {there}. Profile {at_work.more} adds {more}."


def only_text(only: Filter) -> str:
    """Which of a gallery's pictures are searched; empty where all are."""
    return f"Only {only.words}" if only else ""


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
