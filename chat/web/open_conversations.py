"""The conversations that a server has in memory: those that run, those that somebody looks at, and a few that were used last.

All of them are on disk. What is dropped from memory here is read again when somebody asks for it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ...errors import InputError
from .running_conversation import RunningConversation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...store.conversations.register import Entry
    from ..library.conversation import Conversation

KEPT = 16  # conversations of which nothing runs and at which nobody looks, the ones used last
RUNNING_EACH = 4  # conversations of one person's that may run at a time
RUNNING_IN_ALL = 64
STOPS_WITHIN = 20.0  # seconds that all of them together have to come to their next step


class TooManyRunning(InputError):
    """So many conversations run that no other is started now."""


@dataclass
class _Opened:
    conversation: RunningConversation
    users: int = 0  # requests and event streams that have it in hand


class OpenConversations:
    """One object for each conversation in use, so that no two threads ever run the same one.

    entry: the entry of an id, raises InputError when there is none. open_: the conversation of an entry.
    """

    def __init__(self, entry: Callable[[str], Entry], open_: Callable[[Entry], Conversation]) -> None:
        self._entry, self._open = entry, open_
        self._opened: OrderedDict[str, _Opened] = OrderedDict()  # the one used last at the end
        self._lock = Lock()

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._opened)

    def require(self, id_: str, owner: str) -> Entry:
        """The entry of a conversation of this person's. Raises InputError for another's, as if it were not."""
        entry = self._entry(id_)
        if entry.owner != owner:
            raise InputError(f"there is no conversation {id_!r}: check its id, or begin a new one")
        return entry

    @contextmanager
    def using(self, id_: str, owner: str) -> Iterator[RunningConversation]:
        """A conversation of this person's; it stays in memory within this block. Raises InputError for another's, as if it were not."""
        entry = self.require(id_, owner)
        with self._lock:
            opened = self._opened.get(id_)
            if opened is None:
                opened = self._opened[id_] = _Opened(RunningConversation(self._open(entry), entry, self._drop_unused))
            self._opened.move_to_end(id_)
            opened.users += 1
        try:
            yield opened.conversation
        finally:
            with self._lock:
                opened.users -= 1
            self._drop_unused()

    def require_room(self, owner: str, id_: str = "") -> None:
        """Raise TooManyRunning unless another conversation of this person's may run, or this one, which does so already."""
        with self._lock:
            running = [opened.conversation.entry for key, opened in self._opened.items() if key != id_ and opened.conversation.running]
        mine = sum(entry.owner == owner for entry in running)
        if mine >= RUNNING_EACH:
            raise TooManyRunning(f"{mine} of your conversations are being worked on already: wait until one of them asks you something")
        if len(running) >= RUNNING_IN_ALL:
            raise TooManyRunning(f"this server is working on {len(running)} conversations already: try again in a minute")

    def stop(self) -> None:
        """Let every one come to its next step, all at once, and wait for that within reason. What is on disk by then goes on later."""
        with self._lock:
            opened = [opened.conversation for opened in self._opened.values()]
        for conversation in opened:
            conversation.stop()
        deadline = time.monotonic() + STOPS_WITHIN
        for conversation in opened:
            conversation.join(max(0.0, deadline - time.monotonic()))

    def _drop_unused(self) -> None:
        with self._lock:
            unused = [id_ for id_, opened in self._opened.items() if not opened.users and not opened.conversation.running]
            for id_ in unused[: max(0, len(unused) - KEPT)]:
                del self._opened[id_]
