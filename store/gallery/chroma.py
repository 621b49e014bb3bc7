"""Galleries in Chroma on disk, each in a folder with a database of its own.

    <root>/<name>/chroma.sqlite3 ...   Chroma's own files (what is in them: chroma_collections.py, chroma_database.py)
    <root>/<name>/index.json           how its index files were left (chroma_index.py)
    <root>/<name>/writer.lock          locked while one process writes, because Chroma is not safe with several; a folder with it is ours
    <root>/<name>/matrix/              the same embeddings as float32 matrices (see vectors.py)
    <root>/<name>/rebuilt/             a damaged gallery while it is made anew (chroma_rebuilding.py)

Chroma is the store of record. The files called chroma are all that knows it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ...contracts import GalleryInfo, PictureRecord, Repaired
from ...errors import GalleryError
from ..disk import plain_when_full
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
from .chroma_database import (
    DATABASE,
    DamagedDatabase,
    State,
    damage,
    forget_index,
    is_queue_whole,
    keep_every_embedding,
    queued,
    rows_count,
    rows_metadata,
    state_of,
)
from .chroma_index import INDEX_NOTE, index_folders, index_stamps, is_index_as_left, is_index_sound, note_index
from .chroma_rebuilding import DRAFT, finish_rebuilding, gather, rebuild
from .records import to_record
from .vectors import damaged_matrices, newest_kept

_LOCK = "writer.lock"

# What this process has open. A process's locks on a file are shared by all that is in it, so this cannot belong to one store.
_OPENING = Lock()  # while a database is looked at, opened or closed
_OPEN: set[str] = set()  # paths as they were said to Chroma
_WRITTEN: set[Path] = set()  # folders
_SOUND: dict[Path, object] = {}  # folder → how its index files looked when they were found to be sound


class ChromaStore:
    """Galleries below one folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._described: dict[str, tuple[object, GalleryInfo]] = {}  # name → (how its database looked, what was read then)

    def names(self) -> list[str]:
        """Every gallery, sorted by name."""
        names = sorted(file.parent.name for file in self._root.glob(f"*/{DATABASE}"))
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
            gallery = ChromaGallery(where, partial(_connect, where.cache))
        if fingerprint is not None:
            refuse_other_encoder(gallery, fingerprint)
        return gallery

    @contextmanager
    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> Iterator[WritableChromaGallery]:
        """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
        folder = self._folder(name)
        if folder.exists() and not folder.is_dir():
            raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).is_file() and not (folder / _LOCK).is_file():
            raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
        if not (folder / _LOCK).is_file():
            _checked_state(folder)  # before there is anything of ours in a folder of somebody else's
        where = Whereabouts(name, str(folder), folder)
        with plain_when_full(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, f"gallery {name!r} is locked: another process is writing into {folder}; wait until it has finished"):
            with plain_errors(where):
                lost = self._make_ready(where, gallery_metadata(fingerprint, dimension, profile))
                gallery = WritableChromaGallery(where, partial(_connect, folder, writing=True), lost)
            with gallery:
                refuse_other_encoder(gallery, fingerprint)
                if profile:
                    gallery.remember_profile(profile)
                yield gallery
            with plain_when_full(folder):
                note_index(folder, closed=True)

    def delete(self, name: str) -> None:
        """Delete a gallery, also one that cannot be opened; the pictures themselves are not touched."""
        folder = self._folder(name)
        if not (folder / DATABASE).is_file() and not (folder / _LOCK).is_file():
            self._existing(name)
        if folder not in _WRITTEN:
            _refuse_to_delete_foreign(folder)
        with _alone(folder, f"gallery {name!r} is being written into: wait until that has finished, then delete it"):
            shutil.rmtree(folder / "matrix", ignore_errors=True)  # first: with it alone a gallery can be made anew
            (folder / DATABASE).unlink(missing_ok=True)
            shutil.rmtree(folder)
        self._described.pop(name, None)

    def damage(self, name: str) -> list[str]:
        """What is wrong with the files of a gallery, a line each."""
        where = self._existing(name)
        if not (where.cache / _LOCK).is_file():
            _checked_state(where.cache)
        with _alone(where.cache, f"gallery {name!r} is being written into: wait until that has finished"), plain_errors(where):
            return self._damage(where)

    def repair(self, name: str) -> Repaired:
        """Make a damaged gallery anew of what can be read."""
        folder = self._folder(name)
        where = Whereabouts(name, str(folder), folder) if newest_kept(folder) else self._existing(name)
        if not (folder / _LOCK).is_file():
            _checked_state(folder)
        with (
            _alone(folder, f"gallery {name!r} is being written into: wait until that has finished, then repair it"),
            plain_errors(where),
            plain_when_full(folder),
        ):
            finish_rebuilding(folder)
            found = self._damage(where)
            if not found:
                return Repaired((), self.describe(name).count)
            return self._rebuild(where, found)

    def _damage(self, where: Whereabouts) -> list[str]:
        folder, found = where.cache, []
        try:
            state = _checked_state(folder)
        except DamagedDatabase as error:
            return [str(error)]
        if state == "nothing" and newest_kept(folder):
            return [f"the database of gallery {where.name!r} is gone"]
        if state != "gallery":
            raise _unfinished(where.name)
        if said := damage(folder):
            found.append(f"the database of gallery {where.name!r} is damaged: {said}")
        if _is_index_in_doubt(folder) and (is_queue_whole(folder, (IMAGES, CAPTIONS)) or not is_index_sound(folder)):
            found.append(f"the index of gallery {where.name!r} is damaged")
        if not found and damaged_matrices(folder, self.describe(where.name).revision):
            found.append(f"the matrices of gallery {where.name!r} are damaged")
        return found

    def _make_ready(self, where: Whereabouts, metadata: dict[str, str | int]) -> tuple[str, ...]:
        """See to it that a whole gallery lies there before Chroma loads it to write: finish, make, or make anew what does not. Returns the
        paths of pictures that could not be kept."""
        folder = where.cache
        lost: tuple[str, ...] = ()
        finish_rebuilding(folder)
        if _checked_state(folder) != "gallery":
            if (kept := newest_kept(folder)) and kept.about:
                lost = self._rebuild(where, []).lost
            else:
                _clear(folder)
                _make(folder, metadata)
        keep_every_embedding(folder)
        if _is_index_in_doubt(folder):
            if is_queue_whole(folder, (IMAGES, CAPTIONS)):
                for index in index_folders(folder):
                    shutil.rmtree(index)
                forget_index(folder)
            elif not is_index_sound(folder):
                lost = self._rebuild(where, []).lost
        return lost

    def _rebuild(self, where: Whereabouts, found: Sequence[str]) -> Repaired:
        folder = where.cache
        gathered = gather(folder, self._records(where))

        def make(draft: Path) -> WritableChromaGallery:
            _make(draft, gathered.metadata)
            return WritableChromaGallery(Whereabouts(where.name, where.place, draft), partial(_connect, draft, writing=True))

        rebuild(folder, gathered, make)
        note_index(folder, closed=True)
        self._described.pop(where.name, None)
        return Repaired(tuple(found), len(gathered.rows), gathered.lost)

    def _records(self, where: Whereabouts) -> dict[str, PictureRecord] | None:
        """As the tables have them, without Chroma, which loads the index; none where the database is damaged."""
        try:
            if damage(where.cache):
                return None
            told = rows_metadata(where.cache, IMAGES)
            return None if told is None else {id_: to_record(id_, said) for id_, said in told.items()}
        except (GalleryError, KeyError, ValueError, TypeError):
            return None

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
        if not (folder / DATABASE).is_file():
            self._described.pop(name, None)
            if newest_kept(folder):
                raise GalleryError(f"gallery {name!r} at {folder} has lost its database: `dir-tir gallery repair {name}`")
            raise GalleryError(f"there is no gallery {name!r} at {folder}: index a folder of pictures into it first")
        return Whereabouts(name, str(folder), folder)


def compare_index(folder: str) -> int:
    """0 when Chroma's index gives whole embeddings, those of the database. Run in a process of its own, which a damaged index may end."""
    with closing(_connect(Path(folder))) as connection:
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


def _connect(folder: Path, *, writing: bool = False) -> Connection:
    """Open Chroma's files, after a look at whether they are ours: Chroma would write its tables into somebody else's database, and waits
    for ever when another program has locked it. A writer in another thread has looked."""
    import chromadb
    from chromadb.config import Settings

    with _OPENING:
        if folder not in _WRITTEN and _checked_state(folder) != "gallery":
            raise _unfinished(folder.name)  # before Chroma goes on to make it
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
        images, captions = find_collections(client)
        if not is_gallery(images):
            raise _foreign(folder)
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
    if _is_index_in_doubt(folder) and not is_index_sound(folder):
        raise GalleryError(f"the index of gallery {folder.name!r} is damaged: `dir-tir gallery repair {folder.name}`, then index again")
    _SOUND[folder] = stamps


def _is_index_in_doubt(folder: Path) -> bool:
    """Whether the index is not as it was left; or nothing says how it was, and it has what the database has not."""
    return not is_index_as_left(folder) or not ((folder / INDEX_NOTE).is_file() or is_queue_whole(folder, (IMAGES, CAPTIONS)))


def _told(folder: Path) -> dict[str, dict[str, Any]] | None:
    with _OPENING:
        return None if folder in _WRITTEN else rows_metadata(folder, IMAGES)


def _counted(folder: Path) -> int | None:
    with _OPENING:
        return None if folder in _WRITTEN else rows_count(folder, IMAGES)


def _checked_state(folder: Path) -> State:
    """What lies in a folder. Raises GalleryError when it is somebody else's, and DamagedDatabase when a gallery's cannot be read."""
    ours = (folder / _LOCK).is_file()
    try:
        state = state_of(folder, (IMAGES, CAPTIONS))
    except DamagedDatabase as error:
        if ours:
            raise
        raise GalleryError(f"{folder / DATABASE} is no gallery ({error.said}): choose another name, or remove {folder}") from None
    if state == "foreign" or (state == "half made" and not ours):
        raise _foreign(folder)
    return state


def _refuse_to_delete_foreign(folder: Path) -> None:
    """Raises GalleryError unless what lies in a folder is ours, as far as that can be told; what cannot be read is ours by its lock."""
    try:
        if state_of(folder, (IMAGES, CAPTIONS)) == "foreign":
            raise _foreign(folder)
    except GalleryError as error:
        if not (folder / _LOCK).is_file() or "not made by" in str(error):
            raise


def _make(folder: Path, metadata: dict[str, Any]) -> None:
    """The empty files of a new gallery, which keeps every embedding in its database."""
    import chromadb
    from chromadb.config import Settings

    with _OPENING, chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False)) as client:
        make_collections(client, metadata)
    keep_every_embedding(folder)


def _clear(folder: Path) -> None:
    """Remove what was left of a gallery that was never finished; what is not ours stays."""
    for path in (*index_folders(folder), folder / "matrix", folder / DRAFT):
        shutil.rmtree(path, ignore_errors=True)
    for name in (*(f"{DATABASE}{suffix}" for suffix in ("-journal", "-wal", "-shm", "")), INDEX_NOTE):
        (folder / name).unlink(missing_ok=True)


def _unfinished(name: str) -> GalleryError:
    return GalleryError(f"gallery {name!r} was never finished: index into it again")


def _foreign(folder: Path) -> GalleryError:
    return GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")


def _look(folder: Path) -> object:
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
