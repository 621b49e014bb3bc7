"""Orders of (n,) scores: higher is better, ties go to the smaller row. Numpy is imported where something is computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FLAT = 1e-9  # a spread below this is none


def first(by: NDArray[np.float32], limit: int, among: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """The rows with the ``limit`` highest of (n,) scores, best first, ties by row; of all rows or of those ``among`` them, (n,)."""
    import numpy as np

    rows = np.arange(len(by)) if among is None else np.flatnonzero(among)
    if 0 < limit < len(rows):  # those that can be among the first: the others need no order
        keys = -by[rows]
        rows = rows[keys <= np.partition(keys, limit - 1)[limit - 1]]
    found: NDArray[np.intp] = rows[np.argsort(-by[rows], kind="stable")][:limit]
    return found


def best_first(by: NDArray[np.float32], row: int) -> NDArray[np.bool_]:
    """(n,): which rows stand before this one."""
    before: NDArray[np.bool_] = by > by[row]
    before[:row] |= by[:row] == by[row]
    return before


def place(by: NDArray[np.float32], row: int) -> int:
    """Where a row stands among (n,) scores, from 1."""
    return 1 + int((by > by[row]).sum()) + int((by[:row] == by[row]).sum())


def places(by: NDArray[np.float32]) -> NDArray[np.intp]:
    """(n,): where each row stands, from 1."""
    import numpy as np

    found = np.empty(len(by), dtype=np.intp)
    found[np.argsort(-by, kind="stable")] = np.arange(1, len(by) + 1)
    return found


def standardised(by: NDArray[np.float32], weight: float = 1.0, scale: tuple[float, float] | None = None) -> NDArray[np.float32]:
    """(n,) scores as standard deviations from the gallery's mean (z-scores), times a weight; all 0 where there is no spread. ``scale``:
    mean and spread over the gallery, where they are known."""
    found: NDArray[np.float32] = by - (by.mean() if scale is None else scale[0])
    found *= weight / (_length(found) if scale is None else scale[1])
    return found


def spread(by: NDArray[np.float32]) -> float:
    """The standard deviation of all numbers; never 0, so that one may divide by it."""
    return _length(by.ravel() - by.mean())


def _length(centred: NDArray[np.float32]) -> float:
    # Half the time of numpy's own `std`, which takes the mean once more and keeps the squares.
    return max(math.sqrt(float(centred @ centred) / len(centred)), _FLAT)
