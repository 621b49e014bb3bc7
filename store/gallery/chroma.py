"""Galleries in Chroma on disk. The one file that knows Chroma.

    <root>/<name>/chroma.sqlite3 ...   Chroma's own files: collection "images" (id = content hash; paths, captions, width, height, and by
                                       what the file is recognised unread) and collection "captions" (id = content hash/number)
    <root>/<name>/writer.lock          held while one process writes, because Chroma is not safe with several
    <root>/<name>/matrix/              the same embeddings as float32 matrices (see vectors.py)

The metadata of "images" remember encoder, profile and revision. A picture without a caption has an empty one, embedded as the picture is:
the image-image variant of Algorithm 1. Chroma is the store of record; a picture's row in "images" is written after its captions, so that a
picture which is there is there completely, whenever the process was killed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ...contracts import GalleryInfo, PictureRecord, Row
from ...errors import GalleryError
from ..home import checked_name

_OPENING = Lock()  # held while a database is opened or closed: Chroma's list of those that are open is not safe with several threads
_DATABASE, _LOCK = "chroma.sqlite3", "writer.lock"
_PAGE = 2000  # rows per request: below Chroma's largest batch (5,461) and below SQLite's limit of variables


class ChromaStore:
    """Galleries below one folder of this machine, each in a database of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._described: dict[str, tuple[object, GalleryInfo]] = {}  # name → (how its files looked, what was read then)

    def names(self) -> list[str]:
        """Every gallery, sorted by name."""
        return sorted(file.parent.name for file in self._root.glob(f"*/{_DATABASE}"))

    def describe(self, name: str) -> GalleryInfo:
        """What is known of a gallery; it is opened only when its files have changed since they were last looked at."""
        database = self._folder(name) / _DATABASE
        looks = [(status.st_ino, status.st_mtime_ns, status.st_size) for file in (database, _wal(database)) if (status := _status(file))]
        before = self._described.get(name)
        if before is None or before[0] != looks:
            with self.open(name) as gallery:
                before = self._described[name] = (looks, gallery.info)
        return before[1]

    def open(self, name: str, fingerprint: str | None = None) -> ChromaGallery:
        """Open a gallery to read. With a fingerprint, refuse one that another encoder made."""
        folder = self._folder(name)
        if not (folder / _DATABASE).is_file():
            self._described.pop(name, None)
            raise GalleryError(f"there is no gallery {name!r} at {folder}: index a folder of pictures into it first")
        _refuse_foreign(folder)
        with _plain_errors(folder):
            gallery = _connect(folder)
        if fingerprint is not None:
            _refuse_other_encoder(gallery, fingerprint)
        return gallery

    @contextmanager
    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> Iterator[ChromaGallery]:
        """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
        folder = self._folder(name)
        if folder.exists() and not folder.is_dir():
            raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / _DATABASE).is_file() and not (folder / _LOCK).is_file():
            raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, f"gallery {name!r} is locked: another process is writing into {folder}; wait until it has finished"):
            _refuse_foreign(folder)
            with _plain_errors(folder):
                made = {"fingerprint": fingerprint, "dimension": dimension, "profile": profile, "revision": "", "count": 0}
                gallery = _connect(folder, made)
            with gallery:
                _refuse_other_encoder(gallery, fingerprint)
                gallery.profile = profile or gallery.profile
                with _plain_errors(folder):
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
        return sum(file.stat().st_size for file in self._folder(name).rglob("*") if file.is_file())

    def place(self, name: str) -> str:
        """Its folder."""
        return str(self._folder(name))

    def _folder(self, name: str) -> Path:
        return self._root / checked_name(name, "gallery name")


class ChromaGallery:
    """An open gallery. Get one from a :class:`ChromaStore`."""

    def __init__(self, folder: Path, client: Any, images: Any, captions: Any) -> None:
        self.cache = folder
        self._client, self._images, self._captions = client, images, captions
        self.profile = str(images.metadata.get("profile", ""))
        self.dimension = int(images.metadata["dimension"])
        self.fingerprint = str(images.metadata["fingerprint"])

    @property
    def info(self) -> GalleryInfo:
        """As it is now: what another process wrote meanwhile is in it."""
        fresh: Mapping[str, Any] = self._client.get_collection("images", embedding_function=None).metadata
        return GalleryInfo(self.cache.name, self.fingerprint, self.dimension, self.profile, str(fresh["revision"]), len(self))

    def __len__(self) -> int:
        return int(self._images.count())

    def records(self) -> dict[str, PictureRecord]:
        """Every picture by id."""
        found: dict[str, PictureRecord] = {}
        for offset in range(0, len(self), _PAGE):
            page = self._images.get(include=["metadatas"], limit=_PAGE, offset=offset)
            found |= {id_: _to_record(id_, metadata) for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)}
        return found

    def embeddings(self, ids: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Image and first-caption embeddings of these pictures, in this order: (n, d) each."""
        return (
            self._read_embeddings(self._images, ids),
            self._read_embeddings(self._captions, [f"{id_}/0" for id_ in ids]),
        )

    def add(self, rows: Sequence[Row]) -> None:
        """Store pictures, replacing those of the same id. Captions first: the picture's own row says that all of it is there."""
        if not rows:
            return
        self.remove([row.record.id for row in rows])
        captions = [
            (f"{row.record.id}/{number}", text, embedding)
            for row in rows
            for number, (text, embedding) in enumerate(zip(row.record.captions or ("",), row.captions, strict=True))
        ]
        for start in range(0, len(captions), _PAGE):
            ids, texts, embeddings = zip(*captions[start : start + _PAGE], strict=True)
            self._captions.upsert(ids=list(ids), documents=list(texts), embeddings=list(embeddings))
        for start in range(0, len(rows), _PAGE):
            page = rows[start : start + _PAGE]
            self._images.upsert(
                ids=[row.record.id for row in page],
                embeddings=[row.image for row in page],
                metadatas=[_to_metadata(row.record) for row in page],
            )

    def relabel(self, records: Sequence[PictureRecord]) -> None:
        """Write what has changed about pictures that are there, other than content and captions: where they are."""
        for start in range(0, len(records), _PAGE):
            page = records[start : start + _PAGE]
            self._images.update(ids=[record.id for record in page], metadatas=[_to_metadata(record) for record in page])

    def remove(self, ids: Sequence[str]) -> None:
        """Forget pictures; ids that are not there are passed over."""
        for start in range(0, len(ids), _PAGE):
            page = self._images.get(ids=list(ids[start : start + _PAGE]), include=["metadatas"])
            captions = [
                f"{id_}/{number}"
                for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)
                for number in range(len(_to_record(id_, metadata).captions) or 1)
            ]
            if page["ids"]:
                self._images.delete(ids=page["ids"])
            for first in range(0, len(captions), _PAGE):
                self._captions.delete(ids=captions[first : first + _PAGE])

    def mark(self, *, complete: bool) -> None:
        """Say that an indexing begins (the revision is taken away) or has come to its end (a new one is given)."""
        revision = uuid.uuid4().hex if complete else ""
        self._images.modify(
            metadata={
                "fingerprint": self.fingerprint,
                "dimension": self.dimension,
                "profile": self.profile,
                "revision": revision,
                "count": len(self),
            }
        )

    def close(self) -> None:
        """Let go of the database."""
        with _OPENING:
            self._client.close()

    def __enter__(self) -> ChromaGallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_embeddings(self, collection: Any, ids: Sequence[str]) -> NDArray[np.float32]:
        out = np.empty((len(ids), self.dimension), dtype=np.float32)
        for start in range(0, len(ids), _PAGE):
            wanted = list(ids[start : start + _PAGE])
            page = collection.get(ids=wanted, include=["embeddings"])
            at = {id_: row for row, id_ in enumerate(page["ids"])}
            if missing := [id_ for id_ in wanted if id_ not in at]:
                raise GalleryError(
                    f"gallery {self.cache.name!r} has lost {len(missing)} of its embeddings (first: {missing[0]}): "
                    f"delete {self.cache} and index again"
                )
            out[start : start + len(wanted)] = np.asarray(page["embeddings"], dtype=np.float32)[[at[id_] for id_ in wanted]]
        return out


def _connect(folder: Path, make: Mapping[str, Any] | None = None) -> ChromaGallery:
    """Open Chroma's files; `make` holds the metadata of a gallery that may be made."""
    import chromadb
    from chromadb.config import Settings

    with _OPENING:
        client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    # embedding_function=None, always: the default one would fetch a model of its own at the first text.
    if make is None:
        images, captions = (client.get_collection(name, embedding_function=None) for name in ("images", "captions"))
    else:
        cosine: Any = {"hnsw": {"space": "cosine"}}
        captions = client.get_or_create_collection("captions", embedding_function=None, configuration=cosine)
        images = client.get_or_create_collection("images", embedding_function=None, configuration=cosine, metadata=dict(make))
    if "fingerprint" not in (images.metadata or {}) or images.configuration["hnsw"]["space"] != "cosine":
        with _OPENING:
            client.close()
        raise GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")
    return ChromaGallery(folder, client, images, captions)


def _refuse_foreign(folder: Path) -> None:
    """Look before Chroma does: opening somebody else's database would write Chroma's tables into it."""
    database = folder / _DATABASE
    if not database.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            names = {name for (name,) in connection.execute("SELECT name FROM collections")} if "collections" in tables else set()
    except sqlite3.OperationalError as error:
        raise GalleryError(f"gallery {folder.name!r} cannot be read ({error}): is another program using {database}?") from None
    except sqlite3.DatabaseError as error:
        raise GalleryError(f"{database} is no gallery ({error}): choose another name, or delete {folder} and index again") from None
    if tables and ("collections" not in tables or names - {"images", "captions"}):
        raise GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")


def _refuse_other_encoder(gallery: ChromaGallery, fingerprint: str) -> None:
    if gallery.fingerprint != fingerprint:
        gallery.close()
        made_with = f"use the profile it was made with ({gallery.profile})" if gallery.profile else "use the profile it was made with"
        raise GalleryError(
            f"gallery {gallery.cache.name!r} was made with encoder {gallery.fingerprint}, not with {fingerprint}, "
            f"and their vectors do not compare: {made_with}, or index the pictures into another gallery"
        )


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


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    """Chroma's many exceptions, as one line."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError:
        raise GalleryError(f"the gallery at {folder} was never finished: index into it again") from None
    except (ChromaError, sqlite3.Error) as error:
        reason = " ".join(str(error).split())
        raise GalleryError(f"gallery {folder.name!r} cannot be used ({reason}): is another program using {folder}?") from error


def _status(file: Path) -> Any:
    try:
        return file.stat()
    except OSError:
        return None


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def _to_metadata(record: PictureRecord) -> dict[str, str | int]:
    return {
        "path": record.path,
        "captions": json.dumps(record.captions),
        "width": record.width,
        "height": record.height,
        "also": json.dumps(record.also),
        "size": record.size,
        "modified": record.modified,
    }


def _to_record(id_: str, metadata: Mapping[str, Any]) -> PictureRecord:
    captions, also = (tuple(json.loads(metadata.get(key, "[]"))) for key in ("captions", "also"))
    width, height, size, modified = (int(metadata.get(key, 0)) for key in ("width", "height", "size", "modified"))
    return PictureRecord(id_, str(metadata["path"]), captions, width, height, also, size, modified)
