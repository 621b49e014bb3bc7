"""Lines 9-24 of Algorithm 1 (section 2.2): a few captions that stand for the pictures retrieved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.contextual_reference import contextual_reference
from .retrieve import found_again
from .state import Candidate

if TYPE_CHECKING:
    from ..tools.captioning import Captioning
    from ..tools.search import Search
    from .state import DialogState


def cluster_context(
    state: DialogState,
    *,
    search: Search,
    captions: Captioning | None,
    captioning: float,
    clusters: int,
    temperature: float,
    compared: str,
    seed: int,
    related_size: int,
    schedule: str,
    max_rounds: int,
) -> dict[str, Any]:
    """The representative of every cluster, best-ranked first. `compared` with the images: their captions, or the images themselves.

    One without a caption gets one from the vision model, where there is one, within the time that there is for it. For one that still has
    none the words stand that the encoder sees in it; one without either has nothing to say to whoever asks.
    """
    related = search.candidates(found_again(state, search, related_size, schedule, max_rounds))
    sources = {"caption": related.captions_embedded, "image": related.images_embedded}[compared]
    chosen = contextual_reference(related.images_embedded, sources, seed, clusters, temperature)
    ids = [related.ids[index] for index in chosen]
    if captions and captioning:
        captions.write(ids, captioning)
    candidates = [Candidate(id=id_, caption=search.record(id_).caption, looks_like=search.looks_like(id_)) for id_ in ids]
    return {
        "candidates": [candidate for candidate in candidates if candidate["caption"] or candidate["looks_like"]],
        "captioning_failure": captions.failure if captions else "",
    }
