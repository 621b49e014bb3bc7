"""Captions that a model wrote of pictures while somebody searched: written.sqlite beside a gallery's files.

A gallery has one writer at a time, and may be indexed while others search it. So these captions lie beside it: SQLite lets several
processes keep some at once, each is whole on the disk or not there, and the first of a picture stays. They go by what is in a picture, so
that they outlast moving and indexing it; a caption that the gallery itself has stands before them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ..disk import plain_when_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ...contracts import PictureRecord

FILE = "written.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS written (id TEXT PRIMARY KEY, caption TEXT NOT NULL)"
_WAIT = 10.0  # seconds for another process that keeps one


class WrittenCaptions:
    """Of one gallery. cache: the folder of what is worked out from it."""

    def __init__(self, cache: Path) -> None:
        self._file = cache / FILE

    def all(self) -> dict[str, str]:
        """Picture's id → caption; looking makes no file. Of a damaged file nothing: they are written anew."""
        if not self._file.is_file():
            return {}
        try:
            with self._open() as database:
                return dict(database.execute("SELECT id, caption FROM written"))
        except sqlite3.DatabaseError:
            return {}

    def keep(self, id_: str, caption: str) -> str:
        """Keep the caption of a picture, unless there is one; which it is now. Raises DiskFullError, or an error of SQLite's."""
        with plain_when_full(self._file), self._open() as database:
            database.execute(_TABLE)
            database.execute("INSERT OR IGNORE INTO written VALUES (?, ?)", (id_, caption))
            return str(database.execute("SELECT caption FROM written WHERE id = ?", (id_,)).fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=_WAIT)) as database, database:
            yield database


def with_written(record: PictureRecord, written: Mapping[str, str]) -> PictureRecord:
    """The record with the caption that a model wrote, where nobody has said anything of the picture."""
    if record.captions or record.id not in written:
        return record
    return replace(record, captions=(written[record.id],), by_model=True)
