"""The gallery: pictures and captions with their embeddings, in Chroma on disk.

    <folder>/chroma.sqlite3 ...   Chroma's own files: collection "images" (id = content hash; path, captions, width, height) and
                                  collection "captions" (id = content hash/number; the caption as document)
    <folder>/writer.lock          held while one process writes, because Chroma is not safe with several
    <folder>/matrix/<revision>/   the same embeddings as float32 matrices (see matrix.py)

The metadata of "images" remember encoder and revision. Chroma is the store of record; a picture's row in "images" is written after its
captions, so that a picture which is there is there completely, whenever the process was killed.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ..errors import GalleryError

DATABASE = "chroma.sqlite3"
_PAGE = 2000  # rows per request: below Chroma's largest batch (5,461) and below SQLite's limit of variables


@dataclass(frozen=True)
class Record:
    """One picture as the gallery knows it."""

    id: str
    path: str
    captions: tuple[str, ...]
    width: int
    height: int

    @property
    def caption(self) -> str:
        """The caption that speaks for the picture in Algorithm 1: the first."""
        return self.captions[0]


@dataclass(frozen=True)
class Row:
    """A record with its embeddings, ready to be stored: image (d,), captions (number of captions, d), rows of unit length."""

    record: Record
    image: NDArray[np.float32]
    captions: NDArray[np.float32]


@dataclass
class Gallery:
    """An open gallery. Get one from `open_gallery`, or from `write_gallery` to change it."""

    folder: Path
    fingerprint: str
    dimension: int
    _client: Any = field(repr=False)
    _images: Any = field(repr=False)
    _captions: Any = field(repr=False)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def revision(self) -> str:
        """Changes with every completed indexing; empty while one is under way or after one was killed."""
        return str(self._fresh_metadata()["revision"])

    def __len__(self) -> int:
        return int(self._images.count())

    def records(self) -> dict[str, Record]:
        """Every picture by id."""
        found: dict[str, Record] = {}
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
            for number, (text, embedding) in enumerate(zip(row.record.captions, row.captions, strict=True))
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

    def remove(self, ids: Sequence[str]) -> None:
        """Forget pictures; ids that are not there are passed over."""
        for start in range(0, len(ids), _PAGE):
            page = self._images.get(ids=list(ids[start : start + _PAGE]), include=["metadatas"])
            captions = [
                f"{id_}/{number}"
                for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)
                for number in range(len(_to_record(id_, metadata).captions))
            ]
            if page["ids"]:
                self._images.delete(ids=page["ids"])
            for first in range(0, len(captions), _PAGE):
                self._captions.delete(ids=captions[first : first + _PAGE])

    def mark(self, *, complete: bool) -> None:
        """Say that an indexing begins (the revision is taken away) or has come to its end (a new one is given)."""
        revision = uuid.uuid4().hex if complete else ""
        self._images.modify(
            metadata={"fingerprint": self.fingerprint, "dimension": self.dimension, "revision": revision, "count": len(self)}
        )

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Gallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fresh_metadata(self) -> Mapping[str, Any]:
        metadata: Mapping[str, Any] = self._client.get_collection("images", embedding_function=None).metadata
        return metadata

    def _read_embeddings(self, collection: Any, ids: Sequence[str]) -> NDArray[np.float32]:
        out = np.empty((len(ids), self.dimension), dtype=np.float32)
        for start in range(0, len(ids), _PAGE):
            wanted = list(ids[start : start + _PAGE])
            page = collection.get(ids=wanted, include=["embeddings"])
            at = {id_: row for row, id_ in enumerate(page["ids"])}
            if missing := [id_ for id_ in wanted if id_ not in at]:
                raise GalleryError(
                    f"gallery {self.name!r} has lost {len(missing)} of its embeddings (first: {missing[0]}): "
                    f"delete {self.folder} and index again"
                )
            out[start : start + len(wanted)] = np.asarray(page["embeddings"], dtype=np.float32)[[at[id_] for id_ in wanted]]
        return out


def open_gallery(folder: Path, fingerprint: str | None = None) -> Gallery:
    """Open a gallery to search in. With a fingerprint, refuse one that another encoder made."""
    if not (folder / DATABASE).is_file():
        raise GalleryError(f"there is no gallery at {folder}: index a folder of pictures into it first")
    _refuse_foreign(folder)
    with _plain_errors(folder):
        gallery = _connect(folder)
    if fingerprint is not None:
        _refuse_other_encoder(gallery, fingerprint)
    return gallery


@contextmanager
def write_gallery(folder: Path, fingerprint: str, dimension: int) -> Iterator[Gallery]:
    """Open a gallery to write into, or make it. One writer at a time."""
    if folder.exists() and not folder.is_dir():
        raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).is_file() and not (folder / "writer.lock").is_file():
        raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GalleryError(
            f"gallery {folder.name!r} is locked: another process is writing into {folder}; wait until it has finished"
        ) from None
    try:
        _refuse_foreign(folder)
        with _plain_errors(folder):
            gallery = _connect(folder, {"fingerprint": fingerprint, "dimension": dimension, "revision": "", "count": 0})
        with gallery:
            _refuse_other_encoder(gallery, fingerprint)
            with _plain_errors(folder):
                yield gallery
    finally:
        lock.release()


def _connect(folder: Path, make: Mapping[str, Any] | None = None) -> Gallery:
    """Open Chroma's files; `make` holds the metadata of a gallery that may be made."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    # embedding_function=None, always: the default one would fetch a model of its own at the first text.
    if make is None:
        images, captions = (client.get_collection(name, embedding_function=None) for name in ("images", "captions"))
    else:
        cosine: Any = {"hnsw": {"space": "cosine"}}
        captions = client.get_or_create_collection("captions", embedding_function=None, configuration=cosine)
        images = client.get_or_create_collection("images", embedding_function=None, configuration=cosine, metadata=dict(make))
    metadata = images.metadata or {}
    if "fingerprint" not in metadata or images.configuration["hnsw"]["space"] != "cosine":
        client.close()
        raise GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")
    return Gallery(folder, str(metadata["fingerprint"]), int(metadata["dimension"]), client, images, captions)


def _refuse_foreign(folder: Path) -> None:
    """Look before Chroma does: opening somebody else's database would write Chroma's tables into it."""
    database = folder / DATABASE
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


def _refuse_other_encoder(gallery: Gallery, fingerprint: str) -> None:
    if gallery.fingerprint != fingerprint:
        gallery.close()
        raise GalleryError(
            f"gallery {gallery.name!r} was made with encoder {gallery.fingerprint}, not with {fingerprint}, "
            f"and their vectors do not compare: use the profile it was made with, or index the pictures into another gallery"
        )


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


def _to_metadata(record: Record) -> dict[str, str | int]:
    return {"path": record.path, "captions": json.dumps(record.captions), "width": record.width, "height": record.height}


def _to_record(id_: str, metadata: Mapping[str, Any]) -> Record:
    captions = tuple(json.loads(metadata["captions"]))
    return Record(id_, str(metadata["path"]), captions, int(metadata["width"]), int(metadata["height"]))
