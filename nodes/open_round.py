"""Opens round k: counts it and clears what the two refiners wrote in the round before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import InputError
from ..tools.translating import language_of
from ..tools.user import typed_text
from .state import ASKING, NEW_ROUND, ConversationState


def open_round(state: ConversationState, *, lacks: Sequence[str], language: str, languages: Sequence[str]) -> dict[str, Any]:
    """Round 0 is the search with the first description alone; the first painting prompt is that description (G_1 = D_0)."""
    first: dict[str, Any] = {}
    if not state["rounds"]:
        first = {"description": typed_text(state.get("description") or ""), "ruled_out": [], "ruled_out_of_prompt": []}
        first["language"] = language_of(first["description"], language, languages)
        if not first["description"]:
            raise InputError("The description is empty; say in a few words what the picture shows.")
    prompt = state.get("prompt") or first.get("description", state["description"])
    opened = {**NEW_ROUND, **first, "round": len(state["rounds"]), "prompt": prompt, "lacks": list(lacks)}
    return {**opened, "chat": ASKING} if state.get("chat") else opened
