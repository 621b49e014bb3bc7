"""Galleries in Chroma on disk, each in a folder with a database of its own.

    <root>/<name>/chroma.sqlite3 ...   Chroma's own files (what is in them: chroma_collections.py)
    <root>/<name>/writer.lock          locked while one process writes, because Chroma is not safe with several
    <root>/<name>/matrix/              the same embeddings as float32 matrices (see vectors.py)

Chroma is the store of record. This file and chroma_collections.py are all that knows it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from ...contracts import GalleryInfo
from ...errors import GalleryError
from ..home import checked_name
from .chroma_collections import (
    CAPTIONS,
    IMAGES,
    ChromaGallery,
    Connection,
    Whereabouts,
    WritableChromaGallery,
    find_collections,
    gallery_metadata,
    is_gallery,
    make_collections,
    plain_errors,
    refuse_other_encoder,
)

_DATABASE, _LOCK = "chroma.sqlite3", "writer.lock"

# What this process has open. A process's locks on a file are shared by all that is in it, so this cannot belong to one store.
_OPENING = Lock()  # while a database is looked at, opened or closed
_OPEN: set[str] = set()  # paths as they were said to Chroma
_WRITTEN: set[Path] = set()  # folders


class ChromaStore:
    """Galleries below one folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._described: dict[str, tuple[object, GalleryInfo]] = {}  # name → (how its database looked, what was read then)

    def names(self) -> list[str]:
        """Every gallery, sorted by name."""
        names = sorted(file.parent.name for file in self._root.glob(f"*/{_DATABASE}"))
        for gone in [name for name in list(self._described) if name not in names]:
            self._described.pop(gone, None)
        return names

    def describe(self, name: str) -> GalleryInfo:
        """What is known of a gallery; it is opened only when its database has changed since it was last looked at.

        Opening it changes it too (Chroma writes a row), so another process that opens a gallery costs this one a second look.
        """
        before = self._described.get(name)
        if before and before[0] == _look(self._folder(name)):
            return before[1]
        with self.open(name) as gallery:
            look = _look(self._folder(name))
            info = gallery.info
        if look and look == _look(self._folder(name)):  # nobody wrote while it was read
            self._described[name] = (look, info)
        return info

    def open(self, name: str, fingerprint: str | None = None) -> ChromaGallery:
        """Open a gallery to read. With a fingerprint, refuse one that another encoder made."""
        where = self._existing(name)
        with plain_errors(where):
            gallery = ChromaGallery(where, partial(_connect, where.cache, find_collections))
        if fingerprint is not None:
            refuse_other_encoder(gallery, fingerprint)
        return gallery

    @contextmanager
    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> Iterator[WritableChromaGallery]:
        """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
        folder = self._folder(name)
        if folder.exists() and not folder.is_dir():
            raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / _DATABASE).is_file() and not (folder / _LOCK).is_file():
            raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
        folder.mkdir(parents=True, exist_ok=True)
        where = Whereabouts(name, str(folder), folder)
        collections = partial(make_collections, metadata=gallery_metadata(fingerprint, dimension, profile))
        with _alone(folder, f"gallery {name!r} is locked: another process is writing into {folder}; wait until it has finished"):
            with plain_errors(where):
                gallery = WritableChromaGallery(where, partial(_connect, folder, collections, writing=True))
            with gallery:
                refuse_other_encoder(gallery, fingerprint)
                if profile:
                    gallery.remember_profile(profile)
                yield gallery

    def delete(self, name: str) -> None:
        """Delete a gallery; the pictures themselves are not touched."""
        self.open(name).close()  # refuses what is none of ours
        folder = self._folder(name)
        with _alone(folder, f"gallery {name!r} is being written into: wait until that has finished, then delete it"):
            shutil.rmtree(folder)
        self._described.pop(name, None)

    def size(self, name: str) -> int:
        """Bytes that a gallery takes on disk."""
        return sum(status.st_size for file in self._existing(name).cache.rglob("*") if file.is_file() and (status := file.stat()))

    def place(self, name: str) -> str:
        """Its folder."""
        return str(self._folder(name))

    def cache(self, name: str) -> Path:
        """Its folder: what is worked out from a gallery lies among Chroma's files, and goes with them."""
        return self._folder(name)

    def _folder(self, name: str) -> Path:
        return self._root / checked_name(name, "gallery name")

    def _existing(self, name: str) -> Whereabouts:
        folder = self._folder(name)
        if not (folder / _DATABASE).is_file():
            self._described.pop(name, None)
            raise GalleryError(f"there is no gallery {name!r} at {folder}: index a folder of pictures into it first")
        return Whereabouts(name, str(folder), folder)


def _connect(folder: Path, collections: Callable[[Any], tuple[Any, Any]], *, writing: bool = False) -> Connection:
    """Open Chroma's files, after a look at whether they are ours."""
    import chromadb
    from chromadb.config import Settings

    with _OPENING:
        _refuse_foreign_file(folder)
        # Whoever spells a folder the same shares one open database with all others in the process, and with it what that has read of
        # its index and sees no more changes of. So every connection spells it in a way that nobody uses at the moment.
        path = next(path for turn in count() if (path := f"{folder}{'/.' * turn}") not in _OPEN)
        client = chromadb.PersistentClient(path=path, settings=Settings(anonymized_telemetry=False))
        _OPEN.add(path)
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
            raise _foreign(folder)
        images, captions = collections(client)
        if not is_gallery(images):
            raise _foreign(folder)
    except BaseException:
        close()
        raise
    return Connection(client, images, captions, close)


def _refuse_foreign_file(folder: Path) -> None:
    """Look before Chroma does: it would write its tables into somebody else's database, and waits for ever when another program has locked
    it. Of Chroma's own tables only the name of one is known here; what is in them is asked of Chroma.

    Closing a file takes away every lock that the process has on it, those of a writer in another thread too. Such a writer has looked.
    """
    database = folder / _DATABASE
    if folder in _WRITTEN or not database.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError as error:
        raise GalleryError(f"gallery {folder.name!r} cannot be read ({error}): is another program using {database}?") from None
    except sqlite3.DatabaseError as error:
        raise GalleryError(f"{database} is no gallery ({error}): choose another name, or delete {folder} and index again") from None
    if tables and "collections" not in tables:
        raise _foreign(folder)


def _foreign(folder: Path) -> GalleryError:
    return GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")


def _look(folder: Path) -> object:
    """Another with every change of the database: SQLite counts them in its header. Nothing while this process writes, whose locks would be
    lost by opening the file here, nor where there is none."""
    with _OPENING:
        if folder in _WRITTEN:
            return None
        try:
            with (folder / _DATABASE).open("rb") as file:
                header, number = file.read(100), os.fstat(file.fileno()).st_ino
        except OSError:
            return None
    return (number, header) if header[18:19] == b"\x01" else None  # with a write-ahead log nothing is counted


@contextmanager
def _alone(folder: Path, refusal: str) -> Iterator[None]:
    """While nobody else writes. Raises GalleryError with the ``refusal`` when somebody does."""
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GalleryError(refusal) from None
    try:
        yield
    finally:
        lock.release()
