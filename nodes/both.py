"""Both refiners are done, and only now is it seen what either did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .history import pointed, with_click

if TYPE_CHECKING:
    from ..contracts import UserReply
    from .state import ConversationState


def both(state: ConversationState, *, clicked: Callable[[int], UserReply]) -> dict[str, Any]:
    """Takes in what the user has pointed at without being asked; otherwise there is nothing to do."""
    click = clicked(state["round"])
    return {"answer": with_click(state["answer"], click)} if pointed(click) else {}
