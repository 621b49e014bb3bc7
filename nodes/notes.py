"""Codes of what did not go as planned in a round. `chat/library/texts.py` has the sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..tools.question_rules import NOTHING_LEFT
from ..tools.rewriting.words import words
from ..tools.translating import in_english
from .history import standing_question

if TYPE_CHECKING:
    from ..tools.search import Search
    from .state import ConversationState

ALL_TURNED_DOWN = "all_turned_down"
# By the text that an answer, or differences, should have changed: it is as it was; so it is, for what the model wrote was turned down; what
# was said is added to it word for word; most of its words are not known.
UNUSED = {"description": "answer_unused", "prompt": "differences_unused"}
KEPT = {"description": "description_kept", "prompt": "prompt_kept"}
JOINED = {"description": "answer_joined", "prompt": "differences_joined"}
UNREAD = {"description": "answer_unread", "prompt": "differences_unread"}
DESCRIPTION_CUT = "description_cut"
DESCRIPTION_UNREAD = "description_unread"
CAPTIONING_FAILED = "captioning_failed"  # goes on with a colon and why; noted once in a conversation
# At the first search: what the profile has no model for.
LACKING = {"llm": "no_language_model", "painter": "no_painter"}
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
    notes += _of_writing(state, "description", "ruled_out", in_english(state["answer"]), search)
    differences = in_english(state["critique"]["reply"]) if state["critique"] else ""
    notes += _of_writing(state, "prompt", "ruled_out_of_prompt", differences, search)
    if search.cuts(state["description"]):
        notes.append(DESCRIPTION_CUT)
    written = state.get("description_written")
    typed = state["round"] == 0 or (written is not None and written["by"] == "person")
    if typed and not search.reads(state["description"]):
        notes.append(DESCRIPTION_UNREAD)
    lacking = [note for role, note in LACKING.items() if role in state.get("lacks", ()) and state["round"] == 0]
    if (reason := state.get("captioning_failure")) and not _noted(state, CAPTIONING_FAILED):
        notes.append(f"{CAPTIONING_FAILED}: {reason}")
    return [*lacking, *failures, *notes]


def _noted(state: ConversationState, code: str) -> bool:
    return any(note.startswith(code) for record in state["rounds"] for note in record["notes"])


def _of_writing(state: ConversationState, text: Literal["description", "prompt"], ruled_out: str, said: str, search: Search) -> list[str]:
    """What became of what was said: nothing to note where the text has it, or it is ruled out."""
    written: Any = state.get(f"{text}_written")
    if written and written["by"] == "joined" and written["faults"]:
        return [JOINED[text]]
    before: Any = state["rounds"][-1] if state["rounds"] else {}
    now: Any = state
    if not said or now[text] != before.get(text) or now.get(ruled_out, []) != before.get(ruled_out, []):
        return []
    if f" {' '.join(words(said))} " in f" {' '.join(words(now[text]))} ":
        return []  # it stands there word for word
    if not search.reads(said) and "nothing" not in words(said):  # "Nothing differs." is plain English, whatever the encoder knows
        return [UNREAD[text]]
    return [KEPT[text] if written and written["faults"] else UNUSED[text]]
