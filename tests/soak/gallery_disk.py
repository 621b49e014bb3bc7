"""A disk that fills up while a gallery is written, at any size; with room made, the same command goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dir_tir.errors import DiskFullError
from dir_tir.store.gallery.catalogue import export
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.vectors import load_vectors
from small_disks import mounted, resize

from .case import Case, Fault, Outcome, Part
from .indexing_kills import MORE, drawn_pictures, filled, finished, in_child


@contextmanager
def opened(folder: Path) -> Iterator[Case]:
    """A small disk in memory for each case. Where none can be mounted, cases say so and try nothing."""
    sources = drawn_pictures(folder / "pictures")[:MORE]

    def case(number: int, chance: random.Random) -> Outcome:
        disk = folder / f"disk-{number}"
        with mounted(disk, f"{chance.randrange(4, 900)}k") as there:
            if not there:
                return Outcome("skipped: no disk can be mounted here")
            faults = [*in_child(lambda: _fill(disk, sources, chance.choice((1, 5, 60))))]
            full = [fault for fault in faults if fault.what == "full"]
            faults = [fault for fault in faults if fault.what != "full"]
            resize(disk, "64m")
            faults += in_child(lambda: finished(ChromaStore(disk), sources))
            return Outcome("full" if full else "room enough", tuple(faults))

    def _fill(disk: Path, sources: list, batch: int) -> list[Fault]:  # type: ignore[type-arg]
        try:
            filled(ChromaStore(disk), sources, batch)
            with ChromaStore(disk).open("g") as gallery:
                load_vectors(gallery)
                export(gallery, disk / "out")
        except DiskFullError:
            return [Fault("escaped", "full")]
        return []

    yield case


PART = Part("gallery-disk", "a full disk while a gallery is written", 60, 2, opened)
