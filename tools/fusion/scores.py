"""What a fusion is given and what it makes of it, and the table of fusions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, NotRequired

from typing_extensions import TypedDict

from ...contracts import PAGE, ResultOrigin
from ...registry import Registry
from .order import best_first, first, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

HUB_WEIGHT = 0.8  # of a hub, in standard deviations of the scores that it is taken from
Lists = dict[ResultOrigin, "NDArray[np.float32]"]  # (n,) scores by the refiner that they are of
Shares = dict[ResultOrigin, float]  # of each list in a result: not below 0, 1 together


class Result(TypedDict):
    """One picture of the merged page, and which refiner's list it came from."""

    id: str
    score: float
    source: ResultOrigin  # the list with the largest share
    shares: NotRequired[Shares]  # results of before have none


class Scale(NamedTuple):
    """Of a list over the whole gallery."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Scales:
    """What the scores of the whole gallery are like, known without scoring it (`store/gallery/compact.py`)."""

    lists: tuple[Mapping[ResultOrigin, Scale], ...]  # of this round, then of those before
    added: float = 0.0  # mean of what is added to every list


@dataclass(frozen=True)
class Scores:
    """What a round knows of each of the gallery's n pictures; row i is the picture with the i-th id. Higher is better.

    Of a large gallery it may be the head alone of some order: then n is fewer, ``rows`` says which they are, and the scales are those of
    all pictures all the same.
    """

    text: NDArray[np.float32]  # (n,) cosines with the description
    dialog: NDArray[np.float32]  # (n,) the same, with the results that the user marked worked in; without marks it is `text`
    image: NDArray[np.float32] | None  # (n,) cosines with the painting; None where nothing was painted
    shown: NDArray[np.bool_]  # (n,) to be passed over: shown before and missed
    dialog_num: int  # places of the dialog on the page
    image_num: int  # places of the painting; the two add up to PAGE
    round_number: int  # from 0, the first search
    added: NDArray[np.float32] | None = None  # (n,) to every list, in standard deviations of it: hubs, clicks, what is ruled out
    before: tuple[Lists, ...] = ()  # what the rounds before this one had, oldest first; only a fusion that looks back needs it
    scales: Scales | None = None  # None: they are worked out from the scores
    rows: NDArray[np.intp] | None = None  # (n,) of the gallery, ascending; None: all of them
    among: NDArray[np.bool_] | None = None  # (n,) which pictures a filter lets through; None: all

    def moved(self, by: NDArray[np.float32]) -> Scores:
        """The same with ``by``, (n,), added to every list, in standard deviations of the list."""
        scales = self.scales and replace(self.scales, added=self.scales.added + float(by.mean()))
        return replace(self, added=by if self.added is None else self.added + by, scales=scales)

    def corrected(self, hubs: NDArray[np.float32]) -> Scores:
        """The same less 0.8 of the hubs, (n,), in every list (`store/gallery/hubs.py`)."""
        return self.moved(-HUB_WEIGHT * hubs)

    def plain(self) -> Lists:
        """The lists that there are, the dialog's first, without what is added."""
        return {"dialog": self.dialog} if self.image is None else {"dialog": self.dialog, "image": self.image}

    def lists(self) -> Lists:
        """The lists that there are, the dialog's first, with what is added."""
        if self.added is None:
            return self.plain()
        return {origin: by + self.spread(origin, by) * self.added for origin, by in self.plain().items()}

    def best(self, limit: int) -> NDArray[np.intp]:
        """The first of the dialog's list, best first, of the pictures that a filter lets through."""
        return first(self.lists()["dialog"], limit, self.among)

    def in_gallery(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Where pictures of these scores stand in the gallery."""
        return rows if self.rows is None else self.rows[rows]

    def spread(self, origin: ResultOrigin, by: NDArray[np.float32]) -> float:
        """The standard deviation over the gallery of a list of this round, ``by``."""
        return self.scales.lists[0][origin].spread if self.scales else spread(by)

    def means(self) -> Mapping[ResultOrigin, float] | None:
        """Those of `lists` over the gallery, where they are known without scoring it."""
        if not self.scales:
            return None
        return {origin: scale.mean + scale.spread * self.scales.added for origin, scale in self.scales.lists[0].items()}


@dataclass(frozen=True)
class Fused:
    """An order of the whole gallery: the page, then what was not shown before, then what was, both by ``after``; ties go to the smaller
    row, which is the smaller id."""

    page: NDArray[np.intp]  # rows, best first; PAGE of them, or all where the gallery is smaller
    shares: tuple[Shares, ...]  # of each picture of the page
    after: NDArray[np.float32]  # (n,)
    shown: NDArray[np.bool_]  # (n,)
    shares_of_others: Callable[[NDArray[np.intp]], tuple[Shares, ...]] | None = None  # of rows off the page; None: all the dialog's
    among: NDArray[np.bool_] | None = None  # (n,) which pictures a filter lets through; no other is in the order
    rows: NDArray[np.intp] | None = None  # as of the scores: of a large gallery, this may be the head alone of its order

    def in_gallery(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Where pictures of this order stand in the gallery."""
        return rows if self.rows is None else self.rows[rows]

    @property
    def origins(self) -> tuple[ResultOrigin, ...]:
        """Of each picture of the page, the list that has the largest share in it; of equal ones the dialog's."""
        return tuple(max(shares, key=lambda origin: shares[origin]) for shares in self.shares)

    def rank(self, row: int) -> int:
        """Where a picture stands, from 1."""
        if len(at := (self.page == row).nonzero()[0]):
            return int(at[0]) + 1
        before = best_first(self.after, row) & (~self.shown if not self.shown[row] else self.shown)
        if self.shown[row]:
            before |= ~self.shown
        before[self.page] = True
        return int(before.sum()) + 1

    def head(self, count: int) -> NDArray[np.intp]:
        """The first ``count`` rows, best first, of those that were not shown before."""
        import numpy as np

        page = self.page[~self.shown[self.page]][:count]
        rest = ~self.shown
        rest[page] = False
        return np.concatenate([page, first(self.after, count - len(page), rest)]) if len(page) < count else page

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """(n,) every row, best first; of a filter those that it lets through."""
        import numpy as np

        rest = np.ones(len(self.after), dtype=np.bool_) if self.among is None else self.among.copy()
        rest[self.page] = False
        parts = (first(self.after, len(self.after), rest & which) for which in (~self.shown, self.shown))
        return np.concatenate([self.page, *parts])


class Sum(NamedTuple):
    """Lists added: what each counts for, of this round and of those before, and what is added to every list."""

    weights: Sequence[Mapping[ResultOrigin, float]]
    added: float


@dataclass(frozen=True)
class Fusion:
    """A way to make one order of the two lists.

    ``sums``: of which sums of the lists the head holds every picture that can be in the head of the order, given the scales and the number
    of the round. With it the page of a large gallery is made of a few of its pictures; without it all of them are scored.
    """

    label: str  # in legends and help texts
    fuse: Callable[[Scores], Fused]
    looks_back: bool = False  # needs what the rounds before had
    sums: Callable[[Scales, int], Sequence[Sum]] | None = None


FUSIONS: Registry[Fusion] = Registry("fusion", "dir_tir.fusions")


def ordered(
    scores: Scores,
    by: NDArray[np.float32],
    parts: Mapping[ResultOrigin, NDArray[np.float32]] | None = None,
    means: Mapping[ResultOrigin, float] | None = None,
) -> Fused:
    """The gallery by one score, (n,), what was shown before last.

    ``parts``: of each list what it adds to that score, (n,), whatever it adds to all alike left out of account. A list's share in a result
    is its part of what lies above the gallery's mean; a list that lies below has none. Without parts the lists as they are. ``means`` of
    the parts over the gallery, where they are known.
    """
    import numpy as np

    unseen = first(by, PAGE, ~scores.shown)
    page = np.concatenate([unseen, first(by, PAGE - len(unseen), scores.shown)])
    added = parts or scores.lists()
    middle = means or {origin: part.mean() for origin, part in added.items()}

    def shares(rows: NDArray[np.intp]) -> tuple[Shares, ...]:
        above = {origin: (part[rows] - middle[origin]).tolist() for origin, part in added.items()}
        return tuple(shares_of(dict(zip(above, each, strict=True))) for each in zip(*above.values(), strict=True))

    return Fused(page, shares(page), by, scores.shown, shares)


def shares_of(parts: Mapping[ResultOrigin, float]) -> Shares:
    """Numbers as shares of their sum, those below 0 as nothing; where none is above 0, all comes from the largest."""
    above = {origin: part if part > 0 else 0.0 for origin, part in parts.items()}
    total = sum(above.values())
    if total > 0:
        return {origin: part / total for origin, part in above.items()}
    largest = max(parts, key=lambda origin: parts[origin])
    return {origin: float(origin == largest) for origin in parts}
