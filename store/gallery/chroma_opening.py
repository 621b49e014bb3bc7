"""Chroma's files of one folder, opened: after a look at whose they are, and so that whatever another process writes meanwhile is seen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import GalleryError
from .chroma_collections import CAPTIONS, IMAGES, Connection, find_collections, is_gallery, make_collections
from .chroma_database import (
    DATABASE,
    DamagedDatabase,
    State,
    collection_metadata,
    is_queue_whole,
    keep_every_embedding,
    queued,
    rows_count,
    rows_metadata,
    state_of,
)
from .chroma_index import INDEX_NOTE, index_stamps, is_index_as_left, is_index_sound, note_index
from .writer_lock import LOCK

# What this process has open. A process's locks on a file are shared by all that is in it, so this cannot belong to one store.
_OPENING = Lock()  # while a database is looked at, opened or closed
_OPEN: set[str] = set()  # paths as they were said to Chroma, also of what could not be opened
_WRITTEN: set[Path] = set()  # folders
_SOUND: dict[Path, object] = {}  # folder → how its index files looked when they were found to be sound


def is_written(folder: Path) -> bool:
    """Whether this process writes into the gallery there."""
    return folder in _WRITTEN


def connect(folder: Path, *, writing: bool = False) -> Connection:
    """Open Chroma's files, after a look at whether they are ours: Chroma would write its tables into somebody else's database, and waits
    for ever when another program has locked it. A writer in another thread has looked."""
    with _OPENING:
        if folder not in _WRITTEN and checked_state(folder) != "gallery":
            raise unfinished(folder.name)  # before Chroma goes on to make it
        client, path = _client(folder)
        if writing:
            _WRITTEN.add(folder)

    def close() -> None:
        with _OPENING:
            client.close()
            _OPEN.discard(path)
            if writing:
                _WRITTEN.discard(folder)

    try:
        if {collection.name for collection in client.list_collections()} - {IMAGES, CAPTIONS}:
            raise foreign(folder)
        images, captions = find_collections(client)
        if not is_gallery(images):
            raise foreign(folder)
    except BaseException:
        close()
        raise
    return Connection(
        client,
        images,
        captions,
        close,
        partial(_stored, folder),
        partial(note_index, folder, closed=False),
        partial(_told, folder),
        partial(_counted, folder),
    )


def remembered_unopened(folder: Path) -> dict[str, Any] | None:
    """What the gallery there remembers, read without Chroma: that takes half a second to import. None while this process writes, or where
    only Chroma knows its tables. Raises GalleryError."""
    with _OPENING:
        if folder in _WRITTEN:
            return None
        if checked_state(folder) != "gallery":
            raise unfinished(folder.name)
        return collection_metadata(folder, IMAGES)


def make(folder: Path, metadata: dict[str, Any]) -> None:
    """The empty files of a new gallery, which keeps every embedding in its database."""
    with _OPENING:
        client, path = _client(folder)
        with client:
            make_collections(client, metadata)
        _OPEN.discard(path)
    keep_every_embedding(folder)


def _client(folder: Path) -> tuple[Any, str]:
    """Chroma's client of a folder, and the path that was said to it.

    Whoever spells a folder the same shares one open database with all others in the process, and with it what that has read of its index
    and sees no more changes of. So every connection spells it in a way that nobody uses at the moment. What could not be opened is shared,
    too: Chroma goes on to hand it out, and it never works. So that path is not used again.
    """
    import chromadb
    from chromadb.config import Settings

    path = next(path for turn in count() if (path := f"{folder}{'/.' * turn}") not in _OPEN)
    _OPEN.add(path)
    return chromadb.PersistentClient(path=path, settings=Settings(anonymized_telemetry=False)), path


def look_of(folder: Path) -> object:
    """Another with every change of the database: SQLite counts them in its header. Nothing while this process writes, whose locks would be
    lost by opening the file here, nor where there is none."""
    with _OPENING:
        if folder in _WRITTEN:
            return None
        try:
            with (folder / DATABASE).open("rb") as file:
                header, number = file.read(100), os.fstat(file.fileno()).st_ino
        except OSError:
            return None
    return (number, header) if header[18:19] == b"\x01" else None  # with a write-ahead log nothing is counted


def _stored(folder: Path, collection: str, ids: Sequence[str], out: NDArray[np.float32]) -> Sequence[int]:
    """Embeddings from the database itself; those that an older version left to the index alone are not among them."""
    with _OPENING:
        if folder in _WRITTEN:  # whose locks would be lost; the index was looked at when it was opened
            return range(len(ids))
        missing = queued(folder, collection, ids, out)
    if missing:
        _look_at_index(folder)
    return missing


def _look_at_index(folder: Path) -> None:
    """Before a reader needs Chroma's index. Raises GalleryError when it could end the process or give other embeddings."""
    stamps = index_stamps(folder)
    if _SOUND.get(folder) == stamps:
        return
    if is_index_in_doubt(folder) and not is_index_sound(folder):
        raise GalleryError(f"the index of gallery {folder.name!r} is damaged: `dir-tir gallery repair {folder.name}`, then index again")
    _SOUND[folder] = stamps


def is_index_in_doubt(folder: Path) -> bool:
    """Whether the index is not as it was left; or nothing says how it was, and it has what the database has not."""
    return not is_index_as_left(folder) or not ((folder / INDEX_NOTE).is_file() or is_queue_whole(folder, (IMAGES, CAPTIONS)))


def _told(folder: Path) -> dict[str, dict[str, Any]] | None:
    with _OPENING:
        return None if folder in _WRITTEN else rows_metadata(folder, IMAGES)


def _counted(folder: Path) -> int | None:
    with _OPENING:
        return None if folder in _WRITTEN else rows_count(folder, IMAGES)


def compare_index(folder: str) -> int:
    """0 when Chroma's index gives whole embeddings, those of the database. Run in a process of its own, which a damaged index may end."""
    with closing(connect(Path(folder))) as connection:
        for collection in (connection.images, connection.captions):
            ids = collection.get(include=[])["ids"]
            if collection.count() != len(ids):
                return 1
            for start in range(0, len(ids), 2000):
                page = collection.get(ids=ids[start : start + 2000], include=["embeddings"])
                given = np.asarray(page["embeddings"], dtype=np.float32)
                stored = given.copy()
                queued(Path(folder), collection.name, page["ids"], stored)
                units = np.abs(np.einsum("ij,ij->i", given, given) - 1) < 0.01
                if len(page["ids"]) != len(ids[start : start + 2000]) or not units.all() or not np.allclose(given, stored, atol=1e-3):
                    return 1
    return 0


def checked_state(folder: Path) -> State:
    """What lies in a folder. Raises GalleryError when it is somebody else's, and DamagedDatabase when a gallery's cannot be read."""
    ours = (folder / LOCK).is_file()
    try:
        state = state_of(folder, (IMAGES, CAPTIONS))
    except DamagedDatabase as error:
        if ours:
            raise
        raise GalleryError(f"{folder / DATABASE} is no gallery ({error.said}): choose another name, or remove {folder}") from None
    if state == "foreign" or (state == "half made" and not ours):
        raise foreign(folder)
    return state


def refuse_to_delete_foreign(folder: Path) -> None:
    """Raises GalleryError unless what lies in a folder is ours, as far as that can be told; what cannot be read is ours by its lock."""
    try:
        if state_of(folder, (IMAGES, CAPTIONS)) == "foreign":
            raise foreign(folder)
    except GalleryError as error:
        if not (folder / LOCK).is_file() or "not made by" in str(error):
            raise


def unfinished(name: str) -> GalleryError:
    return GalleryError(f"gallery {name!r} was never finished: index into it again")


def foreign(folder: Path) -> GalleryError:
    return GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")
