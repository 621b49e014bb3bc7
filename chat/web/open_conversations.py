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
from .limits import require_running
from .running_conversation import RunningConversation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...store.conversations.register import Entry
    from ..library.conversation import Conversation

KEPT = 16  # conversations of which nothing runs and at which nobody looks, the ones used last
STOPS_WITHIN = 20.0  # seconds that all of them together have to come to their next step


@dataclass
class _Opened:
    conversation: RunningConversation
    users: int = 0  # requests and event streams that have it in hand


@dataclass(eq=False)
class Claim:
    """Somebody is about to run a conversation; ``id`` is empty until it has one."""

    owner: str
    id: str


class OpenConversations:
    """One object for each conversation in use, so that no two threads ever run the same one.

    entry: the entry of an id, raises InputError when there is none. open_: the conversation of an entry.
    """

    def __init__(self, entry: Callable[[str], Entry], open_: Callable[[Entry], Conversation]) -> None:
        self._entry, self._open = entry, open_
        self._opened: OrderedDict[str, _Opened] = OrderedDict()  # the one used last at the end
        self._claims: list[Claim] = []
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

    @contextmanager
    def stopped(self, id_: str, owner: str) -> Iterator[None]:
        """A conversation of this person's that has come to rest and is in memory no more, to be deleted within this block. Whoever still
        looks at it is woken up after that. Raises InputError for another's, as if it were not."""
        self.require(id_, owner)
        with self._lock:
            opened = self._opened.pop(id_, None)
        if opened:
            opened.conversation.stop()
            opened.conversation.join(STOPS_WITHIN)
        try:
            yield
        finally:
            if opened:
                opened.conversation.changes.announce()

    def holds(self, id_: str, conversation: RunningConversation) -> bool:
        """Whether this is still the object of the conversation, and not one that was stopped."""
        with self._lock:
            opened = self._opened.get(id_)
            return opened is not None and opened.conversation is conversation

    @contextmanager
    def room(self, owner: str, id_: str = "") -> Iterator[Claim]:
        """Within this block another conversation of this person's may be started, or this one be run on; whoever else asks meanwhile finds
        it counted. Raises TooMuch when so many run that it may not be."""
        claim = Claim(owner, id_)
        with self._lock:
            running = {key: opened.conversation.entry.owner for key, opened in self._opened.items() if opened.conversation.running}
            running |= {other.id: other.owner for other in self._claims if other.id}
            running.pop(id_, None)
            owners = [*running.values(), *(other.owner for other in self._claims if not other.id)]
            require_running(owners.count(owner), len(owners))
            self._claims.append(claim)
        try:
            yield claim
        finally:
            with self._lock:
                self._claims.remove(claim)

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
