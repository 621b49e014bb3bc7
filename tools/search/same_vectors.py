"""Whether an encoder whose weights nobody here can look at is the one that made a gallery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import GalleryError, PictureError
from ...store.gallery.reading import SIDE
from ...store.mapped import picked
from ...store.pictures import content_id, open_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL import Image

    from ...contracts import Encoder
    from ...store.gallery.vectors import Vectors

SAME = 0.95  # cosine: what is sent smaller, as a JPEG, or reckoned in 16 bits, stays above it, and another model is near 0
_COMPARED = 3  # captions, and pictures
_LOOKED_AT = 30  # pictures, of which files may be gone


def require_same_vectors(encoder: Encoder, vectors: Vectors, gallery: str) -> None:
    """Raise GalleryError when the encoder makes other vectors than those of the gallery, of a few captions and pictures that it has.

    One that agrees is enough: a file, or a caption, may have changed. What there is nothing to compare with is believed.
    """
    rows = np.flatnonzero(vectors.captioned)[:_COMPARED]
    if len(rows):
        texts = [vectors.records[row].captions[0] for row in rows]
        _require_alike(encoder.encode_texts(texts), picked(vectors.captions, rows), "caption", gallery)
    pictures = list(_pictures(vectors))
    if pictures:
        seen = encoder.encode_images([picture for _, picture in pictures])
        _require_alike(seen, picked(vectors.images, [row for row, _ in pictures]), "picture", gallery)


def _pictures(vectors: Vectors) -> Iterator[tuple[int, Image.Image]]:
    """Some that are there as they were indexed, each with its row."""
    found = 0
    for row in range(min(_LOOKED_AT, len(vectors.records))):
        path = Path(vectors.records[row].path)
        try:
            if content_id(path) != vectors.records[row].id:
                continue
            picture = open_picture(path, SIDE)
        except PictureError:
            continue
        yield row, picture
        found += 1
        if found == _COMPARED:
            return


def _require_alike(now: NDArray[np.float32], before: NDArray[np.float32], what: str, gallery: str) -> None:
    if now.shape[1] != before.shape[1]:
        said = f"{now.shape[1]} numbers instead of {before.shape[1]}"
    elif not (likeness := float((now * before).sum(axis=1).max())) >= SAME:
        said = f"a likeness of {likeness:.2f}, expected at least {SAME}"
    else:
        return
    raise GalleryError(
        f"gallery {gallery!r} was made with another model than the one that is served now (a {what} of its own comes out as another "
        f"vector: {said}): serve that one, or index the pictures into another gallery"
    )
