"""Reciprocal rank fusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .order import places
from .scores import Fused, ordered, shares_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .scores import Scores, Shares

SMOOTHING = 60  # k, its authors' own


def rrf(scores: Scores) -> Fused:
    """s = Σ over the lists of 1 / (60 + place in the list): Cormack, Clarke and Büttcher (SIGIR 2009). Scores themselves do not count, and
    a list's share in a result is its part of that sum."""
    parts = {origin: (1 / (SMOOTHING + places(by))).astype("float32") for origin, by in scores.lists().items()}
    fused = ordered(scores, sum(list(parts.values())[1:], next(iter(parts.values()))))

    def shares(rows: NDArray[np.intp]) -> tuple[Shares, ...]:
        return tuple(shares_of({origin: float(part[row]) for origin, part in parts.items()}) for row in rows)

    return Fused(fused.page, shares(fused.page), fused.after, fused.shown, shares)
