"""LangGraph's SQLite saver, kept small and strict.

Small: of a conversation it keeps one checkpoint for each round that is closed, to go back to, one for each branch that somebody has left
(`chat/library/branches.py`), and of the round that is open what resuming needs, which is the newest checkpoint of the graph and of each of
its subgraphs. LangGraph itself never reads the others again.

Strict: it reads plain data (msgpack) and nothing else, so that a sessions file from somewhere else cannot make objects.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from .connection import REPAIR, DamagedError
from .takeover import led_to_both

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Iterator, Sequence

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple

ROUNDS = "rounds"  # the channel that is written when a round closes, and at no other time; graphs without it are kept in full
LEFT = "left"  # in the metadata of a checkpoint that is kept: the end of a branch that somebody has left
CLOSES_ROUND = "closes_round"  # in the metadata of a checkpoint that is kept: get_state_history(filter={CLOSES_ROUND: True})
_READ = {"null", "bytes", "bytearray", "msgpack"}


class PlainSerializer(JsonPlusSerializer):
    """Msgpack of plain data and of LangChain's messages. Raises DamagedError for pickles, JSON that names classes, and damaged bytes."""

    def __init__(self) -> None:
        super().__init__(pickle_fallback=False, allowed_json_modules=None, allowed_msgpack_modules=None)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        if data[0] not in _READ:
            raise unreadable(f"it is of type {data[0]!r}")
        try:
            return super().loads_typed(data)
        except (ValueError, TypeError) as error:
            raise unreadable(error) from None


class RoundSaver(SqliteSaver):
    """On one connection, for any number of threads. A checkpoint that follows another takes its place, unless that one closed a round or is
    the end of a branch."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, serde=PlainSerializer())

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """The connection to oneself: committed at the end, rolled back after an exception.

        durable: what is written has reached the disk itself, for what somebody is told to be kept; all that was written before has, too.
        """
        with self.lock:
            if durable:
                self.conn.execute("PRAGMA synchronous=FULL")
            try:
                with self.conn:
                    yield self.conn
            finally:
                if durable:
                    self.conn.execute("PRAGMA synchronous=NORMAL")

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """As LangGraph's. Raises DamagedError for a checkpoint that is damaged."""
        try:
            found = super().get_tuple(config)
            if found:
                _ = found.checkpoint["channel_values"].items(), found.checkpoint["channel_versions"].items()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise unreadable(error) from None
        return found and led_to_both(found)

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        if ROUNDS not in checkpoint["channel_versions"]:
            return super().put(config, checkpoint, metadata, new_versions)
        thread, namespace = str(config["configurable"]["thread_id"]), config["configurable"]["checkpoint_ns"]
        closes = not namespace and _closes_round(checkpoint)
        marked: Any = {**metadata, CLOSES_ROUND: True} if closes else metadata
        there = super().put(config, checkpoint, marked, new_versions)
        # A process that is killed here leaves more than is needed, never less: the next checkpoint takes the place of both.
        with self.transaction() as rows:
            if namespace:
                self._replace(rows, thread, namespace, checkpoint["id"])
            else:
                self._replace_in_root(rows, thread, checkpoint["id"])
            if closes:
                for table in ("checkpoints", "writes"):
                    rows.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns <> ''", (thread,))
        return there

    def forget(self, thread: str, checkpoint: str) -> None:
        """Delete one checkpoint of the whole graph, which nothing came of; one that is not there is passed over."""
        with self.transaction() as rows:
            rows.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ?", (thread, checkpoint))

    def _replace(self, rows: sqlite3.Connection, thread: str, namespace: str, new: str) -> None:
        """Of a subgraph nothing but the newest checkpoint is ever read."""
        for table in ("checkpoints", "writes"):
            rows.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id < ?", (thread, namespace, new))

    def _replace_in_root(self, rows: sqlite3.Connection, thread: str, new: str) -> None:
        """Of the whole graph those stay that closed a round; each stays connected with the round before it."""
        of_root = "thread_id = ? AND checkpoint_ns = ''"
        replaced: dict[str, str | None] = {}  # id → parent
        older = rows.execute(
            "SELECT checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints "
            f"WHERE {of_root} AND checkpoint_id < ? AND json_extract(CAST(metadata AS TEXT), '$.{CLOSES_ROUND}') IS NULL "
            f"AND json_extract(CAST(metadata AS TEXT), '$.{LEFT}') IS NULL",
            (thread, new),
        ).fetchall()
        for id_, parent, type_, blob, metadata in older:
            if _closes_round(self.serde.loads_typed((type_, blob))):  # version 0.1 kept everything and marked nothing
                mark = json.dumps({**json.loads(metadata), CLOSES_ROUND: True}).encode()
                rows.execute(f"UPDATE checkpoints SET metadata = ? WHERE {of_root} AND checkpoint_id = ?", (mark, thread, id_))
            else:
                replaced[id_] = parent
                rows.execute(f"DELETE FROM checkpoints WHERE {of_root} AND checkpoint_id = ?", (thread, id_))
        rows.execute(f"DELETE FROM writes WHERE {of_root} AND checkpoint_id < ?", (thread, new))
        for id_, parent in rows.execute(
            f"SELECT checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE {of_root}", (thread,)
        ).fetchall():
            kept = parent
            while kept in replaced:
                kept = replaced[kept]
            if kept != parent:
                rows.execute(f"UPDATE checkpoints SET parent_checkpoint_id = ? WHERE {of_root} AND checkpoint_id = ?", (kept, thread, id_))

    # The same from an event loop: the work is done in a thread.

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        for there in await asyncio.to_thread(lambda: list(self.list(config, filter=filter, before=before, limit=limit))):
            yield there

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self.delete_thread, thread_id)


def unreadable(reason: object) -> DamagedError:
    """What to do about a conversation whose checkpoint does not stand as one of ours does."""
    return DamagedError(f"a checkpoint cannot be read ({reason}): {REPAIR} takes its conversation back to the last whole round")


def _closes_round(checkpoint: Checkpoint) -> bool:
    return ROUNDS in (checkpoint.get("updated_channels") or ())
