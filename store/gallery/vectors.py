"""All embeddings of a gallery as two float32 matrices, memory-mapped.

Ranks that are reported must be exact, and an approximate index is not: on the same vectors it found between 11 % and 100 % of the true
first ten (docs/decisions/0013). So the matrices are read out of the store once per revision of the gallery and kept as .npy files.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...contracts import PictureRecord

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...contracts import Gallery

_DRAFT = "draft-"
_STALE = 3600  # seconds after which nobody is writing a draft any more


@dataclass(frozen=True)
class Vectors:
    """Row i of images and captions, both (n, d) with rows of unit length, belongs to records[i]; rows are in the order of ids."""

    records: list[PictureRecord]
    images: NDArray[np.float32]
    captions: NDArray[np.float32]

    def find(self, id_: str) -> PictureRecord | None:
        """One picture; nothing when there is none of this id."""
        row = self.rows.get(id_)
        return None if row is None else self.records[row]

    @cached_property
    def rows(self) -> dict[str, int]:
        """Where each picture stands."""
        return {record.id: row for row, record in enumerate(self.records)}


def load_vectors(gallery: Gallery) -> Vectors:
    """The kept matrices when they are those of the gallery's revision, otherwise read out of the store."""
    folder = gallery.cache / "matrix"
    while revision := gallery.info.revision:
        try:
            return _load(folder / revision)
        except FileNotFoundError:  # not kept yet, or dropped just now because the gallery has a new revision
            _keep(_read_out(gallery), folder, folder / revision)
    return _read_out(gallery)  # an indexing is under way or was killed: what is there can be searched, but is not worth keeping


def _read_out(gallery: Gallery) -> Vectors:
    by_id = gallery.records()
    ids = sorted(by_id)
    images, captions = gallery.embeddings(ids)
    return Vectors([by_id[id_] for id_ in ids], images, captions)


def _keep(vectors: Vectors, folder: Path, kept: Path) -> None:
    """Write aside and rename, so that a half-written matrix is never taken for a whole one; then drop older revisions, and drafts that
    nobody can be writing any more: another reader may be doing the same at this moment."""
    folder.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
    np.save(draft / "images.npy", vectors.images)
    np.save(draft / "captions.npy", vectors.captions)
    (draft / "records.json").write_text(json.dumps([asdict(record) for record in vectors.records]), encoding="utf-8")
    try:
        draft.rename(kept)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not kept.is_dir():  # unless another reader was faster, which is as good
            raise
    for old in folder.iterdir():
        if old != kept and not (old.name.startswith(_DRAFT) and _age(old) < _STALE):
            shutil.rmtree(old, ignore_errors=True)


def _age(folder: Path) -> float:
    """Seconds since something was put into a folder; none for one that is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _load(kept: Path) -> Vectors:
    records = json.loads((kept / "records.json").read_text(encoding="utf-8"))
    return Vectors(
        [PictureRecord(**{**record, "captions": tuple(record["captions"]), "also": tuple(record.get("also", ()))}) for record in records],
        np.load(kept / "images.npy", mmap_mode="r"),
        np.load(kept / "captions.npy", mmap_mode="r"),
    )
