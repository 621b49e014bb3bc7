"""Matrices of an earlier revision made those of today, with the embeddings of what has changed alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...contracts import Difference, Gallery, PictureRecord
    from .record_table import Records


def updated(
    records: Records,
    rows: Mapping[str, int],
    images: NDArray[np.float32],
    captions: NDArray[np.float32],
    news: Difference,
    gallery: Gallery,
) -> tuple[list[PictureRecord], NDArray[np.float32], NDArray[np.float32]]:
    """Records in the order of ids, images and captions, (n, d) each, as the gallery is now. rows: where each picture stands in those given.

    Raises GalleryError where an embedding of the news is lost.
    """
    ids = sorted((rows.keys() - set(news.gone(rows.keys()))) | news.records.keys())
    fresh = {id_: row for row, id_ in enumerate(news.embedded)}
    come = [(at, fresh[id_]) for at, id_ in enumerate(ids) if id_ in fresh]
    stay = [(at, rows[id_]) for at, id_ in enumerate(ids) if id_ not in fresh]
    read = gallery.embeddings(list(fresh)) if fresh else (images[:0], captions[:0])

    def put_together(old: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.float32]:
        now = np.empty((len(ids), old.shape[1]), dtype=np.float32)
        for pairs, source in ((stay, old), (come, new)):
            if pairs:
                to, of = zip(*pairs, strict=True)
                now[list(to)] = source[list(of)]
        return now

    found = [news.records.get(id_) or records[rows[id_]] for id_ in ids]
    return found, put_together(images, read[0]), put_together(captions, read[1])
