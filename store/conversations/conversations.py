"""All that is kept of the conversations of one home: checkpoints, register, paintings, sheets; and how it is deleted."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..home import SESSIONS, is_name
from .paintings import Paintings
from .register import Register
from .replies import Replies
from .retention import Kept, active_at
from .sessions import open_sessions
from .takeover import take_over, taken_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ..home import Home
    from .register import Entry
    from .saver import RoundSaver


class Conversations:
    """Owns the file of the sessions, or the connections to their database; whoever opens it closes it. Conversations of version 0.1 are
    taken over when a file is opened.

    saver: LangGraph's checkpointer for all of them. register: which there are. replies: what was said to them and is not worked in yet.
    paintings: what was painted in them.
    """

    def __init__(self, home: Home) -> None:
        self._home, self.paintings = home, Paintings(home.paintings)
        with ExitStack() as opening:
            self.saver: RoundSaver = opening.enter_context(_opened(home))
            with self.saver.making():
                self.register, self.replies = Register(self.saver), Replies(self.saver)
            if not home.database:
                take_over(home.register, self.register)
            self._open = opening.pop_all()

    def kept(self) -> list[Kept]:
        """Every conversation there is, whoever's it is, the last active first."""
        return sorted(self._kept(), key=lambda kept: kept.active, reverse=True)

    def describe(self, id_: str) -> Kept:
        """One conversation. Raises InputError when there is none of this id."""
        with suppress(UnicodeEncodeError):  # half a character is in no id
            for kept in self._kept(id_):
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
        with self.saver.alone(id_):
            self.register.entry(id_)
            yield

    def delete(self, id_: str) -> None:
        """Delete all that is kept of a conversation. Raises InputError when there is none of this id, or when it is running."""
        self.describe(id_)
        self._delete(id_)
        self.saver.give_back()

    def prune(self, older_than: timedelta, *, galleries: Collection[str] | None = None) -> list[str]:
        """Delete what was last active longer ago than that (in these galleries); what is running stays. Returns the ids."""
        deleted = []
        for kept in self.older(older_than, galleries=galleries):
            with suppress(InputError):  # it is running
                self._delete(kept.id)
                deleted.append(kept.id)
        self.saver.give_back()
        return deleted

    def older(self, than: timedelta, *, galleries: Collection[str] | None = None) -> list[Kept]:
        """What was last active longer ago than that (in these galleries), the last active first."""
        limit = datetime.now(UTC) - than
        return [
            kept
            for kept in self.kept()
            if kept.active < limit and (galleries is None or (kept.entry is not None and kept.entry.gallery in galleries))
        ]

    def delete_rows(self, id_: str) -> None:
        """Delete what the database has of a conversation; its files stay."""
        with self.saver.transaction() as rows:
            for table in self.saver.threads:
                rows.execute(f"DELETE FROM {table} WHERE thread_id = ?", (id_,))
            rows.execute("DELETE FROM replies WHERE id = ?", (id_,))
            rows.execute("DELETE FROM conversations WHERE id = ?", (id_,))

    def close(self) -> None:
        """Let go of the file, or of the database."""
        self._open.close()

    def __enter__(self) -> Conversations:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kept(self, id_: str | None = None) -> Iterator[Kept]:
        for there, checkpoint, begun, size in self.saver.kept(id_):
            yield Kept(there, self._entry(there), active_at(checkpoint, begun), size)

    def _entry(self, id_: str) -> Entry | None:
        try:
            return self.register.entry(id_)
        except InputError:
            return None

    def _sheets(self, id_: str) -> list[Path]:
        named = re.compile(re.escape(id_) + r"(-\d+)?\.png")  # of the whole conversation, or of one page
        return [file for file in self._home.sheets.glob("*.png") if named.fullmatch(file.name)]

    def _delete(self, id_: str) -> None:
        if not is_name(id_):  # a row of somebody else's: no files are named after it, and nobody runs it
            self.delete_rows(id_)
            return
        with self.saver.alone(id_):
            # Files first: what a killed deletion leaves is still listed, and can be deleted again.
            self.paintings.delete(id_)
            for file in self._sheets(id_):
                file.unlink(missing_ok=True)
            taken_over(self._home.register, id_).unlink(missing_ok=True)
            self.delete_rows(id_)


def _opened(home: Home) -> AbstractContextManager[RoundSaver]:
    """Where conversations are kept: in a file of the home, unless there is a database for them."""
    if not home.database:
        return open_sessions(home.sessions)
    try:
        from .postgres.saver import open_database  # with libraries that nobody else needs
    except ImportError as error:
        raise InputError(f"{SESSIONS} needs {error.name or 'a library'}, which is not here: pip install 'dir-tir[postgres]'") from None
    return open_database(home.database)
