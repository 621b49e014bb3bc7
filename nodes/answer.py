"""Puts the question Q_{k-0} to the user (section 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .history import looked_at, question_put

if TYPE_CHECKING:
    from ..contracts import User, UserReply
    from .state import DialogState


def answer(state: DialogState, *, user: User, clicked: Callable[[int], UserReply]) -> dict[str, Any]:
    """A_{k-0}, also to words that are offered instead of a question. Does nothing else: for a person this node runs again from its top when
    they have answered."""
    question, earlier = question_put(state["tries"]), looked_at(state["rounds"], clicked(state["round"]).get("further", ()))
    return {"answer": user.answer(question, earlier) if question else user.offer(state.get("offered", ()), earlier)}
