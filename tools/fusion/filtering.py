"""A fusion's order of some of the gallery's pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...contracts import PAGE
from .order import first
from .reranking import with_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scores import Fused, Scores


def fused_among(fuse: Callable[[Scores], Fused], scores: Scores) -> Fused:
    """What a fusion makes of the pictures that a filter lets through. Means and spreads stay those of the whole gallery.

    To the fusion the others are as if they had been shown before. What it then fills its page up with, because nothing else is left, is
    taken from it; in their place comes what a filter lets through and was shown before.
    """
    if scores.among is None:
        return replace(fuse(scores), rows=scores.rows)
    import numpy as np

    among = scores.among
    fused = fuse(replace(scores, shown=scores.shown | ~among))
    page = fused.page[(among & ~scores.shown)[fused.page]]
    again = first(fused.after, PAGE - len(page), among & scores.shown) if len(page) < PAGE else page[:0]
    return replace(with_page(fused, np.concatenate([page, again])), among=among, rows=scores.rows)
