"""An open gallery of Chroma's server. What lies there: `chroma_server.py`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...contracts import Difference, GalleryInfo, PictureRecord, Row
from ...errors import GalleryError
from ..server_address import ServerAddress
from .chroma_collections import ChromaGallery, Connection, Whereabouts, WritableChromaGallery, pages
from .chroma_server_client import plain_server_errors
from .chroma_server_lease import Lease
from .records import to_metadata, to_record
from .vectors import newest_kept

_REVISION = re.compile(r"([0-9a-f]{12})\.(\d+)\.[0-9a-f]+")  # whose, at which change, and another for each


class ServerGallery(ChromaGallery):
    """An open gallery, to read from."""

    def __init__(self, where: Whereabouts, connection: Connection, address: ServerAddress) -> None:
        self._address = address
        super().__init__(where, lambda: connection)

    @property
    def info(self) -> GalleryInfo:
        """As it is now."""
        return checked_info(super().info)

    def records(self) -> dict[str, PictureRecord]:
        """Every picture by id: those that are kept here, with what has changed since."""
        kept = newest_kept(self.cache)
        if not kept or (news := self.since(kept.revision)) is None:
            return super().records()
        gone = set(news.gone(kept.records.keys()))
        return {id_: record for id_, record in kept.records.items() if id_ not in gone} | news.records

    def embeddings(self, ids: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Image and first-caption embeddings of these pictures, in this order: (n, d) each."""
        with self._plainly():
            dimension = int(self._metadata()["dimension"])
            images, captions = (np.empty((len(ids), dimension), dtype=np.float32) for _ in range(2))
            at, lost = {id_: row for row, id_ in enumerate(ids)}, set(ids)
            for record, image, said in self._pictures(ids, 1):
                if all(vector is not None for vector in said):
                    images[at[record.id]], captions[at[record.id]] = image, said[0] if said else image
                    lost.discard(record.id)
        if lost:
            raise GalleryError(
                f"gallery {self._where.name!r} has lost {len(lost)} of its embeddings (first: {min(lost)}): "
                f"`dir-tir gallery repair {self._where.name}`, then index again"
            )
        return images, captions

    def since(self, revision: str) -> Difference | None:
        """What has changed since a revision."""
        known = _REVISION.fullmatch(revision)
        if not known or known[1] != _whose(self._connection.images):
            return None
        changed: dict[str, dict[str, Any]] = {}
        with self._plainly():
            for page in self._listed(include=["metadatas"], where={"changed": {"$gt": int(known[2])}}):
                changed |= zip(page["ids"], page["metadatas"], strict=True)
        embedded = [id_ for id_, said in changed.items() if said["embedded"] > int(known[2])]

        def gone(ids: Collection[str]) -> Collection[str]:
            with self._plainly():
                if self._connection.images.count() == len(ids) + sum(id_ not in ids for id_ in changed):
                    return ()
                there = {id_ for page in self._listed(include=[]) for id_ in page["ids"]}
            return [id_ for id_ in ids if id_ not in there]

        return Difference({id_: to_record(id_, said) for id_, said in changed.items()}, embedded, gone)

    def _pictures(self, ids: Sequence[str], most: int | None = None) -> Iterator[tuple[PictureRecord, Any, list[Any]]]:
        """Of each that is there, record, image and its ``most`` first captions; None for what is lost."""
        for some in pages(ids, self._connection.page):
            page = self._connection.images.get(ids=list(some), include=["metadatas", "embeddings"])
            records = [to_record(id_, said) for id_, said in zip(page["ids"], page["metadatas"], strict=True)]
            wanted = [f"{record.id}/{number}" for record in records for number in range(len(record.captions[:most]))]
            found: dict[str, Any] = {}
            for several in pages(wanted, self._connection.page):
                captions = self._connection.captions.get(ids=list(several), include=["embeddings"])
                found |= zip(captions["ids"], captions["embeddings"], strict=True)
            for record, image in zip(records, page["embeddings"], strict=True):
                yield record, image, [found.get(f"{record.id}/{number}") for number in range(len(record.captions[:most]))]

    def incomplete(self) -> list[tuple[PictureRecord, Any, list[Any]]]:
        """Pictures that lack an embedding, or of which one is damaged, with all that they have. Reads everything."""
        with self._plainly():
            dimension = int(self._metadata()["dimension"])
            ids = [id_ for page in self._listed(include=[]) for id_ in page["ids"]]
            return [
                (record, image, said)
                for record, image, said in self._pictures(ids)
                if not all(is_unit(vector, dimension) for vector in (image, *said))
            ]

    def embedded(self) -> int:
        """How many embeddings there are."""
        with self._plainly():
            return int(self._connection.images.count()) + int(self._connection.captions.count())

    def _listed(self, **wanted: Any) -> Iterator[Any]:
        """Pages of what the server has of pictures."""
        offset, limit = 0, self._connection.page
        while (page := self._connection.images.get(**wanted, limit=limit, offset=offset))["ids"]:
            yield page
            if len(page["ids"]) < limit:
                return
            offset += limit

    def _plainly(self) -> AbstractContextManager[None]:
        return plain_server_errors(self._address, self._where.name)


class WritableServerGallery(ServerGallery, WritableChromaGallery):
    """An open gallery, to write into, while a lease is held. noticed: called when what `describe` says has changed."""

    def __init__(
        self, where: Whereabouts, connection: Connection, address: ServerAddress, lease: Lease, noticed: Callable[[], None]
    ) -> None:
        super().__init__(where, connection, address)
        self.lost = ()
        self._lease, self._noticed, self._change = lease, noticed, -1  # no change has begun

    def __enter__(self) -> WritableServerGallery:
        return self

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """All that is kept of these pictures; those whose embeddings are lost are passed over."""
        with self._plainly():
            return [
                Row(record, np.asarray(image, np.float32), np.array(said or [image], np.float32))
                for record, image, said in self._pictures(ids)
                if all(vector is not None for vector in said)
            ]

    def complete(self) -> None:
        """Say that everything is in: a new revision, when anything has changed since the last."""
        with self._plainly():
            self._lease.check()
        super().complete()
        self._change = -1

    def _begin(self) -> None:
        self._lease.check()
        if self._change < 0:
            known = self._metadata()
            change = int(known.get("change", 0)) + bool(known["revision"])
            if known["revision"]:
                self._remember(revision="", change=change)
            self._change = change

    def _new_revision(self) -> str:
        return f"{_whose(self._connection.images)}.{int(self._metadata().get('change', 0))}.{uuid.uuid4().hex[:12]}"

    def _noted(self, record: PictureRecord) -> dict[str, str | int]:
        return to_metadata(record) | {"changed": self._change}

    def _added(self, record: PictureRecord) -> dict[str, str | int]:
        return self._noted(record) | {"embedded": self._change}

    def _texts(self, record: PictureRecord) -> tuple[str, ...]:
        return record.captions

    def _remember(self, **changes: str | int) -> None:
        super()._remember(**changes)
        self._noticed()


def checked_info(info: GalleryInfo) -> GalleryInfo:
    """The same. A revision becomes the name of a folder here, so whatever else stands in its place is none."""
    return info if _REVISION.fullmatch(info.revision) else replace(info, revision="")


def is_unit(vector: Any, dimension: int) -> bool:
    """Whether it is an embedding as each was when it was written."""
    return vector is not None and len(vector) == dimension and abs(float(np.dot(vector, vector)) - 1) < 0.01


def _whose(images: Any) -> str:
    """Another for each gallery, also for one that was made anew under the same name."""
    return str(images.id).replace("-", "")[:12]
