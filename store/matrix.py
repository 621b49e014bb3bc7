"""All embeddings of a gallery as two float32 matrices, memory-mapped.

Ranks that are reported must be exact, and an approximate index is not: on the same vectors it found between 11 % and 100 % of the true
first ten. So the matrices are read out of Chroma once per revision of the gallery and kept beside it as .npy files.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .gallery import Gallery, Record


@dataclass(frozen=True)
class Matrix:
    """Row i of images and captions, both (n, d) with rows of unit length, belongs to records[i]; rows are in the order of ids."""

    records: list[Record]
    images: NDArray[np.float32]
    captions: NDArray[np.float32]


def load_matrix(gallery: Gallery) -> Matrix:
    """The kept matrices when they are those of the gallery's revision, otherwise read out of Chroma."""
    revision = gallery.revision
    if not revision:  # an indexing is under way or was killed: what is there can be searched, but is not worth keeping
        return _read_out(gallery)
    shelf = gallery.folder / "matrix"
    kept = shelf / revision
    if not kept.is_dir():
        _keep(_read_out(gallery), shelf, kept)
    return _load(kept)


def _read_out(gallery: Gallery) -> Matrix:
    by_id = gallery.records()
    ids = sorted(by_id)
    images, captions = gallery.embeddings(ids)
    return Matrix([by_id[id_] for id_ in ids], images, captions)


def _keep(matrix: Matrix, shelf: Path, kept: Path) -> None:
    """Write aside and rename, so that a half-written matrix is never taken for a whole one; then drop older revisions."""
    shelf.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=shelf))
    np.save(draft / "images.npy", matrix.images)
    np.save(draft / "captions.npy", matrix.captions)
    (draft / "records.json").write_text(json.dumps([asdict(record) for record in matrix.records]), encoding="utf-8")
    try:
        draft.rename(kept)
    except OSError:
        if not kept.is_dir():  # unless another reader was faster, which is as good
            raise
    for old in shelf.iterdir():
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)


def _load(kept: Path) -> Matrix:
    records = json.loads((kept / "records.json").read_text(encoding="utf-8"))
    return Matrix(
        [Record(**{**record, "captions": tuple(record["captions"]), "also": tuple(record.get("also", ()))}) for record in records],
        np.load(kept / "images.npy", mmap_mode="r"),
        np.load(kept / "captions.npy", mmap_mode="r"),
    )
