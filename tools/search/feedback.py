"""What was said of pictures and against them, as numbers that move the lists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...store.mapped import picked
from ..fusion.order import standardised
from .clicks import evidence
from .pictures import rows_of
from .ruling_out import noun_of, push

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...contracts import Click
    from ...store.gallery.vectors import Vectors
    from .embeddings import Embeddings
    from .listing import Listing, Sought

LIKE = 1.0  # of likeness to the picture that a search is begun with, beside 1 for the text


class Feedback:
    """Pictures are named by id; of those named, the ones count that the gallery still has."""

    def __init__(self, vectors: Vectors, embeddings: Embeddings, listing: Listing) -> None:
        self._vectors = vectors
        self._embeddings = embeddings
        self._listing = listing

    def added(
        self, clicks: Sequence[Click], ruled_out: Sequence[str], described: Sought, like: Sought | None = None
    ) -> NDArray[np.float32] | None:
        """What all clicks, all that is ruled out beside what is ``described`` and the picture that the search is begun with add to every
        list together, (n,), in standard deviations of its scores; nothing without any."""
        said = [self._clicked(click) for click in clicks if click.liked in self._vectors.rows]
        if like:
            said.append(standardised(self._listing.cosines(like), LIKE))
        said += [self._ruled_out(each, described) for each in dict.fromkeys(ruled_out)]
        return sum(said[1:], said[0]) if said else None

    def away(self, disliked: Sequence[str]) -> NDArray[np.float32] | None:
        """The middle of what is disliked, (d,); nothing where nothing is."""
        rows = rows_of(self._vectors, disliked)
        return np.mean(picked(self._vectors.images, rows), axis=0) if rows else None

    def _clicked(self, click: Click) -> NDArray[np.float32]:
        rows = rows_of(self._vectors, click.page or (click.liked,))
        clicked = rows.index(self._vectors.rows[click.liked])
        return self._listing.kept(("click", f"{clicked} of {rows}"), partial(self._evidence, rows, clicked))

    def _evidence(self, rows: list[int], clicked: int) -> NDArray[np.float32]:
        # One product for the whole page: ten passes take three times as long. Rounded, so that equal pictures stay equal.
        likeness = np.round(picked(self._vectors.images, rows) @ self._vectors.images.T, 4)
        return evidence(likeness, clicked)

    def _ruled_out(self, text: str, described: Sought) -> NDArray[np.float32]:
        return self._listing.kept(("ruled out", f"{text}\n{described.key}"), partial(self._push, text, described))

    def _push(self, ruled_out: str, described: Sought) -> NDArray[np.float32]:
        noun = noun_of(ruled_out)
        return push(self._cosines(ruled_out), self._listing.cosines(described), self._cosines(noun) if noun else None)

    def _cosines(self, text: str) -> NDArray[np.float32]:
        return self._listing.cosines(self._embeddings.of_text(text))
