"""Makes one page of results from the lists of the two refiners, and closes the round with its record C_k (sections 2.1, 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.fusion import merge_results
from .history import marks, shown, standing_question
from .notes import notes_of
from .state import NO_REPLY, Captioned, ConversationState, RoundRecord

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
    record: Any = {
        **{name: value for name, value in state.items() if name in RoundRecord.__annotations__},
        "question": standing_question(state["tries"]),
        "results": results,
        "accepted": accepted,
        "notes": notes_of(state, search),
        "seconds": {"dialog": state["dialog_seconds"], "image": state["image_seconds"], "merge": stopwatch.seconds()},
    }
    return {"rounds": [record]}


def _accepted(state: ConversationState) -> str | None:
    return next((reply["accepted"] for reply in _replies(state) if reply["accepted"]), None)


def _replies(state: ConversationState) -> list[UserReply]:
    return [state["answer"], state["critique"]["reply"] if state["critique"] else NO_REPLY]


def _page(state: ConversationState, search: Search, dialog_num: int, image_num: int, exclude_shown: bool) -> list[Captioned]:
    passed_over = shown(state["rounds"]) if exclude_shown else set()
    limit = dialog_num + image_num + len(passed_over)  # enough to fill the page even if everything shown stands at the top
    image = search.by_image(state["painting"]["path"], limit) if state["painting"] else []
    liked, disliked = marks(state["rounds"], _replies(state))
    dialog = search.by_text(state["description"], limit, liked, disliked)
    page = merge_results(dialog, image, dialog_num, image_num, passed_over)
    return [{**result, "caption": search.record(result["id"]).caption} for result in page]
