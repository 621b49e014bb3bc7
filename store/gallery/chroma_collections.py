"""A gallery as two collections of Chroma, whichever client leads to them.

`chroma.py` and `chroma_opening.py` have the client of a folder of this machine, `chroma_server.py` that of a server, where the names of the
collections have the gallery's in them.

    images     a row for each picture: id = content hash; metadata: paths, captions, size, and by what the file is recognised unread
    captions   a row for each caption: id = content hash/number; document: the caption

The metadata of "images" remember encoder, profile and revision. A picture without a caption has an empty one, embedded as the picture is:
the image-image variant of Algorithm 1. A picture's row in "images" is written after its captions, so that a picture which is there is there
completely, whenever the process was killed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...contracts import Difference, GalleryInfo, PictureRecord, Row
from ...errors import DirTirError, GalleryError
from ..disk import disk_full, is_disk_full
from .records import to_metadata, to_record, to_records

T = TypeVar("T")

IMAGES, CAPTIONS = "images", "captions"
_THIN: Any = {"hnsw": {"space": "cosine", "ef_construction": 1, "max_neighbors": 2}}
# ^ No search asks Chroma's index, and Chroma builds one whatever it is told: the thinnest that there is (docs/decisions/0026).
PAGE = 2000  # rows per request: below Chroma's largest batch (5,461) and below SQLite's limit of variables


@dataclass(frozen=True)
class Connection:
    """An open client with the two collections of one gallery."""

    client: Any
    images: Any
    captions: Any
    close: Callable[[], None]
    stored: Callable[[str, Sequence[str], NDArray[np.float32]], Sequence[int]] = lambda collection, ids, out: range(len(ids))
    # ^ writes embeddings of a collection that can be had without its index into rows of ``out``; the numbers of the other rows
    written: Callable[[], None] = lambda: None  # called after every change
    told: Callable[[], dict[str, dict[str, Any]] | None] = lambda: None
    # ^ id → metadata of every picture, where they can be had without the index: Chroma loads that whatever it is asked for
    counted: Callable[[], int | None] = lambda: None  # how many those are, where that is known without reading them
    page: int = PAGE  # rows per request


@dataclass(frozen=True)
class Whereabouts:
    """Which gallery it is: its name, where it lies in words for a person, and where this machine keeps what is worked out from it."""

    name: str
    place: str
    cache: Path


def gallery_metadata(fingerprint: str, dimension: int, profile: str) -> dict[str, str | int]:
    """What a new gallery remembers."""
    return {"fingerprint": fingerprint, "dimension": dimension, "profile": profile, "revision": "", "count": 0}


def find_collections(client: Any) -> tuple[Any, Any]:
    """(images, captions) of a gallery. Raises Chroma's NotFoundError."""
    # embedding_function=None, always: the default one would fetch a model of its own at the first text.
    return client.get_collection(IMAGES, embedding_function=None), client.get_collection(CAPTIONS, embedding_function=None)


def make_collections(client: Any, metadata: Mapping[str, str | int], images: str = IMAGES, captions: str = CAPTIONS) -> tuple[Any, Any]:
    """(images, captions), made when they are not there; ``metadata`` are those of a new gallery."""
    said = client.get_or_create_collection(captions, embedding_function=None, configuration=_THIN)
    return client.get_or_create_collection(images, embedding_function=None, configuration=_THIN, metadata=dict(metadata)), said


def is_gallery(images: Any) -> bool:
    """Whether this package made the collection. Chroma silently ignores another measure that is asked for, so it is looked at here."""
    index = images.configuration_json.get("hnsw") or images.configuration_json.get("spann") or {}
    return "fingerprint" in (images.metadata or {}) and index.get("space") == "cosine"


def info_of(name: str, known: Mapping[str, Any], count: Callable[[], int]) -> GalleryInfo:
    """What the metadata of a gallery say. count: counts its pictures, which takes a while; it is noted with the revision."""
    dimension, profile, revision = int(known["dimension"]), str(known.get("profile", "")), str(known.get("revision", ""))
    noted = int(known.get("count", 0)) if revision else 0
    return GalleryInfo(name, str(known["fingerprint"]), dimension, profile, revision, noted or count())


class ChromaGallery:
    """An open gallery, to read from."""

    def __init__(self, where: Whereabouts, connect: Callable[[], Connection]) -> None:
        self._where = where
        self._connect = connect
        self._connection = connect()
        self._read_at: str | None = None  # the revision at which embeddings were read through this connection

    @property
    def cache(self) -> Path:
        """A folder on this machine for what is worked out from the gallery."""
        return self._where.cache

    @property
    def info(self) -> GalleryInfo:
        """As it is now: what another process wrote meanwhile is in it."""
        with self._plainly():
            known = self._metadata()
        return info_of(self._where.name, known, self.__len__)

    def __len__(self) -> int:
        with self._plainly():
            if (counted := self._connection.counted()) is not None:
                return counted
            told = self._connection.told()
            return int(self._connection.images.count()) if told is None else len(told)

    def records(self) -> dict[str, PictureRecord]:
        """Every picture by id."""
        found: dict[str, PictureRecord] = {}
        with self._plainly():
            if (told := self._connection.told()) is not None:
                return to_records(told)
            limit = self._connection.page
            for offset in range(0, len(self), limit):
                page = self._connection.images.get(include=["metadatas"], limit=limit, offset=offset)
                found |= {id_: to_record(id_, metadata) for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)}
        return found

    def embeddings(self, ids: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Image and first-caption embeddings of these pictures, in this order: (n, d) each."""
        with self._plainly():
            known = self._metadata()
            if self._read_at is not None and (not known["revision"] or known["revision"] != self._read_at):
                # A client that has read its index once goes on with that, and never sees what another process has written since.
                self.close()
                self._connection = self._connect()
            self._read_at, dimension = str(known["revision"]), int(known["dimension"])
            return (
                self._read(self._connection.images, ids, dimension),
                self._read(self._connection.captions, [f"{id_}/0" for id_ in ids], dimension),
            )

    def since(self, revision: str) -> Difference | None:
        """Nothing: reading all of it from a disk takes no longer than keeping account of changes."""
        return None

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def __enter__(self) -> ChromaGallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _metadata(self) -> dict[str, Any]:
        """Of the gallery, as they are now; what an older version did not write is empty."""
        return {"profile": "", "revision": "", **self._fresh().metadata}

    def _fresh(self) -> Any:
        """The collection of images as it is now."""
        return self._connection.client.get_collection(self._connection.images.name, embedding_function=None)

    def _read(self, collection: Any, ids: Sequence[str], dimension: int) -> NDArray[np.float32]:
        out = np.empty((len(ids), dimension), dtype=np.float32)
        for rows in pages(self._connection.stored(collection.name, ids, out), self._connection.page):
            wanted = [ids[row] for row in rows]
            page = collection.get(ids=wanted, include=["embeddings"])
            at = {id_: row for row, id_ in enumerate(page["ids"])}
            if missing := [id_ for id_ in wanted if id_ not in at]:
                raise GalleryError(
                    f"gallery {self._where.name!r} has lost {len(missing)} of its embeddings (first: {missing[0]}): "
                    f"`dir-tir gallery repair {self._where.name}`, then index again"
                )
            out[list(rows)] = np.asarray(page["embeddings"], dtype=np.float32)[[at[id_] for id_ in wanted]]
        return out

    def _plainly(self) -> AbstractContextManager[None]:
        return plain_errors(self._where)


class WritableChromaGallery(ChromaGallery):
    """An open gallery, to write into. lost: paths of pictures that could not be kept when it was made anew just now."""

    def __init__(self, where: Whereabouts, connect: Callable[[], Connection], lost: tuple[str, ...] = ()) -> None:
        super().__init__(where, connect)
        self.lost = lost

    def __enter__(self) -> WritableChromaGallery:
        return self

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """All that is kept of these pictures; those whose embeddings are lost are passed over."""
        rows = []
        with self._plainly():
            for some in pages(ids, self._connection.page):
                page = self._connection.images.get(ids=list(some), include=["metadatas", "embeddings"])
                records = [to_record(id_, metadata) for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)]
                wanted = [f"{record.id}/{number}" for record in records for number in range(len(record.captions) or 1)]
                found: dict[str, NDArray[np.float32]] = {}
                for several in pages(wanted, self._connection.page):
                    captions = self._connection.captions.get(ids=list(several), include=["embeddings"])
                    found |= dict(zip(captions["ids"], np.asarray(captions["embeddings"], np.float32), strict=True))
                for record, image in zip(records, np.asarray(page["embeddings"], np.float32), strict=True):
                    of_captions = [found.get(f"{record.id}/{number}") for number in range(len(record.captions) or 1)]
                    if all(vector is not None for vector in of_captions):
                        rows.append(Row(record, image, np.array(of_captions, np.float32)))
        return rows

    def add(self, rows: Sequence[Row]) -> None:
        """Store pictures, replacing those of the same id. Captions first: the picture's own row says that all of it is there."""
        self.remove([row.record.id for row in rows])
        captions = [
            (f"{row.record.id}/{number}", text, embedding)
            for row in rows
            if (texts := self._texts(row.record))
            for number, (text, embedding) in enumerate(zip(texts, row.captions, strict=True))
        ]
        with self._plainly():
            for some in pages(captions, self._connection.page):
                ids, texts, embeddings = zip(*some, strict=True)
                self._connection.captions.upsert(ids=list(ids), documents=list(texts), embeddings=list(embeddings))
            for page in pages(rows, self._connection.page):
                self._connection.images.upsert(
                    ids=[row.record.id for row in page],
                    embeddings=[row.image for row in page],
                    metadatas=[self._added(row.record) for row in page],
                )
            self._connection.written()

    def relabel(self, records: Sequence[PictureRecord]) -> None:
        """Write what has changed about pictures that are there, other than content and captions: where they are, when they
        were taken."""
        with self._plainly():
            for page in pages(records, self._connection.page):
                self._begin()
                self._connection.images.update(ids=[record.id for record in page], metadatas=[self._noted(record) for record in page])
            self._connection.written()

    def remove(self, ids: Sequence[str]) -> None:
        """Forget pictures; ids that are not there are passed over."""
        with self._plainly():
            for some in pages(ids, self._connection.page):
                self._begin()
                page = self._connection.images.get(ids=list(some), include=["metadatas"])
                captions = [
                    f"{id_}/{number}"
                    for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)
                    for number in range(len(to_record(id_, metadata).captions) or 1)
                ]
                if page["ids"]:
                    self._connection.images.delete(ids=page["ids"])
                for several in pages(captions, self._connection.page):
                    self._connection.captions.delete(ids=list(several))
            self._connection.written()

    def complete(self) -> None:
        """Say that everything is in: a new revision, when anything has changed since the last."""
        with self._plainly():
            if not self._metadata()["revision"]:
                self._remember(revision=self._new_revision(), count=len(self))

    def remember_profile(self, profile: str) -> None:
        """By which profile the pictures are searched when no other is named."""
        with self._plainly():
            if profile != self._metadata()["profile"]:
                self._remember(profile=profile)

    def _begin(self) -> None:
        """Take the revision away before the first change: a process that is killed leaves no gallery that passes for the one before."""
        if self._metadata()["revision"]:
            self._remember(revision="")

    def _new_revision(self) -> str:
        return uuid.uuid4().hex

    def _noted(self, record: PictureRecord) -> dict[str, str | int]:
        """What is written of a picture that is there."""
        return to_metadata(record)

    def _added(self, record: PictureRecord) -> dict[str, str | int]:
        """What is written of a picture with its embeddings."""
        return self._noted(record)

    def _texts(self, record: PictureRecord) -> tuple[str, ...]:
        """Those that get a row each."""
        return record.captions or ("",)

    def _remember(self, **changes: str | int) -> None:
        self._connection.images.modify(metadata={**self._metadata(), **changes})


@contextmanager
def plain_errors(where: Whereabouts) -> Iterator[None]:
    """Whatever Chroma raises, as one line: its own exceptions, SQLite's, those of Python below, and panics, which are no Exception."""
    from chromadb.errors import NotFoundError

    try:
        yield
    except DirTirError:
        raise
    except NotFoundError:
        raise GalleryError(f"gallery {where.name!r} was never finished: index into it again") from None
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__module__ != "pyo3_runtime":
            raise
        if is_disk_full(error, where.cache):
            raise disk_full(where.cache) from error
        reason = " ".join(str(error).split())
        if "locked" in reason or "busy" in reason:
            raise GalleryError(f"gallery {where.name!r} cannot be used ({reason}): is another program using {where.place}?") from error
        raise GalleryError(f"gallery {where.name!r} cannot be used ({reason}): try `dir-tir gallery repair {where.name}`") from error


def refuse_other_encoder(gallery: ChromaGallery, fingerprint: str) -> None:
    """Close a gallery that another encoder made, and raise GalleryError."""
    info = gallery.info
    if info.fingerprint != fingerprint:
        gallery.close()
        made_with = f"use the profile it was made with ({info.profile})" if info.profile else "use the profile it was made with"
        raise GalleryError(
            f"gallery {info.name!r} was made with encoder {info.fingerprint}, not with {fingerprint}, "
            f"and their vectors do not compare: {made_with}, or index the pictures into another gallery"
        )


def pages(items: Sequence[T], page: int) -> Iterator[Sequence[T]]:
    """As many at a time as go into one request."""
    for start in range(0, len(items), page):
        yield items[start : start + page]
