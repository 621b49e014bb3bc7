"""Where the target stands in a round. What the refiners say and paint depends on no fusion, so any fusion's page can be read off a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..nodes.merge import scores_of_round
from ..tools.fusion import FUSIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..graph.config import Config
    from ..tools.fusion import Scores
    from ..tools.search import Search


@dataclass(frozen=True)
class Reading:
    """One round of a run, for whoever ranks it."""

    scores: Scores  # of the whole gallery, by the round's description and painting
    target: int  # its row in the scores
    tuned: NDArray[np.float32] | None  # (n,) cosines with the description as read by an encoder tuned on dialogues, if there is one

    def rank(self, fusion: str) -> int:
        """The target's rank, from 1, by a fusion."""
        return FUSIONS.named(fusion).fuse(self.scores).rank(self.target)


def readings(rounds: Sequence[Any], target: str, config: Config, search: Search, tuned: Search | None = None) -> Iterator[Reading]:
    """Each round of a conversation as its `merge` saw it, from what the records hold."""
    for number, record in enumerate(rounds):
        places = config.dialog_num, config.image_num
        scores = scores_of_round(record, rounds[:number], search, *places, exclude_shown=bool(config.exclude_shown))
        yield Reading(scores, search.row(target), tuned.scores_by_text(record["description"]) if tuned else None)
