"""The gallery as an encoder that is tuned on dialogues reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..tools.search import Search
    from ..tools.workspace import Workspace


def tuned_search(workspace: Workspace, config: Config, held_out: frozenset[str]) -> Search | None:
    """By the profile's encoder that is tuned on dialogues, for a run with raw dialogues."""
    models = workspace.models(config.profile)
    if config.rewriting or not models.dialogue_encoder:
        return None
    return workspace.search(config.gallery, config.profile, held_out).read_by(models.dialogue_encoder)
