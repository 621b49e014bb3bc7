"""Puts the question Q_{k-0} to the user (section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .history import question_put

if TYPE_CHECKING:
    from ..contracts import User
    from .state import DialogState


def answer(state: DialogState, *, user: User) -> dict[str, Any]:
    """A_{k-0}, also to words that are offered instead of a question. Does nothing else: for a person this node runs again from its top when
    they have answered."""
    question = question_put(state["tries"])
    return {"answer": user.answer(question, state["rounds"]) if question else user.offer(state.get("offered", ()), state["rounds"])}
