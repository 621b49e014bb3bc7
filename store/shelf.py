"""The galleries there are, and what one does with a whole gallery: check, hand on, delete."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ..errors import GalleryError, InputError, PictureError
from .gallery import Gallery
from .home import home
from .matrix import load_matrix
from .opening import DATABASE, open_gallery
from .pictures import content_id

EXPORTED = ("pictures.jsonl", "images.npy", "captions.npy")


def gallery_names() -> list[str]:
    """Every gallery under home, by name."""
    return sorted(folder.parent.name for folder in (home() / "galleries").glob(f"*/{DATABASE}"))


def bytes_on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


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


def export(gallery: Gallery, folder: Path) -> Path:
    """Everything the gallery knows, for other programs: pictures.jsonl (a line for each; also a file of captions), images.npy and
    captions.npy ((n, d) float32, row i belongs to line i). Raises InputError where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already: name a new or an empty folder to export into")
    folder.mkdir(parents=True, exist_ok=True)
    matrix = load_matrix(gallery)
    with (folder / EXPORTED[0]).open("w", encoding="utf-8") as file:
        for record in matrix.records:
            file.write(json.dumps({"image": record.path, **asdict(record)}, ensure_ascii=False) + "\n")
    np.save(folder / EXPORTED[1], matrix.images)
    np.save(folder / EXPORTED[2], matrix.captions)
    return folder


def delete_gallery(folder: Path) -> None:
    """Delete a gallery; the pictures themselves are not touched. Raises GalleryError when it is not one, or somebody writes into it."""
    open_gallery(folder).close()  # refuses what is none of ours
    lock = FileLock(folder / "writer.lock", timeout=0)
    try:
        with lock:
            shutil.rmtree(folder)
    except Timeout:
        raise GalleryError(f"gallery {folder.name!r} is being written into: wait until that has finished, then delete it") from None
