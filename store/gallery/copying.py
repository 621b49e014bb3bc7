"""A gallery copied from one store to another, with its embeddings: nothing is encoded again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from . import exclusions, folders, put_aside, written

if TYPE_CHECKING:
    from ...contracts import Store

_BATCH = 500
_BESIDE = (folders.FILE, exclusions.FILE, written.FILE, put_aside.FILE)


def copy_gallery(name: str, source: Store, target: Store, advance: Callable[[int], object] = lambda count: None) -> int:
    """Copy what the target does not have, or has otherwise; what it has beyond that stays. Returns how many pictures were copied.

    One that was killed goes on with what is missing. Raises GalleryError, also where the target's was made by another encoder.
    """
    info, copied = source.describe(name), 0
    with (
        source.write(name, info.fingerprint, info.dimension) as old,
        target.write(name, info.fingerprint, info.dimension, info.profile) as new,
    ):
        there = new.records()
        missing = [id_ for id_, record in old.records().items() if there.get(id_) != record]
        for start in range(0, len(missing), _BATCH):
            rows = old.rows(missing[start : start + _BATCH])
            new.add(rows)
            copied += len(rows)
            advance(len(rows))
        for file in _BESIDE:
            if not (new.cache / file).exists():
                with suppress(FileNotFoundError):
                    shutil.copy2(old.cache / file, new.cache / file)
        if info.revision and not old.lost:  # otherwise its indexing has not come to its end
            new.complete()
    return copied
