"""Paints what has been understood so far (section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.painting_seed import painting_seed

if TYPE_CHECKING:
    from ..contracts import Painter, StepProgress
    from ..store.conversations.paintings import Paintings
    from .state import ImageState


def generate(
    state: ImageState, *, painter: Painter, seed: int, paintings: Paintings, conversation: str, progress: StepProgress
) -> dict[str, Any]:
    """P_k from G_k; the picture goes to disk, its path into the state."""
    number = painting_seed(seed, state["rounds"][0]["description"], state["round"])
    place = paintings.save(painter.paint(state["prompt"], number, progress), conversation, state["round"], state["prompt"])
    return {"painting": {"path": place, "prompt": state["prompt"], "seed": number}}
