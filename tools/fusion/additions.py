"""Fusions that add the scores of both lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .order import standardised
from .scores import ordered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...contracts import ResultOrigin
    from .scores import Fused, Lists, Scores

EMPHASIS = 0.3  # of what is new in a round, beside 1 for all of it; measured in docs/log/2026-11-25-ranking.md


def mean(scores: Scores) -> Fused:
    """The mean of the lists there are: s = (s_text + s_painting) / 2, CombSUM of Fox and Shaw (TREC-2, 1994) on cosines as they are."""
    lists = scores.lists()
    return _added({origin: _times(1 / len(lists), by) for origin, by in lists.items()}, scores)


def dar(scores: Scores) -> Fused:
    """DAR's fixed weights (arXiv 2501.15379): s = w·s_text + (1 - w)·s_painting, w being 0.8 in the first two rounds and 0.5 afterwards."""
    lists = scores.lists()
    weights = _dars(lists, scores.round_number)
    return _added({origin: _times(weights[origin], by) for origin, by in lists.items()}, scores)


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
    rounds = [(scores.round_number, scores.plain()), *enumerate(scores.before)]
    for number, lists in rounds:
        weight = -EMPHASIS / len(scores.before) if parts else 1 + EMPHASIS * bool(scores.before)
        shares = _dars(lists, number)
        for origin, by in lists.items():
            part = parts.setdefault(origin, np.zeros_like(by))
            part += standardised(by, weight * shares[origin])
    return _added(parts, scores, scores.added)


def _dars(lists: Lists, round_number: int) -> dict[ResultOrigin, float]:
    """DAR's weights of the lists there are: an early painting shows little of what is looked for."""
    share = 0.8 if round_number <= 2 else 0.5
    return {"dialog": share, "image": 1 - share} if "image" in lists else {"dialog": 1.0}


def _times(weight: float, by: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = weight * by
    return found


def _added(parts: Lists, scores: Scores, beside: NDArray[np.float32] | None = None) -> Fused:
    total, *others = parts.values()
    for part in others if beside is None else [*others, beside]:
        total = total + part
    return ordered(scores, total, parts)
