"""Section 2.4 of the paper: one page of results from the lists of the two refiners."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ..contracts import ResultOrigin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..contracts import Hit


class Result(TypedDict):
    """One picture of the merged page, and which refiner's list it came from."""

    id: str
    score: float
    source: ResultOrigin


def merge_results(
    dialog: Sequence[Hit], image: Sequence[Hit], dialog_num: int, image_num: int, exclude: Collection[str] = frozenset()
) -> list[Result]:
    """dialog_num + image_num different pictures (equation 1): the head of the dialog list, then of the image list what is not there yet.

    The dialog list fills up what the image list leaves short. Pictures in `exclude` (shown before and missed) are passed over,
    and come back only when nothing else is left. Fewer results than asked for means that both lists are exhausted.
    """
    page: dict[str, Result] = {}

    def take(hits: Iterable[Hit], source: ResultOrigin, until: int) -> None:
        for hit in hits:
            if len(page) >= until:
                return
            page.setdefault(hit["id"], {"id": hit["id"], "score": hit["score"], "source": source})

    def unseen(hits: Sequence[Hit]) -> Iterable[Hit]:
        return (hit for hit in hits if hit["id"] not in exclude)

    size = dialog_num + image_num
    take(unseen(dialog), "dialog", dialog_num)
    take(unseen(image), "image", len(page) + image_num)
    take(chain(unseen(dialog), dialog), "dialog", size)
    return list(page.values())
