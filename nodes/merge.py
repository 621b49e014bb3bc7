"""Makes one page of results from the lists of the two refiners, and closes the round with its record C_k (sections 2.1, 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.fusion import merge_results
from ..tools.question_rules import NOTHING_LEFT
from .history import NO_REPLY, marks, standing_question
from .state import Captioned, ConversationState, RoundRecord

if TYPE_CHECKING:
    from ..contracts import UserReply
    from ..tools.search import Search
    from ..tools.timing import Stopwatch


def merge(
    state: ConversationState, *, search: Search, dialog_num: int, image_num: int, exclude_shown: bool, stopwatch: Stopwatch
) -> dict[str, Any]:
    """The only join of the refiners, and the only node that appends to `rounds`."""
    accepted = _accepted(state)
    results = state["rounds"][-1]["results"] if accepted else _page(state, search, dialog_num, image_num, exclude_shown)
    record: RoundRecord = {
        "round": state["round"],
        "candidates": state["candidates"],
        "tries": state["tries"],
        "question": standing_question(state["tries"]),
        "answer": state["answer"],
        "description": state["description"],
        "painting": state["painting"],
        "critique": state["critique"],
        "prompt": state["prompt"],
        "results": results,
        "accepted": accepted,
        "notes": _notes(state, search),
        "seconds": {"dialog": state["dialog_seconds"], "image": state["image_seconds"], "merge": stopwatch.seconds()},
    }
    return {"rounds": [record]}


def _accepted(state: ConversationState) -> str | None:
    return next((reply["accepted"] for reply in _replies(state) if reply["accepted"]), None)


def _replies(state: ConversationState) -> list[UserReply]:
    return [state["answer"], state["critique"]["reply"] if state["critique"] else NO_REPLY]


def _page(state: ConversationState, search: Search, dialog_num: int, image_num: int, exclude_shown: bool) -> list[Captioned]:
    shown = {result["id"] for record in state["rounds"] for result in record["results"]} if exclude_shown else set()
    limit = dialog_num + image_num + len(shown)  # enough to fill the page even if everything shown stands at the top
    image = search.by_image(state["painting"]["path"], limit) if state["painting"] else []
    liked, disliked = marks(state["rounds"], _replies(state))
    dialog = search.by_text(state["description"], limit, liked, disliked)
    page = merge_results(dialog, image, dialog_num, image_num, shown)
    return [{**result, "caption": search.record(result["id"]).caption} for result in page]


def _notes(state: ConversationState, search: Search) -> list[str]:
    notes = []
    if state["tries"] and not standing_question(state["tries"]):
        given_up = state["tries"][-1]["reason"] == NOTHING_LEFT
        notes.append(f"No question in this round: {NOTHING_LEFT if given_up else 'every one proposed was turned down'}.")
    if state["answer"]["text"] and state["description"] == state["rounds"][-1]["description"]:
        notes.append("The answer changed nothing in the description: the rewriting gave back the old text, or none.")
    if state["critique"] and state["critique"]["reply"]["text"] and state["prompt"] == state["rounds"][-1]["prompt"]:
        notes.append("The differences changed nothing in the painting prompt: the rewriting gave back the old text, or none.")
    if search.cuts(state["description"]):
        notes.append("The description is longer than the encoder reads: its end did not count in the search.")
    return notes
