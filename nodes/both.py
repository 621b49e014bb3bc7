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
    """Takes in what the user has said without being asked, what they correct, and what they looked at beyond the ten."""
    click = clicked(state["round"])
    heard: dict[str, Any] = {"answer": with_click(state["answer"], click)} if says_unasked(click) else {}
    return {**heard, **corrected({**state, **heard}), "further": list(click.get("further", ()))}
