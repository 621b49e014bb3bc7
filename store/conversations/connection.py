"""The connection to a file of sessions: whatever SQLite complains of comes out as one line that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ...errors import DirTirError, InputError
from ..disk import disk_full, is_disk_full, plain_when_full
from .faults import REPAIR, BusyError, ClosedError, DamagedError

WAIT = 30.0  # seconds for another process that writes


def plainly(error: sqlite3.Error, file: Path) -> DirTirError | sqlite3.Error:
    """The error in plain words; as it is where it says something about our own statements."""
    if is_disk_full(error, file):
        return disk_full(file)
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return ClosedError()
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return damaged(error, file)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return BusyError(f"{file} is being written by another program for {WAIT:.0f} s: wait for it; the same command goes on")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return InputError(f"{file} cannot be written ({error}): see that you may write there, or set DIR_TIR_HOME to another folder")
        case sqlite3.SQLITE_IOERR:
            return InputError(f"{file} cannot be read or written ({error}): see what is wrong with its disk; the same command goes on")
    return damaged(error, file) if "malformed JSON" in str(error) else error


def damaged(error: object, file: Path) -> DamagedError:
    """What to do about a file that is no sessions file any more."""
    return DamagedError(f"{file} cannot hold sessions ({error}): {REPAIR} makes it anew of what can be read, and keeps this one beside it")


@contextmanager
def _plain(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if (plain := plainly(error, file)) is error:
            raise
        raise plain from error


def _in_plain_words(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def plain(self: Any, *arguments: Any, **keywords: Any) -> Any:
        with _plain(self.file):
            return method(self, *arguments, **keywords)

    return plain


class _Cursor(sqlite3.Cursor):
    """Rows are read while they are fetched, so a damaged one is met there."""

    @property
    def file(self) -> Path:
        connection: Any = self.connection
        file: Path = connection.file
        return file

    execute = _in_plain_words(sqlite3.Cursor.execute)
    executemany = _in_plain_words(sqlite3.Cursor.executemany)
    executescript = _in_plain_words(sqlite3.Cursor.executescript)
    fetchone = _in_plain_words(sqlite3.Cursor.fetchone)
    fetchall = _in_plain_words(sqlite3.Cursor.fetchall)
    __next__ = _in_plain_words(sqlite3.Cursor.__next__)


class Connection(sqlite3.Connection):
    """To one file; used by any thread that has the saver's lock. Text that is no UTF-8 costs its characters, not the row."""

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(file, check_same_thread=False, timeout=WAIT)
        self.text_factory = lambda raw: raw.decode("utf-8", "replace")

    @_in_plain_words
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        return self.cursor().executemany(*arguments)

    def executescript(self, *arguments: Any) -> Any:
        return self.cursor().executescript(*arguments)

    commit = _in_plain_words(sqlite3.Connection.commit)
    rollback = _in_plain_words(sqlite3.Connection.rollback)
    __exit__ = _in_plain_words(sqlite3.Connection.__exit__)


@contextmanager
def making(file: Path) -> Iterator[None]:
    """To be the only one who makes or replaces the file: SQLite lets nobody wait for a file that another process is making."""
    with plain_when_full(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file.with_name(f"{file.name}.lock"), timeout=WAIT)
        try:
            lock.acquire()
        except Timeout:
            raise BusyError(f"{file} is being made by another program for {WAIT:.0f} s: wait for it; the same command goes on") from None
    try:
        yield
    finally:
        lock.release()
