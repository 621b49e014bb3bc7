"""Where the target stands in a round. What the refiners say and paint depends on no fusion, so any fusion's page can be read off a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from ..contracts import PAGE
from ..nodes.merge import scores_of_round
from ..tools.fusion import FUSIONS, Fused, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..graph.config import Config
    from ..tools.search import Search

Fuse = Callable[[Scores], Fused]
Again = Callable[[Fused], Fused]  # orders the first results of an order once more


@dataclass(frozen=True)
class Reading:
    """One round of a run, for whoever ranks it."""

    scores: Scores  # of the whole gallery, by the round's description and painting; as if nothing had been shown
    target: int  # its row in the scores
    hubs: NDArray[np.float32]  # (n,) of the gallery
    tuned: NDArray[np.float32] | None = None  # (n,) cosines with the description as read by an encoder tuned on dialogues, if there is one
    matching: Again | None = None  # what the encoder's matching head makes of it, where there is one
    again: Again | None = None  # what is made of every order

    def corrected(self) -> Reading:
        """The same with hubs corrected."""
        return replace(self, scores=self.scores.corrected(self.hubs))

    def reranked(self) -> Reading:
        """The same with the first results ordered by the matching head."""
        return replace(self, again=self.matching)

    def rank(self, fusion: str) -> int:
        """The target's rank, from 1, by a fusion."""
        return FUSIONS.named(fusion).fuse(self.scores).rank(self.target)


def readings(rounds: Sequence[Any], target: str, config: Config, search: Search, tuned: Search | None = None) -> Iterator[Reading]:
    """Each round of a conversation as its `merge` saw it, from what the records hold."""
    for number, record in enumerate(rounds):
        scores = scores_of_round(record, rounds[:number], search, config.dialog_num, config.image_num, exclude_shown=False)
        by_tuned = tuned.scores_by_text(record["description"]) if tuned else None
        matching = partial(search.reranked, text=record["description"]) if search.rerank else None
        yield Reading(scores, search.row(target), search.hubs.values, by_tuned, matching)


def ranks_over(
    rounds: Iterable[Scores],
    target: int,
    fuse: Fuse,
    *,
    passing_over: bool,
    again: Iterable[Again | None] = repeat(None),
    click: Callable[[NDArray[np.intp]], NDArray[np.float32]] | None = None,
) -> list[int]:
    """The target's rank in each round of a conversation, page after page.

    ``passing_over``: what was shown and missed stands last from then on. Once the target is on a page nothing more is missed: later ranks
    are among what was not missed until then. ``again``: what is made of the order of each round. ``click`` is given a page that misses, and
    says what a click on it adds to every score.
    """
    ranks: list[int] = []
    missed: NDArray[np.bool_] | None = None
    said: NDArray[np.float32] | None = None
    found = False
    for scores, once_more in zip(rounds, again, strict=False):
        missed = np.zeros_like(scores.shown) if missed is None else missed
        now = replace(scores, shown=missed.copy())
        fused = fuse(now if said is None else now.moved(said))
        fused = once_more(fused) if once_more else fused
        ranks.append(fused.rank(target))
        found = found or bool((fused.page == target).any())
        if passing_over and not found:
            missed[fused.page] = True
        if click and not found:
            said = click(fused.page) + (0 if said is None else said)
    return ranks


def paging(first: int, rounds: int) -> list[int]:
    """The control: the first description alone, the next ten each round. ``first``: the target's rank by that description.

    The rank in each round is among what was not shown, and stays once the target is on a page.
    """
    last = (first - 1) // PAGE
    return [first - PAGE * min(number, last) for number in range(rounds)]
