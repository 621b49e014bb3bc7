"""The head of an order, ordered once more by whoever has read text and pictures together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .order import standardised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .scores import Fused, Shares


def reranked(fused: Fused, head: NDArray[np.intp], by: NDArray[np.float32]) -> Fused:
    """The same order but for its ``head`` (rows, best first, none of them shown before), which ``by`` orders: (rows of the head,), higher
    is better, ties as they stood. NaN is a picture that could not be read: it keeps its place. What each list brought stays as it was."""
    import numpy as np

    rows = head.copy()
    read = ~np.isnan(by)
    rows[read] = head[read][np.argsort(-by[read], kind="stable")]
    page = np.concatenate([rows, fused.page[~np.isin(fused.page, head)]])[: len(fused.page)]
    after = fused.after.copy()
    after[rows] = float(after.max()) + np.arange(len(rows), 0, -1)
    return replace(with_page(fused, page), after=after)


def with_fits(fused: Fused, head: NDArray[np.intp], fits: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the head of an order is ordered by: its own scores and how well each picture fits, both as standard deviations over the head,
    added. By itself a matching head knows nothing of painting, marks and hubs, and a weak
    one undoes the order (docs/log/2026-11-25-ranking.md). ``fits`` is (rows of the head,); where it is NaN, so is the sum."""
    import numpy as np

    read = ~np.isnan(fits)
    by = fits.copy()
    if read.any():
        by[read] = standardised(fits[read]) + standardised(fused.after[head[read]])
    return by


def with_page(fused: Fused, page: NDArray[np.intp]) -> Fused:
    """The same order with other rows on its first page, with what each list brought of them."""
    return replace(fused, page=page, shares=_shares(fused, page))


def _shares(fused: Fused, page: NDArray[np.intp]) -> tuple[Shares, ...]:
    known = dict(zip(fused.page.tolist(), fused.shares, strict=True))
    new = [row for row in page if int(row) not in known]
    if fused.shares_of_others and new:
        import numpy as np

        known |= dict(zip(map(int, new), fused.shares_of_others(np.array(new)), strict=True))
    return tuple(known.get(row, {"dialog": 1.0}) for row in page.tolist())
