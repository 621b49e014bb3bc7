"""What a page of results costs, and what hubs cost once, by the size of the gallery.

    python -m dir_tir.benchmarks.ranking --sizes 2000,20000,100000

Random unit vectors: how long a ranking takes does not depend on what is in them. A line of JSON for each size.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..store.gallery.hubs import from_bank, from_crowding
from ..tools.fusion import FUSIONS, PAGE, Scores, first
from ..tools.search.listing import cosines

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_CAPTIONS = 5000  # in the bank
_ROUND = 10  # the round of the page: a fusion that looks back has as many to look at
_TIMES = 15


def measure_ranking(size: int, dimension: int = 512, seed: int = 0) -> dict[str, float]:
    """Seconds for hubs; milliseconds, the median of 15, for one ranking with and without them, and for a page of both lists by each fusion,
    with hubs corrected and a hundred pictures passed over."""
    rng = np.random.default_rng(seed)
    images, bank = _unit(rng.normal(size=(size, dimension))), _unit(rng.normal(size=(_CAPTIONS, dimension)))
    texts, paintings = (_unit(rng.normal(size=(_ROUND + 1, dimension))) for _ in range(2))
    measured = {"pictures": float(size)}
    for way, work in (("bank", partial(from_bank, images, bank)), ("crowding", partial(from_crowding, images))):
        begun = time.perf_counter()
        hubs = work()
        measured[f"hubs from {way}, s"] = time.perf_counter() - begun
    shown = np.zeros(size, dtype=np.bool_)
    shown[rng.choice(size, min(_ROUND * PAGE, size // 2), replace=False)] = True

    def scores(number: int, before: tuple[Any, ...] = (), *, painted: bool = True) -> Scores:
        by_text = cosines(images, texts[number])
        by_image = cosines(images, paintings[number]) if painted else None
        return Scores(by_text, by_text, by_image, shown, 7, 3, number, before=before)

    def ranking(*, corrected: bool) -> None:
        one = scores(_ROUND, painted=False)
        first((one.corrected(hubs) if corrected else one).lists()["dialog"], PAGE)

    before = tuple(scores(number).plain() for number in range(_ROUND))  # these are kept from the rounds before
    measured["ranking, ms"] = _median(partial(ranking, corrected=False))
    measured["ranking with hubs, ms"] = _median(partial(ranking, corrected=True))
    for name, fusion in FUSIONS.items():
        looked_at = before if fusion.looks_back else ()
        measured[f"page by {name}, ms"] = _median(lambda fuse=fusion.fuse, past=looked_at: fuse(scores(_ROUND, past).corrected(hubs)))  # type: ignore[misc]
    return measured


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


def _unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="2000,20000,100000")
    parser.add_argument("--dimension", type=int, default=512)
    options = parser.parse_args()
    for size in options.sizes.split(","):
        print(json.dumps({name: round(value, 3) for name, value in measure_ranking(int(size), options.dimension).items()}), flush=True)


if __name__ == "__main__":
    main()
