"""Places of the page shared out between the two lists: equation 1 of the paper."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ...contracts import PAGE
from .order import first
from .scores import Fused, Sum

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from ...contracts import ResultOrigin
    from .scores import Scales, Scores


def slots(scores: Scores) -> Fused:
    """Equation 1: so many places for the head of the dialog's list, then so many for what the painting's list adds to it; the dialog fills
    up what is left. After the page comes the dialog's order. Each result is wholly of the list that it was taken from.

    What was shown before comes back only when nothing else is left.
    """
    import numpy as np

    unseen = ~scores.shown
    lists = scores.lists()
    dialog = first(lists["dialog"], PAGE, unseen)
    image = first(lists["image"], PAGE, unseen) if "image" in lists else ()
    page: dict[int, ResultOrigin] = {}

    def take(rows: Iterable[np.intp], origin: ResultOrigin, until: int) -> None:
        for row in rows:
            if len(page) >= until:
                return
            page.setdefault(int(row), origin)

    take(dialog, "dialog", scores.dialog_num)
    take(image, "image", len(page) + scores.image_num)
    take(chain(dialog, first(lists["dialog"], PAGE)), "dialog", scores.dialog_num + scores.image_num)
    return Fused(np.array(list(page), dtype=np.intp), tuple({origin: 1.0} for origin in page.values()), lists["dialog"], scores.shown)


def sums_of_slots(scales: Scales, round_number: int) -> list[Sum]:
    """Each list by itself."""
    return [Sum([{origin: 1.0}], scale.spread) for origin, scale in scales.lists[0].items()]
