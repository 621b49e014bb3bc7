"""Chroma's database of one gallery, looked at with plain SQL: before Chroma opens it, and where Chroma cannot.

Only the tables named here are known. `embeddings_queue` is the one that matters: Chroma appends every change to it before anything else is
done, so it has each embedding and each record, and the index files beside the database are worked out from it. Chroma empties it of what
is in the index, unless `embeddings_queue_config` says no; galleries say no, so that no damaged index file costs an embedding.

Closing a file takes away every lock that the process has on it, those of a writer in another thread too. So nothing here may be called
while this process writes into the gallery.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import GalleryError
from ..disk import disk_full, is_disk_full

DATABASE = "chroma.sqlite3"
_KEEP = '{"automatically_purge":false,"_type":"EmbeddingsQueueConfigurationInternal"}'
_ADD, _UPDATE, _DELETE = 0, 1, 3  # Chroma's numbers of operations
_KNOWN = {"embeddings_queue": 2, "metadb": 6, "sysdb": 10}  # the newest changes of Chroma's tables that are known here

State = Literal["nothing", "half made", "gallery", "foreign"]


class DamagedDatabase(GalleryError):
    """SQLite cannot read the database of a gallery; ``said``: its words."""

    def __init__(self, name: str, said: str) -> None:
        self.said = said
        super().__init__(
            f"the database of gallery {name!r} is damaged ({said}): `dir-tir gallery repair {name}` makes it anew of what it can"
        )


@dataclass
class Replayed:
    """A collection as the queue tells it. whole: the queue was read to its end."""

    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    whole: bool = True


def state_of(folder: Path, collections: Sequence[str]) -> State:
    """What lies in a folder. A transaction that a killed process left is rolled back by looking. Raises GalleryError.

    collections: what a gallery's are called, the one that remembers the encoder first.
    """
    if not (folder / DATABASE).is_file():
        return "nothing"
    with _reading(folder) as database:
        tables = _column(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if not tables:
            return "nothing"
        if not tables & {"migrations", "collections"}:
            return "foreign"
        if not {"collections", "collection_metadata"} <= tables:
            return "half made"
        names = _column(database, "SELECT name FROM collections")
        if names - set(collections):
            return "foreign"
        if collections[0] not in names:
            return "half made"
        remembered = database.execute(
            "SELECT 1 FROM collection_metadata m JOIN collections c ON m.collection_id = c.id WHERE c.name = ? AND m.key = 'fingerprint'",
            (collections[0],),
        )
        return "gallery" if remembered.fetchone() else "foreign"


def damage(folder: Path) -> str:
    """What SQLite finds wrong with the whole database; nothing when it is sound."""
    try:
        with _reading(folder) as database:
            (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except DamagedDatabase as error:
        return error.said
    return "" if found == "ok" else " ".join(str(found).split())


def keep_every_embedding(folder: Path) -> None:
    """From now on Chroma leaves in its queue what is in the index."""
    with _reading(folder) as database:
        if "embeddings_queue_config" in _column(database, "SELECT name FROM sqlite_master WHERE type = 'table'") and _KEEP not in _column(
            database, "SELECT config_json_str FROM embeddings_queue_config"
        ):
            database.execute("INSERT OR REPLACE INTO embeddings_queue_config VALUES (1, ?)", (_KEEP,))
            database.commit()


def forget_index(folder: Path) -> None:
    """Chroma makes its index anew, of the whole queue, when it next needs one."""
    with _reading(folder) as database:
        database.execute("DELETE FROM max_seq_id WHERE segment_id IN (SELECT id FROM segments WHERE scope = 'VECTOR')")
        database.commit()


def rows_metadata(folder: Path, collection: str) -> dict[str, dict[str, Any]] | None:
    """id → metadata of every row of a collection, and of what a killed process left in the queue alone; None where a version of Chroma
    made the tables that is not known here."""
    found: dict[str, dict[str, Any]] = {}
    with _reading(folder) as database:
        database.execute("BEGIN")  # all of it as it is at one moment
        if dict(database.execute("SELECT dir, max(version) FROM migrations GROUP BY dir")) != _KNOWN:
            return None
        for id_, key, text, number in database.execute(
            "SELECT e.embedding_id, m.key, m.string_value, m.int_value FROM embeddings e JOIN embedding_metadata m ON m.id = e.id "
            "JOIN segments s ON e.segment_id = s.id JOIN collections c ON s.collection = c.id WHERE c.name = ? AND s.scope = 'METADATA'",
            (collection,),
        ):
            found.setdefault(id_, {})[sys.intern(key)] = number if text is None else text
        (taken,) = database.execute(
            "SELECT coalesce(max(m.seq_id), -1) FROM max_seq_id m JOIN segments s ON m.segment_id = s.id "
            "JOIN collections c ON s.collection = c.id WHERE c.name = ? AND s.scope = 'METADATA'",
            (collection,),
        ).fetchone()
        for id_, operation, _, metadata in _changes(database, collection, metadata=True, after=taken):
            if operation == _DELETE:
                found.pop(id_, None)
            elif (id_ in found and operation != _ADD) or (id_ not in found and operation != _UPDATE):
                found[id_] = {**found.get(id_, {}), **metadata}
    return found


def rows_count(folder: Path, collection: str) -> int | None:
    """How many rows `rows_metadata` gives, without reading them; None where it gives none, or something waits in the queue."""
    with _reading(folder) as database:
        database.execute("BEGIN")
        if dict(database.execute("SELECT dir, max(version) FROM migrations GROUP BY dir")) != _KNOWN:
            return None
        (waiting,) = database.execute(
            "SELECT EXISTS (SELECT 1 FROM embeddings_queue q JOIN collections c ON q.topic LIKE '%/' || c.id WHERE c.name = ? "
            "AND q.seq_id > (SELECT coalesce(max(m.seq_id), -1) FROM max_seq_id m JOIN segments s ON m.segment_id = s.id "
            "WHERE s.collection = c.id AND s.scope = 'METADATA'))",
            (collection,),
        ).fetchone()
        if waiting:
            return None
        (count,) = database.execute(
            "SELECT count(*) FROM embeddings e JOIN segments s ON e.segment_id = s.id JOIN collections c ON s.collection = c.id "
            "WHERE c.name = ? AND s.scope = 'METADATA'",
            (collection,),
        ).fetchone()
        return int(count)


def is_queue_whole(folder: Path, collections: Sequence[str]) -> bool:
    """Whether the queue has the embedding of everything that is in these collections."""
    with _reading(folder) as database:
        for collection in collections:
            there = _column(
                database,
                "SELECT e.embedding_id FROM embeddings e JOIN segments s ON e.segment_id = s.id JOIN collections c ON s.collection = c.id "
                "WHERE c.name = ? AND s.scope = 'METADATA'",
                collection,
            )
            queue = _column(
                database,
                "SELECT id FROM embeddings_queue WHERE vector IS NOT NULL AND topic LIKE '%/' || "
                "(SELECT id FROM collections WHERE name = ?)",
                collection,
            )
            if there - queue:
                return False
    return True


def queued(folder: Path, collection: str, ids: Sequence[str], out: NDArray[np.float32]) -> list[int]:
    """Write the embeddings of these ids into the rows of ``out``; the numbers of the rows that the queue does not have."""
    at = {id_: row for row, id_ in enumerate(ids)}
    found = np.zeros(len(ids), dtype=bool)
    with _reading(folder) as database:
        for id_, operation, vector, _ in _changes(database, collection, metadata=False):
            if (row := at.get(id_)) is None:
                continue
            if operation == _DELETE:
                found[row] = False
            elif vector is not None and len(vector) == out.shape[1]:
                out[row], found[row] = vector, True
    return [int(row) for row in np.flatnonzero(~found)]


def replayed(folder: Path, collection: str) -> Replayed:
    """Everything that can be read of a collection from the queue, also in a damaged database."""
    there = Replayed()
    try:
        with _reading(folder) as database:
            for id_, operation, vector, metadata in _changes(database, collection, metadata=True):
                if operation == _DELETE:
                    there.vectors.pop(id_, None)
                    there.metadata.pop(id_, None)
                    continue
                if vector is not None:
                    there.vectors[id_] = vector
                there.metadata[id_] = {**there.metadata.get(id_, {}), **metadata}
    except (GalleryError, ValueError):
        there.whole = False
    return there


def collection_metadata(folder: Path, collection: str) -> dict[str, Any] | None:
    """What a collection remembers; None where a version of Chroma made the tables that is not known here."""
    with _reading(folder) as database:
        database.execute("BEGIN")
        known = dict(database.execute("SELECT dir, max(version) FROM migrations GROUP BY dir")) == _KNOWN
        return _collection_metadata(database, collection) if known else None


def remembered(folder: Path, collection: str) -> dict[str, Any]:
    """The metadata of a collection, as far as they can be read."""
    try:
        with _reading(folder) as database:
            return _collection_metadata(database, collection)
    except GalleryError:
        return {}


def _collection_metadata(database: sqlite3.Connection, collection: str) -> dict[str, Any]:
    rows = database.execute(
        "SELECT m.key, m.str_value, m.int_value FROM collection_metadata m JOIN collections c ON m.collection_id = c.id WHERE c.name = ?",
        (collection,),
    )
    return {key: number if text is None else text for key, text, number in rows}


def _changes(
    database: sqlite3.Connection, collection: str, *, metadata: bool, after: int = -1
) -> Iterator[tuple[str, int, NDArray[np.float32] | None, Mapping[str, Any]]]:
    """(id, operation, vector, metadata) in the order in which they happened."""
    known = database.execute("SELECT id FROM collections WHERE name = ?", (collection,)).fetchone()
    if known is None:
        return
    wanted = "metadata" if metadata else "NULL"
    rows = database.execute(
        f"SELECT id, operation, vector, encoding, {wanted} FROM embeddings_queue WHERE topic LIKE ? AND seq_id > ? ORDER BY seq_id",
        (f"%/{known[0]}", after),
    )
    for id_, operation, vector, encoding, said in rows:
        values = np.frombuffer(vector, dtype="<f4") if vector is not None and encoding == "FLOAT32" else None
        yield id_, operation, values, json.loads(said) if said else {}


def _column(database: sqlite3.Connection, query: str, *values: str) -> set[str]:
    return {value for (value,) in database.execute(query, values)}


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database, opened so that SQLite may roll back what a killed process left. A database that is not there is not made."""
    database = folder / DATABASE
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as connection:
            yield connection
    except sqlite3.Error as error:
        if is_disk_full(error, folder):
            raise disk_full(folder) from error
        name, said = folder.name, str(error)
        if "locked" in said or "busy" in said:
            raise GalleryError(f"gallery {name!r} cannot be read ({said}): is another program using {database}?") from None
        if isinstance(error, sqlite3.OperationalError) and ("unable to open" in said or "readonly" in said):
            raise GalleryError(f"gallery {name!r} cannot be read ({said}): check that {folder} can be read and written") from None
        raise DamagedDatabase(name, said) from None
