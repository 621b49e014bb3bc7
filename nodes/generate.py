"""Paints what has been understood so far (section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..store.paintings import painting_link, save_painting
from ..tools.painting_seed import painting_seed

if TYPE_CHECKING:
    from ..tools.interfaces import Painter, Progress
    from .state import ImageState


def generate(state: ImageState, *, painter: Painter, seed: int, conversation: str, progress: Progress) -> dict[str, Any]:
    """P_k from G_k; the picture goes to disk, its path into the state."""
    number = painting_seed(seed, state["rounds"][0]["description"], state["round"])
    path = save_painting(painter.paint(state["prompt"], number, progress), conversation, state["round"])
    return {"painting": {"path": str(path), "link": painting_link(path), "prompt": state["prompt"], "seed": number}}
