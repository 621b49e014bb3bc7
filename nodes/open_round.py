"""Opens round k: counts it and clears what the two refiners wrote in the round before."""

from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..tools.user import refuse_unusable
from .state import ASKING, NEW_ROUND, ConversationState


def open_round(state: ConversationState) -> dict[str, Any]:
    """Round 0 is the search with the first description alone; the first painting prompt is that description (G_1 = D_0)."""
    if not state.get("description", "").strip():
        raise InputError("The description is empty; say in a few words what the picture shows.")
    if not state["rounds"]:
        refuse_unusable(state["description"])
    opened = {**NEW_ROUND, "round": len(state["rounds"]), "prompt": state.get("prompt", state["description"])}
    return {**opened, "chat": ASKING} if state.get("chat") else opened
