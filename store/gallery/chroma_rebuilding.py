"""A gallery made anew from what can be read of it: the database first, the matrices where that has lost something.

    <gallery>/rebuilt/          the new files, while they are made
    <gallery>/rebuilt/whole     they are complete, and take the place of the old ones

A process that is killed before that leaves the old gallery as it was; one that is killed later has its work finished by the next writer.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...contracts import PictureRecord, Row
from ...errors import GalleryError
from .chroma_collections import CAPTIONS, IMAGES, WritableChromaGallery
from .chroma_database import DATABASE, Replayed, remembered, replayed
from .chroma_index import index_folders
from .records import to_record
from .vectors import Kept, newest_kept

DRAFT, _WHOLE, _BATCH = "rebuilt", "whole", 500


@dataclass(frozen=True)
class Gathered:
    """Everything that can be read of a gallery: what it remembers, its pictures, and the paths of those without embeddings."""

    metadata: dict[str, Any]
    rows: list[Row]
    lost: tuple[str, ...]


def gather(folder: Path, records: Mapping[str, PictureRecord] | None) -> Gathered:
    """Read what is there. records: those that Chroma gives; none where it cannot.

    Raises GalleryError when not even the encoder can be told that made it.
    """
    images, captions, kept = replayed(folder, IMAGES), replayed(folder, CAPTIONS), newest_kept(folder)
    metadata = remembered(folder, IMAGES) or (kept.about if kept else {})
    if "fingerprint" not in metadata or "dimension" not in metadata:
        name = folder.name
        raise GalleryError(
            f"nothing of gallery {name!r} at {folder} can be read: `dir-tir gallery delete {name}`, and index its pictures again"
        )
    rows, lost = [], []
    for record in (_records(images, kept) if records is None else records).values():
        row = _row(record, images, captions, kept, int(metadata["dimension"]))
        if row is None:
            lost.append(record.path)
        else:
            rows.append(row)
    return Gathered({**metadata, "revision": "", "count": 0}, rows, tuple(sorted(lost)))


def rebuild(folder: Path, gathered: Gathered, make: Callable[[Path], WritableChromaGallery]) -> None:
    """Write it all into new files, and let these take the place of the old ones. make: opens a new gallery in a folder."""
    draft = folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    with make(draft) as gallery:
        for start in range(0, len(gathered.rows), _BATCH):
            gallery.add(gathered.rows[start : start + _BATCH])
        if not gathered.lost:
            gallery.complete()
    (draft / _WHOLE).touch()
    finish_rebuilding(folder)


def finish_rebuilding(folder: Path) -> None:
    """Let new files that are complete take the place of the old ones; what is not complete is dropped."""
    draft = folder / DRAFT
    if not draft.is_dir():
        return
    if (draft / _WHOLE).exists():
        if (draft / DATABASE).exists():
            for old in index_folders(folder):
                shutil.rmtree(old)
            for suffix in ("-journal", "-wal", "-shm"):  # they belong to the old database, and would be played into the new one
                (folder / f"{DATABASE}{suffix}").unlink(missing_ok=True)
            (draft / DATABASE).replace(folder / DATABASE)
        for new in index_folders(draft):
            new.replace(folder / new.name)
    shutil.rmtree(draft)


def _records(images: Replayed, kept: Kept | None) -> dict[str, PictureRecord]:
    """By id, where Chroma cannot read them. The queue of an older gallery has a part of them, a damaged database may have none."""
    found = {} if images.whole or not kept else dict(kept.records)
    for id_, metadata in images.metadata.items():
        try:
            found[id_] = to_record(id_, metadata)
        except (KeyError, ValueError, TypeError):
            continue
    return found


def _row(record: PictureRecord, images: Replayed, captions: Replayed, kept: Kept | None, dimension: int) -> Row | None:
    """The picture with its embeddings; none when one of them is in no place, or is no unit vector any more."""
    known = kept.vectors_of(record) if kept else None
    image = images.vectors.get(record.id)
    if not _is_unit(image, dimension) and known:
        image = known[0]
    said = []
    for number in range(len(record.captions) or 1):
        vector = captions.vectors.get(f"{record.id}/{number}")
        if not _is_unit(vector, dimension) and known and number == 0:
            vector = known[1]
        if not _is_unit(vector, dimension) or vector is None:
            return None
        said.append(vector)
    return Row(record, image, np.stack(said)) if image is not None and _is_unit(image, dimension) else None


def _is_unit(vector: Any, dimension: int) -> bool:
    return vector is not None and vector.shape == (dimension,) and abs(float(np.dot(vector, vector)) - 1) < 0.01
