"""Conversations in a PostgreSQL database: LangGraph's saver for it on a pool of connections, which register and replies share."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import tuple_row

from ..faults import BusyError
from ..saver import CLOSES_ROUND, LEFT, PlainSerializer, RoundSaver
from .connecting import WAIT, Pool, connected, require_address
from .locks import Locks, key_of, require_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
    from psycopg import Cursor

    from ..saver import Rows

_LANES = 64  # conversations that may write at the same time
_KEPT = """
SELECT id, MAX(checkpoint_id), COALESCE(MAX(begun), ''), COALESCE(SUM(size), 0)::bigint FROM (
    SELECT thread_id AS id, checkpoint_id, NULL AS begun, pg_column_size(checkpoint) AS size FROM checkpoints
    UNION ALL SELECT thread_id, NULL, NULL, octet_length(blob) FROM checkpoint_blobs
    UNION ALL SELECT thread_id, NULL, NULL, octet_length(blob) FROM checkpoint_writes
    UNION ALL SELECT id, NULL, begun, 0 FROM conversations) AS every
{one} GROUP BY id"""


@contextmanager
def open_database(address: str) -> Iterator[PostgresRoundSaver]:
    """A checkpointer on the database, whose tables are made when they are not there; any number of processes may have it open.

    Raises AwayError when the database cannot be had, and InputError for what is no address of one.
    """
    require_address(address)
    require_sessions(address)
    pool, locks = Pool(address), Locks(address)
    saver = PostgresRoundSaver(pool, locks)
    with saver.making():
        pool.open()
        try:
            saver.setup()
        except BaseException:
            pool.close()
            raise
    try:
        yield saver
    finally:
        pool.close()
        locks.close()


class PostgresRoundSaver(RoundSaver, PostgresSaver):
    """Each statement has a connection of the pool to itself, so nothing waits for a lock of the saver's. What one conversation writes is
    written in the order in which it comes: the writes of a step after the checkpoint that holds them would be left lying."""

    threads = ("checkpoints", "checkpoint_writes", "checkpoint_blobs")
    conn: Pool

    def __init__(self, pool: Pool, locks: Locks) -> None:
        super().__init__(pool, serde=PlainSerializer())
        self._locks = locks
        self._in_order = [Lock() for _ in range(_LANES)]
        nobody_waits: Any = nullcontext()
        self.lock = nobody_waits

    @contextmanager
    def making(self) -> Iterator[None]:
        with closing(connected(self.conn.address)) as connection:
            deadline = time.monotonic() + WAIT
            # Asked for again and again: whoever waits in the server for it keeps an index from being made.
            while connection.execute("SELECT pg_try_advisory_lock(%s) AS got", (key_of("making"),)).fetchone() != {"got": True}:
                if time.monotonic() > deadline:
                    raise BusyError(f"the tables of the database are being made by another program for {WAIT:.0f} s: wait for it")
                time.sleep(0.05)
            yield  # the lock ends with the connection

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Rows]:
        with self.conn.connection() as connection, connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            if durable:
                cursor.execute("SET LOCAL synchronous_commit TO on")  # whatever is the default of this server
            yield _Rows(cursor)

    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.conn.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            return _Rows(cursor).execute(query, values).fetchall()

    def make(self, tables: str) -> None:
        with self.conn.connection() as connection:
            connection.execute(tables.encode())

    def kept(self, id_: str | None = None) -> list[tuple[str, str | None, str, int]]:
        rows = self.read(_KEPT.format(one="" if id_ is None else "WHERE id = ?"), () if id_ is None else (id_,))
        return [(found, checkpoint, begun, size) for found, checkpoint, begun, size in rows]

    def alone(self, id_: str) -> AbstractContextManager[None]:
        return self._locks.alone(id_)

    def running(self, id_: str) -> bool:
        return self._locks.held(id_)

    def give_back(self) -> None:
        """Nothing: the server sees to it (autovacuum)."""

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        thread = config["configurable"]["thread_id"]
        self._locks.require(thread)
        with self._lane(thread):
            return super().put(config, checkpoint, metadata, new_versions)

    def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        with self._lane(config["configurable"]["thread_id"]):
            super().put_writes(config, writes, task_id, task_path)

    def _lane(self, thread: str) -> Lock:
        return self._in_order[hash(thread) % _LANES]

    def replaced(self, rows: Rows, thread: str, new: str) -> dict[str, str | None]:
        return dict(
            rows.execute(
                "SELECT checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' "
                f"AND checkpoint_id < ? AND metadata -> '{CLOSES_ROUND}' IS NULL AND metadata -> '{LEFT}' IS NULL",
                (thread, new),
            ).fetchall()
        )

    def unread(self, rows: Rows, thread: str, namespace: str) -> None:
        """What channels held lies in a table of its own, and checkpoints name it by its version."""
        rows.execute(
            "DELETE FROM checkpoint_blobs AS held WHERE thread_id = ? AND checkpoint_ns = ? AND NOT EXISTS ("
            "SELECT FROM checkpoints AS there WHERE there.thread_id = held.thread_id AND there.checkpoint_ns = held.checkpoint_ns "
            "AND there.checkpoint -> 'channel_versions' ->> held.channel = held.version)",
            (thread, namespace),
        )


class _Rows:
    """Values are written ``?`` in statements that SQLite and PostgreSQL share."""

    def __init__(self, cursor: Cursor[tuple[Any, ...]]) -> None:
        self._cursor = cursor

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor[tuple[Any, ...]]:
        return self._cursor.execute(_own(statement), values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        self._cursor.executemany(_own(statement), values)


def _own(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()
