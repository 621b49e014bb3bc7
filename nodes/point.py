"""The simulated user points at the result that is nearest to what it looks for. A person does so unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .history import with_click

if TYPE_CHECKING:
    from ..contracts import User
    from ..tools.search import Search
    from ..tools.timing import Stopwatch
    from .state import ConversationState


def point(state: ConversationState, *, user: User, search: Search, stopwatch: Stopwatch) -> dict[str, Any]:
    """A mark on one of the newest page, beside the answer if there is one."""
    page = [(result["id"], search.record(result["id"]).path) for result in state["rounds"][-1]["results"]]
    return {"answer": with_click(state["answer"], user.point(page)), "click_seconds": stopwatch.seconds()}
