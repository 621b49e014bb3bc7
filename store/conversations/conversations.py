"""All that is kept of the conversations of one home: checkpoints, register, paintings, sheets; and how it is deleted."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ...errors import DiskFullError, InputError
from ..disk import plain_when_full
from ..home import checked_name, is_name
from .connection import BusyError
from .register import Register
from .replies import Replies
from .retention import Kept, active_at
from .sessions import making, open_sessions
from .takeover import take_over, taken_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from ..home import Home
    from .register import Entry

_ALL = """
SELECT id, MAX(CAST(checkpoint_id AS TEXT)), COALESCE(MAX(CAST(begun AS TEXT)), ''), SUM(size) FROM (
    SELECT thread_id AS id, checkpoint_id, NULL AS begun, length(checkpoint) AS size FROM checkpoints
    UNION ALL SELECT thread_id, NULL, NULL, length(value) FROM writes
    UNION ALL SELECT id, NULL, begun, 0 FROM conversations)
WHERE typeof(id) = 'text' {where} GROUP BY id"""


class Conversations:
    """Owns the file of the sessions; whoever opens it closes it. Conversations of version 0.1 are taken over when it is opened.

    saver: LangGraph's checkpointer for all of them. register: which there are. replies: what was said to them and is not worked in yet.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        with ExitStack() as opening:
            self.saver = opening.enter_context(open_sessions(home.sessions))
            with making(home.sessions):
                self.register, self.replies = Register(self.saver), Replies(self.saver)
            take_over(home.register, self.register)
            self._open = opening.pop_all()

    def kept(self) -> list[Kept]:
        """Every conversation there is, whoever's it is, the last active first."""
        return sorted(self._kept(""), key=lambda kept: kept.active, reverse=True)

    def describe(self, id_: str) -> Kept:
        """One conversation. Raises InputError when there is none of this id."""
        for kept in self._kept("AND id = ?", id_):
            return kept
        raise InputError(f"there is no conversation {id_!r}: `dir-tir conversations list` names those there are")

    def values(self, id_: str) -> Mapping[str, Any]:
        """What the newest checkpoint of a conversation holds, channel by channel; nothing before it has run."""
        newest = self.saver.get_tuple({"configurable": {"thread_id": id_, "checkpoint_ns": ""}})
        return newest.checkpoint["channel_values"] if newest else {}

    @contextmanager
    def running(self, id_: str) -> Iterator[None]:
        """A conversation to oneself, among all processes: while it runs nobody else runs or deletes it. Raises InputError when somebody
        runs it, and when it is not there any more."""
        with self._alone(id_):
            self.register.entry(id_)
            yield

    def delete(self, id_: str) -> None:
        """Delete all that is kept of a conversation. Raises InputError when there is none of this id, or when it is running."""
        self.describe(id_)
        self._delete(id_)
        self._give_back()

    def prune(self, older_than: timedelta, *, galleries: Collection[str] | None = None) -> list[str]:
        """Delete what was last active longer ago than that (in these galleries); what is running stays. Returns the ids."""
        deleted = []
        for kept in self.older(older_than, galleries=galleries):
            with suppress(InputError):  # it is running
                self._delete(kept.id)
                deleted.append(kept.id)
        self._give_back()
        return deleted

    def older(self, than: timedelta, *, galleries: Collection[str] | None = None) -> list[Kept]:
        """What was last active longer ago than that (in these galleries), the last active first."""
        limit = datetime.now(UTC) - than
        return [
            kept
            for kept in self.kept()
            if kept.active < limit and (galleries is None or (kept.entry is not None and kept.entry.gallery in galleries))
        ]

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    def __enter__(self) -> Conversations:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kept(self, where: str, *values: str) -> Iterator[Kept]:
        with self.saver.lock:
            found = self.saver.conn.execute(_ALL.format(where=where), values).fetchall()
        for id_, checkpoint, begun, size in found:
            yield Kept(id_, self._entry(id_), active_at(checkpoint, begun), size or 0)

    def _entry(self, id_: str) -> Entry | None:
        try:
            return self.register.entry(id_)
        except InputError:
            return None

    @contextmanager
    def _alone(self, id_: str) -> Iterator[None]:
        file = self._home.running / f"{checked_name(id_, 'conversation id')}.lock"
        lock = FileLock(file, timeout=0, thread_local=False)  # a run may be ended by another thread than began it
        with plain_when_full(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise InputError(f"conversation {id_!r} is running: wait until it asks something, or stop it where it runs") from None
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            lock.release()

    def _sheets(self, id_: str) -> list[Path]:
        named = re.compile(re.escape(id_) + r"(-\d+)?\.png")  # of the whole conversation, or of one page
        return [file for file in self._home.sheets.glob("*.png") if named.fullmatch(file.name)]

    def _delete(self, id_: str) -> None:
        if not is_name(id_):  # a row of somebody else's: no files are named after it, and nobody runs it
            self._delete_rows(id_)
            return
        with self._alone(id_):
            # Files first: what a killed deletion leaves is still listed, and can be deleted again.
            shutil.rmtree(self._home.paintings / id_, ignore_errors=True)
            for file in self._sheets(id_):
                file.unlink(missing_ok=True)
            taken_over(self._home.register, id_).unlink(missing_ok=True)
            self._delete_rows(id_)

    def _delete_rows(self, id_: str) -> None:
        with self.saver.transaction() as rows:
            rows.execute("DELETE FROM checkpoints WHERE thread_id = ?", (id_,))
            rows.execute("DELETE FROM writes WHERE thread_id = ?", (id_,))
            rows.execute("DELETE FROM replies WHERE id = ?", (id_,))
            rows.execute("DELETE FROM conversations WHERE id = ?", (id_,))

    def _give_back(self) -> None:
        """Free pages go back to the disk, and with them what the log beside the file still says of what was deleted."""
        with self.saver.lock, suppress(BusyError, DiskFullError):  # another process writes, or there is no room: another time, then
            if self.saver.conn.execute("PRAGMA auto_vacuum").fetchone() == (0,):  # a file of version 0.1, once
                self.saver.conn.execute("PRAGMA auto_vacuum=INCREMENTAL")
                self.saver.conn.execute("VACUUM")
            self.saver.conn.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")  # execute would free one page
