"""Asks the user what is wrong with the painting, Q_{k-1} (section 2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .history import looked_at

if TYPE_CHECKING:
    from ..contracts import User, UserReply
    from ..prompts.library import PromptLibrary
    from .state import ImageState


def critique(state: ImageState, *, user: User, prompts: PromptLibrary, clicked: Callable[[int], UserReply]) -> dict[str, Any]:
    """A_{k-1}. Does nothing that costs: for a person this node runs again from its top when they have answered."""
    assert state["painting"] is not None  # generate comes before
    question = compared(state, prompts)
    reply = user.compare(question, state["painting"]["path"], looked_at(state["rounds"], clicked(state["round"]).get("further", ())))
    return {"critique": {"question": question, "reply": reply}}


def compared(state: Any, prompts: PromptLibrary) -> str:
    """What is asked about a painting, in the language of the conversation."""
    return state.get("compare") or prompts.render("compare")
