"""What is gone from a gallery, kept for a while: embeddings and captions come back without encoding when the picture does.

    <cache>/put-aside.sqlite    a row for each picture: its record, its embeddings, the encoder's fingerprint, when it went

A folder that was not mounted, a file that was broken or moved for a day: all of these look as if the pictures were deleted. No search sees
what lies here, because it is not in the store. A file that is damaged is begun anew: what is in it can be encoded again.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np

from ...contracts import PictureRecord, Row
from ..disk import plain_when_full
from .records import to_metadata, to_record

KEPT_FOR = timedelta(days=30)
FILE = "put-aside.sqlite"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS aside"
    " (id TEXT PRIMARY KEY, fingerprint TEXT, gone REAL, record TEXT, image BLOB, captions BLOB) WITHOUT ROWID"
)
_SOME = 500  # ids a statement: SQLite's limit is higher


class PutAside:
    """What lies aside of one gallery. fingerprint: of the encoder; what another one made is not there."""

    def __init__(self, cache: Path, fingerprint: str) -> None:
        self._file, self._fingerprint = cache / FILE, fingerprint

    def records(self) -> dict[str, PictureRecord]:
        """Every picture that could come back, by id."""
        with self._open() as database:
            found = database.execute("SELECT id, record FROM aside WHERE fingerprint = ?", (self._fingerprint,))
            return {id_: to_record(id_, json.loads(record)) for id_, record in found}

    def take(self, ids: Sequence[str]) -> dict[str, Row]:
        """The rows of these; they stay here until they are forgotten."""
        rows = {}
        with self._open() as database:
            for some in _several(ids):
                question = f"SELECT id, record, image, captions FROM aside WHERE id IN ({', '.join('?' * len(some))})"
                for id_, record, image, captions in database.execute(question, some):
                    vector = np.frombuffer(image, np.float32)
                    rows[id_] = Row(
                        to_record(id_, json.loads(record)), vector, np.frombuffer(captions, np.float32).reshape(-1, len(vector))
                    )
        return rows

    def keep(self, rows: Sequence[Row]) -> None:
        """Put these aside, as gone now."""
        lines = [
            (
                *(row.record.id, self._fingerprint, time.time(), json.dumps(to_metadata(row.record))),
                *(np.asarray(vectors, np.float32).tobytes() for vectors in (row.image, row.captions)),
            )
            for row in rows
        ]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO aside VALUES (?, ?, ?, ?, ?, ?)", lines)

    def forget(self, ids: Collection[str], kept_for: timedelta | None = None) -> None:
        """Forget these, and with a time whatever went longer ago."""
        with self._open() as database:
            database.executemany("DELETE FROM aside WHERE id = ?", [(id_,) for id_ in ids])
            if kept_for is not None:
                database.execute("DELETE FROM aside WHERE gone <= ?", (time.time() - kept_for.total_seconds(),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with plain_when_full(self._file), closing(self._connected()) as database, database:
            yield database

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file)
        try:
            database.execute(_TABLE)
            database.execute("SELECT id, fingerprint, gone, record, image, captions FROM aside LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            database.close()
            if isinstance(error, sqlite3.OperationalError) and "no such column" not in str(error):
                raise  # a full disk, a lock
            self._file.unlink()
            database = sqlite3.connect(self._file)
            database.execute(_TABLE)
        return database


def count_aside(cache: Path) -> int:
    """How many pictures lie aside of a gallery; looking makes no file."""
    if not (cache / FILE).is_file():
        return 0
    try:
        with closing(sqlite3.connect(cache / FILE)) as database:
            return int(database.execute("SELECT count(*) FROM aside").fetchone()[0])
    except sqlite3.Error:
        return 0


def _several(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _SOME):
        yield list(ids[start : start + _SOME])
