"""Lines 6-8 of Algorithm 1 (section 2.2): the pictures that fit the description so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.contextual_reference import narrowed_size
from .history import marks, ruled_out_in

if TYPE_CHECKING:
    from ..tools.search import Search
    from .state import DialogState


def retrieve(state: DialogState, *, search: Search, related_size: int, schedule: str, max_rounds: int) -> dict[str, Any]:
    """The ids of the top N_r, best first."""
    return {"related": found_again(state, search, related_size, schedule, max_rounds)}


def found_again(state: DialogState, search: Search, related_size: int, schedule: str, max_rounds: int) -> list[str]:
    """What retrieve found in this round; after a crash, when the state has lost it, looked up once more. The gallery may have lost some of
    it since."""
    if related := search.there(state.get("related") or []):
        return related
    limit = narrowed_size(related_size, state["round"], schedule, max_rounds)
    clicks, disliked = marks(state["rounds"], [])
    return [hit["id"] for hit in search.by_text(state["description"], limit, clicks, disliked, ruled_out_in(state))]
