"""Where going back joins the graph: a round that is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .state import ConversationState


def reopen(state: ConversationState) -> dict[str, Any]:
    """Nothing leads here. Whoever goes back writes a checkpoint as if this had run (`chat/library/branches.py`), with the question and the
    painting of before, and the refiners put them to the user."""
    return {}
