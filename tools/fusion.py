"""Section 2.4 of the paper: one order of the gallery, and its first page, from the scores of the two refiners.

A fusion is a pure function of the scores of every picture. Conversations (``Config.fusion``), ``--fusion``, evaluation, report and curves
know those that are registered here by name. Another package adds one by an entry point of the group ``dir_tir.fusions``:

    FUSIONS.add("halves", Fusion("half and half", lambda scores: ordered(scores, (scores.dialog + scores.image) / 2)))

The names are read for every ``--help``, so numpy is imported where something is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ..contracts import PAGE, ResultOrigin
from ..registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


class Result(TypedDict):
    """One picture of the merged page, and which refiner's list it came from."""

    id: str
    score: float
    source: ResultOrigin


@dataclass(frozen=True)
class Scores:
    """What a round knows of each of the gallery's n pictures; row i is the picture with the i-th id. Higher is better."""

    text: NDArray[np.float32]  # (n,) cosines with the description
    dialog: NDArray[np.float32]  # (n,) the same, with the results that the user marked worked in; without marks it is `text`
    image: NDArray[np.float32] | None  # (n,) cosines with the painting; None where nothing was painted
    shown: NDArray[np.bool_]  # (n,) shown before and missed, to be passed over
    dialog_num: int  # places of the dialog on the page
    image_num: int  # places of the painting; the two add up to PAGE
    round_number: int  # from 0, the first search


@dataclass(frozen=True)
class Fused:
    """An order of the whole gallery: the page first, then everything else by ``after``; ties go to the smaller row, which is the
    smaller id."""

    page: NDArray[np.intp]  # rows, best first; PAGE of them, or all where the gallery is smaller
    origins: tuple[ResultOrigin, ...]  # of each picture of the page
    after: NDArray[np.float32]  # (n,)

    def rank(self, row: int) -> int:
        """Where a picture stands, from 1."""
        if len(at := (self.page == row).nonzero()[0]):
            return int(at[0]) + 1
        return len(self.page) + place(self.after, row) - int(sum(_before(self.after, other, row) for other in self.page))

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """(n,) every row, best first."""
        import numpy as np

        rows = first(self.after, len(self.after))
        return np.concatenate([self.page, rows[~np.isin(rows, self.page)]])


@dataclass(frozen=True)
class Fusion:
    """A way to make one order of the two lists."""

    label: str  # in legends and help texts
    fuse: Callable[[Scores], Fused]


FUSIONS: Registry[Fusion] = Registry("fusion", "dir_tir.fusions")


def slots(scores: Scores) -> Fused:
    """Equation 1: so many places for the head of the dialog's list, then so many for what the painting's list adds to it; the dialog fills
    up what is left. After the page comes the dialog's order.

    What was shown before comes back only when nothing else is left.
    """
    import numpy as np

    unseen = ~scores.shown
    dialog = first(scores.dialog, PAGE, unseen)
    image = first(scores.image, PAGE, unseen) if scores.image is not None else ()
    page: dict[int, ResultOrigin] = {}

    def take(rows: Iterable[np.intp], origin: ResultOrigin, until: int) -> None:
        for row in rows:
            if len(page) >= until:
                return
            page.setdefault(int(row), origin)

    take(dialog, "dialog", scores.dialog_num)
    take(image, "image", len(page) + scores.image_num)
    take(chain(dialog, first(scores.dialog, PAGE)), "dialog", scores.dialog_num + scores.image_num)
    return Fused(np.array(list(page), dtype=np.intp), tuple(page.values()), scores.dialog)


def dar(scores: Scores) -> Fused:
    """DAR's fixed weights: the scores are added, the text's weighing 0.8 in the first two rounds and half afterwards."""
    if scores.image is None:
        return ordered(scores, scores.dialog)
    share = 0.8 if scores.round_number <= 2 else 0.5
    return ordered(scores, share * scores.dialog + (1 - share) * scores.image)


FUSIONS.add("slots", Fusion("places shared out", slots))
FUSIONS.add("dar", Fusion("scores added (DAR)", dar))


def ordered(scores: Scores, by: NDArray[np.float32]) -> Fused:
    """The gallery by one score, (n,), what was shown before last on the page. A picture of the page came from the list in which it stands
    higher."""
    import numpy as np

    unseen = first(by, PAGE, ~scores.shown)
    page = np.concatenate([unseen, first(by, PAGE - len(unseen), scores.shown)])
    return Fused(page, tuple(_origin(scores, int(row)) for row in page), by)


def first(by: NDArray[np.float32], limit: int, among: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """The rows with the ``limit`` highest of (n,) scores, best first, ties by row; of all rows or of those ``among`` them, (n,)."""
    import numpy as np

    rows = np.arange(len(by)) if among is None else np.flatnonzero(among)
    if 0 < limit < len(rows):  # those that can be among the first: the others need no order
        keys = -by[rows]
        rows = rows[keys <= np.partition(keys, limit - 1)[limit - 1]]
    found: NDArray[np.intp] = rows[np.argsort(-by[rows], kind="stable")][:limit]
    return found


def place(by: NDArray[np.float32], row: int) -> int:
    """Where a row stands among (n,) scores, from 1."""
    return 1 + int((by > by[row]).sum()) + int((by[:row] == by[row]).sum())


def _before(by: NDArray[np.float32], one: int, other: int) -> bool:
    return bool(by[one] > by[other] or (by[one] == by[other] and one < other))


def _origin(scores: Scores, row: int) -> ResultOrigin:
    return "image" if scores.image is not None and place(scores.image, row) < place(scores.dialog, row) else "dialog"
