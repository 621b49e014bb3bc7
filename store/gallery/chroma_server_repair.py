"""A gallery of Chroma's server made whole, with what this machine has kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...contracts import PictureRecord, Repaired, Row
from .chroma_server_gallery import WritableServerGallery, is_unit

if TYPE_CHECKING:
    from .vectors import Kept

_BATCH = 500


def made_whole(gallery: WritableServerGallery, found: Sequence[str], kept: Kept | None, *, anew: bool) -> Repaired:
    """Give pictures back what they have lost; what is in no place is forgotten, and named.

    found: what was wrong. anew: the gallery was gone, and all of it comes from what was kept.
    """
    rows, gone, dimension = [], [], gallery.info.dimension
    if anew and kept:
        lacking: list[tuple[PictureRecord, Any, list[Any]]] = [(one, None, [None] * len(one.captions)) for one in kept.records.values()]
    else:
        lacking = gallery.incomplete()
    for record, image, said in lacking:
        known = (kept.vectors_of(record) if kept else None) or (None, None)
        image, *said = (
            vector if is_unit(vector, dimension) else other
            for vector, other in zip((image, *said), (*known, *[None] * len(said)), strict=False)
        )
        if image is None or any(vector is None for vector in said):
            gone.append(record)
        else:
            rows.append(Row(record, np.asarray(image, np.float32), np.array(said or [image], np.float32)))
    for start in range(0, len(rows), _BATCH):
        gallery.add(rows[start : start + _BATCH])
    gallery.remove([record.id for record in gone])
    if not gone:
        gallery.complete()
    return Repaired(tuple(found), len(gallery), tuple(sorted(record.path for record in gone)))
