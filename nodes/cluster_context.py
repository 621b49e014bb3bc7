"""Lines 9-24 of Algorithm 1 (section 2.2): a few captions that stand for the pictures retrieved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.contextual_reference import contextual_reference
from .retrieve import found_again

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

    One without a caption gets one from the vision model, where there is one, within the time that there is for it; one that still has none
    has nothing to say to whoever asks.
    """
    related = search.candidates(found_again(state, search, related_size, schedule, max_rounds))
    sources = {"caption": related.captions_embedded, "image": related.images_embedded}[compared]
    chosen = contextual_reference(related.images_embedded, sources, seed, clusters, temperature)
    ids = [related.ids[index] for index in chosen]
    if captions and captioning:
        captions.write(ids, captioning)
    said = {id_: search.record(id_).caption for id_ in ids}
    failure = captions.failure if captions else ""
    return {"candidates": [{"id": id_, "caption": caption} for id_, caption in said.items() if caption], "captioning_failure": failure}
