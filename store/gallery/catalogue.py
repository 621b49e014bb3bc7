"""What one does with a whole gallery: check it, forget what is gone, hand it on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DiskFullError, InputError, PictureError
from ..disk import plain_when_full
from ..pictures import content_id
from .vectors import load_vectors

if TYPE_CHECKING:
    from ...contracts import Gallery, PictureRecord, WritableGallery

EXPORTED = ("pictures.jsonl", "images.npy", "captions.npy")


def faults(gallery: Gallery, advance: Callable[[int], None] = lambda count: None) -> Iterator[tuple[str, str]]:
    """(path, what is wrong) of every file that is gone or holds another picture than when it was indexed; each is read whole."""

    def fault(wanted: tuple[str, str]) -> tuple[str, str]:
        path, id_ = wanted
        try:
            return path, "" if content_id(Path(path)) == id_ else "changed since it was indexed"
        except PictureError:
            return path, "gone" if not os.path.lexists(path) else "cannot be read"

    wanted = [(path, record.id) for record in gallery.records().values() for path in record.paths]
    with ThreadPoolExecutor(4) as pool:
        for path, wrong in pool.map(fault, wanted):
            advance(1)
            if wrong:
                yield path, wrong


def gone_pictures(gallery: Gallery) -> tuple[list[str], list[PictureRecord]]:
    """The ids of pictures of which no file is left, and the records of those that have lost some of their files, without these.

    What was indexed is removed when its folder is indexed again; this finds also what was in a folder that has moved or is gone.
    """
    gone, relabelled = [], []
    for id_, record in gallery.records().items():
        left = [path for path in record.paths if os.path.lexists(path)]
        if not left:
            gone.append(id_)
        elif len(left) < len(record.paths):
            relabelled.append(replace(record, path=left[0], also=tuple(left[1:])))
    return gone, relabelled


def prune(gallery: WritableGallery) -> int:
    """Forget pictures of which no file is left, and files that are gone of the others. Returns how many pictures were forgotten."""
    unfinished = not gallery.info.revision
    gone, relabelled = gone_pictures(gallery)
    gallery.remove(gone)
    gallery.relabel(relabelled)
    if not unfinished:  # otherwise its indexing has not come to its end, and this is none
        gallery.complete()
    return len(gone)


def export(gallery: Gallery, folder: Path) -> Path:
    """Everything the gallery knows, for other programs: pictures.jsonl (a line for each; also a file of captions), images.npy and
    captions.npy ((n, d) float32, row i belongs to line i). Raises InputError where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already: name a new or an empty folder to export into")
    vectors = load_vectors(gallery)
    try:
        with plain_when_full(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / EXPORTED[0]).open("w", encoding="utf-8") as file:
                for record in vectors.records:
                    line = json.dumps({"image": record.path, **asdict(record)}, ensure_ascii=False)
                    # A name that is no text keeps its bytes as JSON's escapes.
                    file.write(line.encode(errors="backslashreplace").decode() + "\n")
            np.save(folder / EXPORTED[1], vectors.images)
            np.save(folder / EXPORTED[2], vectors.captions)
    except DiskFullError:
        for name in EXPORTED:  # so that the same command goes on
            (folder / name).unlink(missing_ok=True)
        raise
    return folder
