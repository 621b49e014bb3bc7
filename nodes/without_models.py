"""What the dialog refiner does for a person when one of its models has failed: it asks openly, and takes the answer as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .history import standing_question

if TYPE_CHECKING:
    from .state import DialogState, Try

OPEN_QUESTION = "What else do you remember of the picture?"


def ask_openly(state: DialogState) -> dict[str, Any]:
    """In place of a question that a model proposes and judges."""
    openly: Try = {"question": OPEN_QUESTION, "with_candidates": False, "reason": ""}
    return {"tries": [*state["tries"], openly]}


def join(state: DialogState) -> dict[str, Any]:
    """In place of rewriting: question and answer are joined to the description as they are."""
    return {"description": f"{state['description']}, {standing_question(state['tries'])} {state['answer']['text']}"}
