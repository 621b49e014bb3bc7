"""Conversations in an SQLite file: LangGraph's saver for it on one connection, which register and replies share."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from langgraph.checkpoint.sqlite import SqliteSaver

from ...errors import DiskFullError
from ..disk import plain_when_full
from ..home import checked_name
from .connection import making
from .faults import BusyError, ElsewhereError
from .saver import CLOSES_ROUND, LEFT, PlainSerializer, RoundSaver, closes_round
from .takeover import led_to_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import CheckpointTuple

    from .connection import Connection
    from .saver import Rows

_KEPT = """
SELECT id, MAX(CAST(checkpoint_id AS TEXT)), COALESCE(MAX(CAST(begun AS TEXT)), ''), COALESCE(SUM(size), 0) FROM (
    SELECT thread_id AS id, checkpoint_id, NULL AS begun, length(checkpoint) AS size FROM checkpoints
    UNION ALL SELECT thread_id, NULL, NULL, length(value) FROM writes
    UNION ALL SELECT id, NULL, begun, 0 FROM conversations)
WHERE typeof(id) = 'text'{one} GROUP BY id"""


class SqliteRoundSaver(RoundSaver, SqliteSaver):
    """On one connection, whose file has a folder of locks beside it: one for each conversation that runs just now."""

    threads = ("checkpoints", "writes")
    conn: Connection

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, serde=PlainSerializer())

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Rows]:
        with self.lock:
            if durable:
                self.conn.execute("PRAGMA synchronous=FULL")
            try:
                with self.conn:
                    yield self.conn
            finally:
                if durable:
                    self.conn.execute("PRAGMA synchronous=NORMAL")

    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.lock:
            found: list[tuple[Any, ...]] = self.conn.execute(query, values).fetchall()
        return found

    def making(self) -> AbstractContextManager[None]:
        return making(self.conn.file)

    def make(self, tables: str) -> None:
        with self.lock:
            self.conn.executescript(tables)

    def kept(self, id_: str | None = None) -> list[tuple[str, str | None, str, int]]:
        rows = self.read(_KEPT.format(one="" if id_ is None else " AND id = ?"), () if id_ is None else (id_,))
        return [(found, checkpoint, begun, size) for found, checkpoint, begun, size in rows]

    @contextmanager
    def alone(self, id_: str) -> Iterator[None]:
        file = self._lock_file(id_)
        lock = FileLock(file, timeout=0, thread_local=False)  # a run may be ended by another thread than began it
        with plain_when_full(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise ElsewhereError(id_) from None
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            lock.release()

    def running(self, id_: str) -> bool:
        if not self._lock_file(id_).exists():
            return False
        try:
            with self.alone(id_):  # a process that was killed has left the file
                return False
        except ElsewhereError:
            return True

    def give_back(self) -> None:
        """Free pages go back to the disk, and with them what the log beside the file still says of what was deleted."""
        with self.lock, suppress(BusyError, DiskFullError):  # another process writes, or there is no room: another time, then
            if self.conn.execute("PRAGMA auto_vacuum").fetchone() == (0,):  # a file of version 0.1, once
                self.conn.execute("PRAGMA auto_vacuum=INCREMENTAL")
                self.conn.execute("VACUUM")
            self.conn.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")  # execute would free one page

    def replaced(self, rows: Rows, thread: str, new: str) -> dict[str, str | None]:
        replaced: dict[str, str | None] = {}
        older = rows.execute(
            "SELECT checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints WHERE thread_id = ? "
            "AND checkpoint_ns = '' "
            f"AND checkpoint_id < ? AND json_extract(CAST(metadata AS TEXT), '$.{CLOSES_ROUND}') IS NULL "
            f"AND json_extract(CAST(metadata AS TEXT), '$.{LEFT}') IS NULL",
            (thread, new),
        ).fetchall()
        for id_, parent, type_, blob, metadata in older:
            if closes_round(self.serde.loads_typed((type_, blob))):  # version 0.1 kept everything and marked nothing
                mark = json.dumps({**json.loads(metadata), CLOSES_ROUND: True}).encode()
                rows.execute(
                    "UPDATE checkpoints SET metadata = ? WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ?",
                    (mark, thread, id_),
                )
            else:
                replaced[id_] = parent
        return replaced

    def unread(self, rows: Rows, thread: str, namespace: str) -> None:
        """Nothing: a checkpoint has all it refers to in its own row."""

    def _lock_file(self, id_: str) -> Path:
        return self.conn.file.with_name("running") / f"{checked_name(id_, 'conversation id')}.lock"

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        found = super().get_tuple(config)
        return found and led_to_both(found)
