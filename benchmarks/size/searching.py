"""What a person waits for in a gallery: opening it, and each page. Run in a process of its own, whose time and memory are its alone."""

from __future__ import annotations

import resource
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ...contracts import PAGE
from ...store.gallery.chroma import ChromaStore
from ...tools.fusion import FUSIONS, fused_among
from ...tools.search import Search
from .synthetic import SyntheticEncoder, name_of

if TYPE_CHECKING:
    from ...tools.fusion import Result

ROUNDS = 4  # of a conversation


def forget(home: Path, count: int) -> None:
    """What was worked out from a gallery is gone, as when it was just indexed."""
    shutil.rmtree(home / name_of(count) / "matrix", ignore_errors=True)


def opened(home: Path, count: int) -> tuple[Search, dict[str, float]]:
    """A search in the gallery, ready for a page, and how long that took: reading it, and its hubs."""
    ChromaStore(home).names()
    import chromadb  # noqa: F401  # not what is measured

    before, worked = time.perf_counter(), time.process_time()
    search = Search.open(ChromaStore(home), name_of(count), SyntheticEncoder())
    read = time.perf_counter()
    _ = search.hubs
    ended = time.perf_counter()
    return search, {"opening": ended - before, "hubs": ended - read, "processor": time.process_time() - worked}


def pages(search: Search, conversations: int) -> tuple[list[float], list[float]]:
    """Milliseconds, and of the processor, of each page of so many conversations: two lists, hubs, the rounds before, what was shown."""
    walls, works = [], []
    with TemporaryDirectory() as folder:
        for number in range(conversations):
            earlier: list[tuple[str, str | None]] = []
            shown: list[str] = []
            for round_number in range(ROUNDS):
                asked = (f"conversation {number}, round {round_number}", _painting(Path(folder), number * ROUNDS + round_number))
                before, worked = time.perf_counter(), time.process_time()
                page = _page(search, *asked, shown, earlier)
                walls.append(1000 * (time.perf_counter() - before))
                works.append(1000 * (time.process_time() - worked))
                earlier.append(asked)
                shown += [result["id"] for result in page]
    return walls, works


def exact(search: Search, queries: int) -> int:
    """Of so many first pages with a painting, how many have the ids that scoring every picture exactly gives, in that order."""
    same = 0
    with TemporaryDirectory() as folder:
        for number in range(queries):
            asked = (f"query {number}", _painting(Path(folder), number))
            scores = search.scores(*asked, dialog_num=7, image_num=3, round_number=0, hubs=True)
            wanted = search.results(FUSIONS.named("newest").fuse(scores), scores)
            same += [result["id"] for result in _page(search, *asked, [], [])] == [result["id"] for result in wanted]
    return same


def memory(home: Path) -> dict[str, float]:
    """Megabytes that this process holds, without what it has mapped of the gallery's files; and the most it ever held, with them."""
    mapped, whole, inside = 0, 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        first, *rest = line.split()
        if "-" in first and not first.endswith(":"):
            inside = line.endswith(".npy") or str(home) in line
        elif first == "Rss:":
            whole += int(rest[0])
            mapped += int(rest[0]) * inside
    return {"beside": (whole - mapped) / 1024, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _page(search: Search, text: str, painting: str, shown: list[str], earlier: list[tuple[str, str | None]]) -> list[Result]:
    newest, number = FUSIONS.named("newest"), len(earlier)
    head = (newest, PAGE)
    scores = search.scores(
        text, painting, dialog_num=7, image_num=3, round_number=number, shown=shown, before=earlier, hubs=True, head=head
    )
    page = search.results(fused_among(newest.fuse, scores), scores)
    assert len(page) == PAGE and all(search.record(result["id"]).caption for result in page)
    return page


def _painting(folder: Path, number: int) -> str:
    path = folder / f"{number}.png"
    Image.fromarray(np.full((8, 8, 3), [number >> place & 255 for place in (0, 8, 16)], dtype=np.uint8)).save(path)
    return str(path)


def measured(what: str, home: Path, count: int, queries: int) -> dict[str, Any]:
    """``what``: "first", "later", or "pages"."""
    if what == "first":
        forget(home, count)
        _, took = opened(home, count)
        return {"first": took, "memory_first": memory(home)}
    before = memory(home)["beside"]
    search, took = opened(home, count)
    if what == "later":
        return {"later": took}
    walls, works = pages(search, max(5, min(50, queries)))
    held = memory(home)
    return {
        "page": {"p50": float(np.percentile(walls, 50)), "p95": float(np.percentile(walls, 95)), "processor": float(np.median(works))},
        "memory": {"beside": held["beside"], "before": before},
        "exact": exact(search, queries),
        "queries": queries,
    }


if __name__ == "__main__":
    import json

    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
