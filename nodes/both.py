"""Both refiners are done, and only now is it seen what either did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..tools.user import says_unasked
from .corrections import corrected
from .history import with_click

if TYPE_CHECKING:
    from ..contracts import UserReply
    from .state import ConversationState


def both(state: ConversationState, *, clicked: Callable[[int], UserReply]) -> dict[str, Any]:
    """Takes in what the user has said without being asked, and what they correct; otherwise there is nothing to do."""
    click = clicked(state["round"])
    heard: dict[str, Any] = {"answer": with_click(state["answer"], click)} if says_unasked(click) else {}
    return {**heard, **corrected({**state, **heard})}
