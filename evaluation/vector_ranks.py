"""Every fusion on score vectors: as it is, with hubs corrected, with what was shown passed over, and with clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..contracts import PAGE
from ..tools.fusion import FUSIONS, Fused, Scores, place
from ..tools.search.clicks import evidence
from ..tools.search.listing import cosines
from .methods import HUBS, PAGING, PASSING, RAW
from .ranking import Fuse, paging, ranks_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .metrics import Ranks
    from .vectors import VectorSet

CLICKS = "+clicks"
NOISE = 0.05  # standard deviation of what whoever clicks errs by, in cosines
_DIALOG, _IMAGE = 7, 3  # the paper's places


def ranks_on(vectors: VectorSet, hubs: NDArray[np.float32], seed: int = 0, advance: Callable[[], None] = lambda: None) -> dict[str, Ranks]:
    """Name → ranks, (queries, rounds). A name is that of a fusion (or `drm`, the description alone; `zs`, the raw dialogue; `paging`) and
    what is added to it: ``+hubs``, ``+exclude-shown``, ``+clicks``.

    Clicks are on the picture of a page that is nearest to the target by the cosine of the pictures, with normal noise of 0.05; whoever
    clicks passes over what was shown. The noise of a query is the same for every method.
    """
    found: dict[str, list[list[int]]] = {}
    for number in range(len(vectors.texts)):
        for name, ranks in _of_query(vectors, hubs, number, seed):
            found.setdefault(name, []).append(ranks)
        advance()
    return {name: np.array(rows) for name, rows in found.items()}


def _of_query(vectors: VectorSet, hubs: NDArray[np.float32], number: int, seed: int) -> Iterator[tuple[str, list[int]]]:
    target = int(vectors.targets[number])
    rounds = _rounds(vectors, vectors.texts[number], None if vectors.paintings is None else vectors.paintings[number])
    raw = [] if vectors.dialogues is None else _rounds(vectors, vectors.dialogues[number], None)
    for name, fuse, whole in _bases(rounds, raw):
        for suffix, some in (("", whole), (HUBS, [scores.corrected(hubs) for scores in whole])):
            yield name + suffix, ranks_over(some, target, fuse, passing_over=False)
            yield name + suffix + PASSING, ranks_over(some, target, fuse, passing_over=True)
            click = partial(_click, vectors.images, target, np.random.default_rng([seed, number]))
            yield name + suffix + PASSING + CLICKS, ranks_over(some, target, fuse, passing_over=True, click=click)
    for suffix, first in (("", rounds[0]), (HUBS, rounds[0].corrected(hubs))):
        yield PAGING + suffix, paging(place(first.lists()["dialog"], target), len(rounds))


def _bases(rounds: list[Scores], raw: list[Scores]) -> Iterator[tuple[str, Fuse, list[Scores]]]:
    for name, fusion in FUSIONS.items():
        yield name, fusion.fuse, rounds if fusion.looks_back else [replace(scores, before=()) for scores in rounds]
    yield "drm", _alone, [replace(scores, before=()) for scores in rounds]
    if raw:
        yield RAW, _alone, [replace(scores, before=()) for scores in raw]


def _alone(scores: Scores) -> Fused:
    """The description without the painting."""
    return FUSIONS["slots"].fuse(replace(scores, image=None, dialog_num=PAGE, image_num=0))


def _rounds(vectors: VectorSet, texts: NDArray[np.float32], paintings: NDArray[np.float32] | None) -> list[Scores]:
    by_text = _cosines(vectors.images, texts)
    by_image = None if paintings is None else _cosines(vectors.images, paintings)
    nothing = np.zeros(len(vectors.images), dtype=np.bool_)
    rounds: list[Scores] = []
    for number, text in enumerate(by_text):
        painted = number > 0 and paintings is not None and paintings[number].any()  # nothing is painted before the first search
        image = by_image[number] if by_image is not None and painted else None
        before = tuple(scores.plain() for scores in rounds)
        rounds.append(Scores(text, text, image, nothing, _DIALOG, _IMAGE, number, before=before))
    return rounds


def _click(images: NDArray[np.float32], target: int, chance: np.random.Generator, page: NDArray[np.intp]) -> NDArray[np.float32]:
    likeness = _cosines(images, images[page])
    return evidence(likeness, int((likeness[:, target] + chance.normal(0, NOISE, len(page))).argmax()))


def _cosines(images: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(k, n), a row for each vector."""
    return np.stack([cosines(images, vector) for vector in vectors])
