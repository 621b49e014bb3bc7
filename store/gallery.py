"""The gallery: pictures and captions with their embeddings, in Chroma on disk.

    <folder>/chroma.sqlite3 ...   Chroma's own files: collection "images" (id = content hash; paths, captions, width, height, and by what
                                  the file is recognised unread) and collection "captions" (id = content hash/number; caption as document)
    <folder>/writer.lock          held while one process writes, because Chroma is not safe with several
    <folder>/matrix/<revision>/   the same embeddings as float32 matrices (see matrix.py)

The metadata of "images" remember encoder, profile and revision. A picture without a caption has an empty one, embedded as the picture is:
the image-image variant of Algorithm 1. Chroma is the store of record; a picture's row in "images" is written after its
captions, so that a picture which is there is there completely, whenever the process was killed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import GalleryError

CHROMA = Lock()  # held while a database is opened or closed: Chroma's list of those that are open is not safe with several threads
_PAGE = 2000  # rows per request: below Chroma's largest batch (5,461) and below SQLite's limit of variables


@dataclass(frozen=True)
class Record:
    """One picture as the gallery knows it."""

    id: str
    path: str
    captions: tuple[str, ...]
    width: int
    height: int
    also: tuple[str, ...] = ()  # other paths of the same content
    size: int = 0  # of the file, in bytes
    modified: int = 0  # when the file was last written, in ns

    @property
    def caption(self) -> str:
        """The caption that speaks for the picture in Algorithm 1: the first; empty when there is none."""
        return self.captions[0] if self.captions else ""

    @property
    def title(self) -> str:
        """What to show for the picture in words: its caption, or else the name of its file."""
        return self.caption or Path(self.path).name

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, *self.also)


@dataclass(frozen=True)
class Row:
    """A record with its embeddings, ready to be stored: image (d,), captions (number of captions, d), rows of unit length.

    Without captions, `captions` is the image itself, (1, d).
    """

    record: Record
    image: NDArray[np.float32]
    captions: NDArray[np.float32]


@dataclass
class Gallery:
    """An open gallery. Get one from :mod:`.opening`."""

    folder: Path
    fingerprint: str
    dimension: int
    profile: str  # by which its pictures are searched when no other is named; empty in one that was made without
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

    def relabel(self, records: Sequence[Record]) -> None:
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
        with CHROMA:
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


def _to_metadata(record: Record) -> dict[str, str | int]:
    return {
        "path": record.path,
        "captions": json.dumps(record.captions),
        "width": record.width,
        "height": record.height,
        "also": json.dumps(record.also),
        "size": record.size,
        "modified": record.modified,
    }


def _to_record(id_: str, metadata: Mapping[str, Any]) -> Record:
    captions, also = (tuple(json.loads(metadata.get(key, "[]"))) for key in ("captions", "also"))
    width, height, size, modified = (int(metadata.get(key, 0)) for key in ("width", "height", "size", "modified"))
    return Record(id_, str(metadata["path"]), captions, width, height, also, size, modified)
