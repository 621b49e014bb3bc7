"""The lists of one gallery: how near its pictures are to what is sought, all of them or those that can be in the head of an order."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...contracts import PAGE
from ...store.mapped import picked
from ..fusion import Scale, Scales, Scores
from ..fusion.order import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ...contracts import ResultOrigin
    from ...store.gallery.compact import Compact
    from ...store.gallery.vectors import Vectors
    from ..fusion import Fusion

DISLIKED = -0.4  # of likeness to what is to be kept away from, beside 1 for the text; measured in docs/log/2026-11-24-marks.md
_KEPT = 32 << 20  # bytes of scores: a round asks for those of its description twice, and for those of the rounds before


class Sought(NamedTuple):
    """What a list is ordered by: how near pictures are to one vector, (d,), and where something is disliked, how near to another."""

    key: tuple[str, str] | None  # by which scores of `near` are remembered
    near: NDArray[np.float32]
    away: NDArray[np.float32] | None = None


class Listing:
    """Of a large gallery, means and spreads are known without scoring it (`store/gallery/compact.py`); of another they come from the
    scores."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._scored: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    @property
    def compact(self) -> Compact | None:
        """What finds the head of an order; nothing where all pictures are scored."""
        return self._vectors.compact

    def kept(self, key: tuple[str, str], score: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """A number for every picture, (n,), of the last ones asked for without working them out again. Not to be written into."""
        with self._lock:
            if key in self._scored:
                self._scored.move_to_end(key)
                return self._scored[key]
        found = score()
        found.flags.writeable = False
        with self._lock:
            self._scored[key] = found
            while len(self._scored) > 1 and len(self._scored) * found.nbytes > _KEPT:
                self._scored.popitem(last=False)
        return found

    def cosines(self, sought: Sought, rows: NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """How near pictures are to what a list is near to: those of these rows, or all. Not to be written into."""
        if rows is None:
            every = partial(cosines, self._vectors.images, sought.near)
            return self.kept(sought.key, every) if sought.key else every()
        with self._lock:
            known = self._scored.get(sought.key) if sought.key else None
        return cosines(picked(self._vectors.images, rows), sought.near) if known is None else known[rows]

    def scores(self, sought: Sought, rows: NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """A list: the cosines, and 0.4 of the likeness to what is disliked taken from them. Not to be written into.

        Pictures are more alike than a picture and a text, so the likeness is first brought to the spread that the cosines have over the
        gallery, as in Rocchio's relevance feedback.
        """
        by = self.cosines(sought, rows)
        if sought.away is None:
            return by
        likeness = self.cosines(Sought(None, sought.away), rows)
        return by + DISLIKED * likeness * (self._ratio(sought, self.compact) if self.compact else spread(by) / spread(likeness))

    def scored(
        self,
        lists: Sequence[Mapping[ResultOrigin, Sought]],
        added: NDArray[np.float32] | None,
        shown: NDArray[np.bool_],
        among: NDArray[np.bool_] | None,
        head: tuple[Fusion, int] | None,
        *,
        dialog_num: int = PAGE,
        image_num: int = 0,
        round_number: int = 0,
    ) -> Scores:
        """The lists of this round, then those of the rounds before it, for a fusion: with what is ``added`` to each, (n,), which pictures
        were ``shown``, (n,), and which a filter lets through, (n,). ``head``: see `Search.scores`."""
        scales = self.scales(lists, added)
        passed = shown if among is None else shown | ~among
        rows = self.shortlist(*head, lists, scales, round_number, added, passed) if head and scales else None
        now, *before = [{origin: self.scores(sought, rows) for origin, sought in each.items()} for each in lists]
        some = slice(None) if rows is None else rows
        return Scores(
            text=self.cosines(lists[0]["dialog"], rows),
            dialog=now["dialog"],
            image=now.get("image"),
            shown=shown[some],
            dialog_num=dialog_num,
            image_num=image_num,
            round_number=round_number,
            added=None if added is None else added[some],
            before=tuple(before),
            scales=scales,
            rows=rows,
            among=None if among is None else among[some],
        )

    def scales(self, lists: Sequence[Mapping[ResultOrigin, Sought]], added: NDArray[np.float32] | None = None) -> Scales | None:
        """Mean and spread over the gallery of each list, and the mean of what is ``added``, (n,); nothing where only scores tell."""
        if not (compact := self.compact):
            return None
        scales = ({origin: Scale(*compact.scale(self._whole(sought, compact))) for origin, sought in each.items()} for each in lists)
        return Scales(tuple(scales), 0.0 if added is None else float(added.mean()))

    def shortlist(
        self,
        fusion: Fusion,
        count: int,
        lists: Sequence[Mapping[ResultOrigin, Sought]],
        scales: Scales,
        round_number: int = 0,
        added: NDArray[np.float32] | None = None,
        passed: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.intp] | None:
        """The rows, ascending, that can be among the first ``count`` of a fusion's order of these lists, with what is ``added`` to each,
        (n,); what is ``passed`` over, (n,), counts for nothing. None where that is not to be known without scoring every picture."""
        compact, left = self.compact, len(self._vectors.images) - (0 if passed is None else int(passed.sum()))
        if compact is None or fusion.sums is None or left < max(count, PAGE):
            return None
        found = []
        for weights, weight in fusion.sums(scales, round_number):
            terms = [(each[origin], part) for each, parts in zip(lists, weights, strict=False) for origin, part in parts.items()]
            vector = np.sum([part * self._whole(sought, compact).astype(np.float64) for sought, part in terms], axis=0)
            size = sum(abs(part) * self._size(sought, compact) for sought, part in terms)
            more = None if added is None else np.float32(weight) * added
            rows = compact.head(self._vectors.images, vector, size, max(count, PAGE), more, passed)
            if rows is None:
                return None
            found.append(rows)
        return np.unique(np.concatenate(found))

    @staticmethod
    def _ratio(sought: Sought, compact: Compact) -> float:
        return 1.0 if sought.away is None else compact.scale(sought.near)[1] / compact.scale(sought.away)[1]

    def _whole(self, sought: Sought, compact: Compact) -> NDArray[np.float32]:
        """The vector, (d,), whose products with the pictures are the scores of a list."""
        return sought.near if sought.away is None else sought.near + np.float32(DISLIKED * self._ratio(sought, compact)) * sought.away

    def _size(self, sought: Sought, compact: Compact) -> float:
        """The lengths of what it is made of, together."""
        away = 0.0 if sought.away is None else float(np.linalg.norm(sought.away))
        return float(np.linalg.norm(sought.near)) + abs(DISLIKED) * self._ratio(sought, compact) * away


def cosines(images: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the rows of (n, d) with (d,), all of unit length: (n,). The same row gives the same number wherever it stands, so that equal
    pictures have equal scores; with ``images @ vector`` the last digit depends on the place."""
    found: NDArray[np.float32] = np.einsum("nd,d->n", images, vector)
    return found
