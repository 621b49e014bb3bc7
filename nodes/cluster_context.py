"""Lines 9-24 of Algorithm 1 (section 2.2): a few captions that stand for the pictures retrieved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.contextual_reference import contextual_reference
from .retrieve import found_again

if TYPE_CHECKING:
    from ..tools.search import Search
    from .state import DialogState


def cluster_context(
    state: DialogState,
    *,
    search: Search,
    clusters: int,
    temperature: float,
    compared: str,
    seed: int,
    related_size: int,
    schedule: str,
    max_rounds: int,
) -> dict[str, Any]:
    """The representative of every cluster, best-ranked first. `compared` with the images: their captions, or the images themselves.

    One without a caption has nothing to say to whoever asks.
    """
    related = search.candidates(found_again(state, search, related_size, schedule, max_rounds))
    sources = {"caption": related.captions_embedded, "image": related.images_embedded}[compared]
    chosen = contextual_reference(related.images_embedded, sources, seed, clusters, temperature)
    return {"candidates": [{"id": related.ids[index], "caption": related.captions[index]} for index in chosen if related.captions[index]]}
