"""Fusions that add the scores of both lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .order import standardised
from .scores import Sum, ordered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ...contracts import ResultOrigin
    from .scores import Fused, Lists, Scales, Scores

EMPHASIS = 0.3  # of what is new in a round, beside 1 for all of it; measured in docs/log/2026-11-25-ranking.md


def mean(scores: Scores) -> Fused:
    """The mean of the lists there are: s = (s_text + s_painting) / 2, CombSUM of Fox and Shaw (TREC-2, 1994) on cosines as they are."""
    return _weighted(scores, _evenly(scores.plain()))


def sums_of_mean(scales: Scales, round_number: int) -> list[Sum]:
    """The one that it is."""
    return _sum_of(scales, _evenly(scales.lists[0]))


def dar(scores: Scores) -> Fused:
    """DAR's fixed weights (arXiv 2501.15379): s = w·s_text + (1 - w)·s_painting, w being 0.8 in the first two rounds and 0.5 afterwards."""
    return _weighted(scores, _dars(scores.plain(), scores.round_number))


def sums_of_dar(scales: Scales, round_number: int) -> list[Sum]:
    """The one that it is."""
    return _sum_of(scales, _dars(scales.lists[0], round_number))


def newest(scores: Scores) -> Fused:
    """Both lists on one scale, and what is new in this round counts for more.

    f_r adds the lists of round r with DAR's weights, each as standard deviations from its mean over the gallery: a list with a wider spread
    does not outweigh the other, nor a painting that is nearer to every picture. Then s = f_r + 0.3·(f_r - mean of f_0 … f_{r-1}), and what
    is added for hubs and clicks once.

    Whoever still searches has looked at the pages of earlier rounds in vain. What those rounds were sure of has been tried; what the last
    answer changed has not. Gains, and what it costs once the picture is found: docs/log/2026-11-25-ranking.md.
    """
    import numpy as np

    parts: Lists = {}
    lists = [scores.plain(), *scores.before]
    for number, (weights, several) in enumerate(zip(_newests(lists, scores.round_number), lists, strict=True)):
        for origin, by in several.items():
            part = parts.setdefault(origin, np.zeros_like(by))
            part += standardised(by, weights[origin], scores.scales.lists[number][origin] if scores.scales else None)
    return _added(parts, scores, dict.fromkeys(parts, 0.0) if scores.scales else None, scores.added)


def sums_of_newest(scales: Scales, round_number: int) -> list[Sum]:
    """The one that it is."""
    weights = zip(_newests(scales.lists, round_number), scales.lists, strict=True)
    return [Sum([{origin: weight / scale[origin].spread for origin, weight in each.items()} for each, scale in weights], 1.0)]


def _newests(lists: Sequence[Collection[ResultOrigin]], round_number: int) -> list[dict[ResultOrigin, float]]:
    """What each list of this round and of those before counts for."""
    before = len(lists) - 1
    numbers = [(round_number, 1 + EMPHASIS * bool(before)), *((number, -EMPHASIS / before) for number in range(before))]
    return [
        {origin: weight * share for origin, share in _dars(several, number).items()}
        for several, (number, weight) in zip(lists, numbers, strict=True)
    ]


def _dars(lists: Collection[ResultOrigin], round_number: int) -> dict[ResultOrigin, float]:
    """DAR's weights of the lists there are: an early painting shows little of what is looked for."""
    share = 0.8 if round_number <= 2 else 0.5
    return {"dialog": share, "image": 1 - share} if "image" in lists else {"dialog": 1.0}


def _evenly(lists: Collection[ResultOrigin]) -> dict[ResultOrigin, float]:
    return dict.fromkeys(lists, 1 / len(lists))


def _weighted(scores: Scores, weights: Mapping[ResultOrigin, float]) -> Fused:
    means = scores.means()
    parts = {origin: _times(weights[origin], by) for origin, by in scores.lists().items()}
    return _added(parts, scores, means and {origin: weights[origin] * mean for origin, mean in means.items()})


def _sum_of(scales: Scales, weights: Mapping[ResultOrigin, float]) -> list[Sum]:
    return [Sum([weights], sum(weight * scales.lists[0][origin].spread for origin, weight in weights.items()))]


def _times(weight: float, by: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = weight * by
    return found


def _added(parts: Lists, scores: Scores, means: Mapping[ResultOrigin, float] | None, beside: NDArray[np.float32] | None = None) -> Fused:
    total, *others = parts.values()
    for part in others if beside is None else [*others, beside]:
        total = total + part
    return ordered(scores, total, parts, means)
