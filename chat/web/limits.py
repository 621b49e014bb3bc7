"""How much one visitor may have of a server, so that there is something left for the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock

from ...errors import InputError

RUNNING_EACH = 4  # conversations of one visitor that may be worked on at a time
RUNNING_IN_ALL = 64
KEPT_EACH = 2_000  # conversations that one visitor may have
KEPT_IN_ALL = 50_000
INDEXING_IN_ALL = 2  # galleries that may be indexed at a time
STREAMS_EACH = 32  # open event streams of one visitor: one for each tab that shows a conversation


class TooMuch(InputError):
    """Somebody has as much as one may have at a time."""


def require_running(mine: int, in_all: int) -> None:
    """Raises TooMuch when no other conversation may be worked on: so many of this visitor's and of all visitors' are already."""
    if mine >= RUNNING_EACH:
        raise TooMuch(f"{mine} of your conversations are being worked on already: wait until one of them asks you something")
    if in_all >= RUNNING_IN_ALL:
        raise TooMuch(f"this server is working on {in_all} conversations already: try again in a minute")


def require_kept(mine: int, in_all: int) -> None:
    """Raises TooMuch when no other conversation may be begun: so many of this visitor's and of all visitors' are kept already."""
    if mine >= KEPT_EACH:
        raise TooMuch(f"{mine:,} of your conversations are kept, and that is as many as one may have: {_PRUNE}")
    if in_all >= KEPT_IN_ALL:
        raise TooMuch(f"this server keeps {in_all:,} conversations already, and that is as many as it may: {_PRUNE}")


_PRUNE = "whoever runs the server can remove old ones (dir-tir conversations prune)"


def require_indexing(in_all: int) -> None:
    """Raises TooMuch when no other gallery may be indexed: so many are already."""
    if in_all >= INDEXING_IN_ALL:
        raise TooMuch(f"{in_all} galleries are being indexed already: wait until one of them is done, or stop it")


def require_streams(mine: int, in_all: int) -> None:
    """Raises TooMuch when no other event stream may be opened: so many of this visitor's are already."""
    if mine >= STREAMS_EACH:
        raise TooMuch(f"{mine} of your pages are open already: close some of them")


class Places:
    """What is open or under way, counted by visitor. ``require``: raises TooMuch for so many of one visitor and of all."""

    def __init__(self, require: Callable[[int, int], None]) -> None:
        self._require = require
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def place(self, owner: str) -> ExitStack:
        """One more, until what is returned is closed. Raises TooMuch."""
        with self._lock:
            self._require(self._taken[owner], self._taken.total())
            self._taken[owner] += 1
        place = ExitStack()
        place.callback(self._give_back, owner)
        return place

    def _give_back(self, owner: str) -> None:
        with self._lock:
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]
