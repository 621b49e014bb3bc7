"""LangGraph's savers, kept small and strict; and what else is asked of where conversations are kept.

Small: of a conversation it keeps one checkpoint for each round that is closed, to go back to, one for each branch that somebody has left
(`chat/library/branches.py`), and of the round that is open what resuming needs, which is the newest checkpoint of the graph and of each of
its subgraphs. LangGraph itself never reads the others again.

Strict: it reads plain data (msgpack) and nothing else, so that sessions from somewhere else cannot make objects.

What an SQLite file does for it is in `sqlite_saver.py`, what a PostgreSQL database does in `postgres/`.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from langgraph.checkpoint.base import WRITES_IDX_MAP, BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from .faults import unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from contextlib import AbstractContextManager

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple

ROUNDS = "rounds"  # the channel that is written when a round closes, and at no other time; graphs without it are kept in full
LEFT = "left"  # in the metadata of a checkpoint that is kept: the end of a branch that somebody has left
CLOSES_ROUND = "closes_round"  # in the metadata of a checkpoint that is kept: get_state_history(filter={CLOSES_ROUND: True})
_READ = {"null", "bytes", "bytearray", "msgpack"}
_ROOT = "thread_id = ? AND checkpoint_ns = ''"


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


class Rows(Protocol):
    """What can be said to a database, in the SQL that SQLite and PostgreSQL have in common; a value is written ``?``."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Any:
        """A cursor, of which ``fetchone`` and ``fetchall`` give tuples."""

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Any:
        """The same for each of the values."""


class RoundSaver(BaseCheckpointSaver[str]):
    """For any number of threads. A checkpoint that follows another takes its place, unless that one closed a round or is the end of a
    branch."""

    threads: ClassVar[tuple[str, ...]]  # the tables that have rows of a thread: that of the checkpoints, that of the writes, any others

    # What each place that conversations are kept in does in a way of its own.

    @abstractmethod
    def transaction(self, *, durable: bool = False) -> AbstractContextManager[Rows]:
        """The database to oneself: committed at the end, rolled back after an exception.

        durable: what is written has reached the disk itself, for what somebody is told to be kept; all that was written before has, too.
        """

    @abstractmethod
    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    @abstractmethod
    def making(self) -> AbstractContextManager[None]:
        """To be the only one who makes tables. Raises BusyError."""

    @abstractmethod
    def make(self, tables: str) -> None:
        """Make tables that are not there yet: one statement or several."""

    @abstractmethod
    def kept(self, id_: str | None = None) -> list[tuple[str, str | None, str, int]]:
        """Of every conversation, or of one: its id, that of its newest checkpoint, when it was begun, bytes of its checkpoints."""

    @abstractmethod
    def alone(self, id_: str) -> AbstractContextManager[None]:
        """A conversation to oneself, among all processes, until the block or the process ends. Raises ElsewhereError."""

    @abstractmethod
    def running(self, id_: str) -> bool:
        """Whether anybody has the conversation to itself just now, in this process or in another."""

    @abstractmethod
    def give_back(self) -> None:
        """What was deleted is to be found nowhere any more, and takes up no room, as far as that can be seen to from here."""

    @abstractmethod
    def replaced(self, rows: Rows, thread: str, new: str) -> dict[str, str | None]:
        """The checkpoints of the whole graph that a new one takes the place of: id → that of its parent. Those that closed a round or end a
        branch are marked as such by then."""

    @abstractmethod
    def unread(self, rows: Rows, thread: str, namespace: str) -> None:
        """Delete what no checkpoint of a graph refers to any more."""

    # What is the same everywhere.

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """As LangGraph's. Raises DamagedError for a checkpoint that is damaged."""
        try:
            found = super().get_tuple(config)
            if found:
                _ = found.checkpoint["channel_values"].items(), found.checkpoint["channel_versions"].items()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise unreadable(error) from None
        return found

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        if ROUNDS not in checkpoint["channel_versions"]:
            return super().put(config, checkpoint, metadata, new_versions)
        thread, namespace = str(config["configurable"]["thread_id"]), config["configurable"]["checkpoint_ns"]
        closes = not namespace and closes_round(checkpoint)
        marked: Any = {**metadata, CLOSES_ROUND: True} if closes else metadata
        there = super().put(config, checkpoint, marked, new_versions)
        # A process that is killed here leaves more than is needed, never less: the next checkpoint takes the place of both.
        with self.transaction() as rows:
            if namespace:
                self._replace(rows, thread, namespace, checkpoint["id"])
            else:
                self._replace_in_root(rows, thread, checkpoint["id"])
            self.unread(rows, thread, namespace)
            if closes:
                for table in self.threads:
                    rows.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns <> ''", (thread,))
        return there

    def enter(self, found: CheckpointTuple) -> None:
        """Keep a checkpoint of another saver as it is there, and before it what was written since. Nothing takes the place of another."""
        written: dict[tuple[str, bool], list[tuple[str, Any]]] = {}  # by task, and whether LangGraph wrote it for itself
        for task, channel, value in found.pending_writes or ():
            written.setdefault((task, channel in WRITES_IDX_MAP), []).append((channel, value))
        for (task, _), writes in written.items():
            super().put_writes(found.config, writes, task)
        place = found.config["configurable"]
        after: Any = found.parent_config or {"configurable": {name: place[name] for name in ("thread_id", "checkpoint_ns")}}
        closes = not place["checkpoint_ns"] and closes_round(found.checkpoint)  # version 0.1 marked nothing
        marked: Any = {**found.metadata, CLOSES_ROUND: True} if closes else found.metadata
        super().put(after, found.checkpoint, marked, found.checkpoint["channel_versions"])

    def stamp(self, id_: str) -> tuple[Any, ...]:
        """Another than before when the checkpoints of a conversation have changed, or what was written since."""
        checkpoints, writes = self.threads[:2]
        newest = f"SELECT COUNT(*), MAX(checkpoint_id), (SELECT COUNT(*) FROM {writes} WHERE thread_id = ?) FROM {checkpoints}"
        return self.read(f"{newest} WHERE thread_id = ?", (id_, id_))[0]

    def forget(self, thread: str, checkpoint: str) -> None:
        """Delete one checkpoint of the whole graph, which nothing came of; one that is not there is passed over."""
        with self.transaction() as rows:
            rows.execute(f"DELETE FROM checkpoints WHERE {_ROOT} AND checkpoint_id = ?", (thread, checkpoint))
            self.unread(rows, thread, "")

    def _replace(self, rows: Rows, thread: str, namespace: str, new: str) -> None:
        """Of a subgraph nothing but the newest checkpoint is ever read."""
        for table in self.threads[:2]:
            rows.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id < ?", (thread, namespace, new))

    def _replace_in_root(self, rows: Rows, thread: str, new: str) -> None:
        """Of the whole graph those stay that closed a round; each stays connected with the round before it."""
        replaced = self.replaced(rows, thread, new)
        rows.executemany(f"DELETE FROM checkpoints WHERE {_ROOT} AND checkpoint_id = ?", [(thread, id_) for id_ in replaced])
        rows.execute(f"DELETE FROM {self.threads[1]} WHERE {_ROOT} AND checkpoint_id < ?", (thread, new))
        for id_, parent in rows.execute(f"SELECT checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE {_ROOT}", (thread,)).fetchall():
            kept = parent
            while kept in replaced:
                kept = replaced[kept]
            if kept != parent:
                rows.execute(f"UPDATE checkpoints SET parent_checkpoint_id = ? WHERE {_ROOT} AND checkpoint_id = ?", (kept, thread, id_))

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


def closes_round(checkpoint: Checkpoint) -> bool:
    """Whether a round closes with it."""
    return ROUNDS in (checkpoint.get("updated_channels") or ())
