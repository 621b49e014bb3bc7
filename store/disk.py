"""Whether it was a full disk that something failed at, whatever library said so and however deep below."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DirTirError, DiskFullError

_SAID = ("no space left on device", "database or disk is full", "disk quota exceeded", "os error 28", "os error 122")
_PERHAPS = ("disk i/o error", "unable to open database file", "failed to apply logs", "compact", "hnsw")
_NEXT_TO_NOTHING = 16 << 20  # bytes: a transaction that failed has given back what it took


def is_disk_full(error: BaseException, at: Path | None = None) -> bool:
    """Whether this error, or one that it came from, says that a disk or a quota is full.

    at: where was written. Libraries also say "disk I/O error" of a full disk; of such an error the free space there decides.
    """
    for one in _chain(error):
        if isinstance(one, DiskFullError) or (isinstance(one, OSError) and one.errno in (errno.ENOSPC, errno.EDQUOT)):
            return True
        if getattr(one, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        text = "" if isinstance(one, DirTirError) else str(one).lower()  # our own quote what a person gave
        if any(words in text for words in _SAID):
            return True
        if at is not None and any(words in text for words in _PERHAPS) and _free(at) < _NEXT_TO_NOTHING:
            return True
    return False


@contextmanager
def plain_when_full(at: Path) -> Iterator[None]:
    """Raises DiskFullError in place of whatever a full disk made a library raise. at: where is written."""
    try:
        yield
    except DiskFullError:
        raise
    except Exception as error:
        if not is_disk_full(error, at):
            raise
        raise disk_full(at) from error


def disk_full(at: Path | None = None) -> DiskFullError:
    """The one line about it. at: where was written, if that is known."""
    return DiskFullError(f"the disk is full{f' ({at})' if at else ''}: make room; the same command goes on")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what was being handled meanwhile; of a group, each of its errors."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _free(at: Path) -> int:
    """Bytes left where a file is, or would be."""
    while not at.exists() and at != at.parent:
        at = at.parent
    try:
        return shutil.disk_usage(at).free
    except OSError:
        return _NEXT_TO_NOTHING
