"""Sessions: the SQLite file in which conversations are kept, so that each goes on after its process ended, however it ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import InputError
from .saver import RoundSaver

_SETTINGS = (
    "PRAGMA auto_vacuum=INCREMENTAL",  # what is deleted can be given back to the disk; counts for a file that is made now
    "PRAGMA journal_mode=WAL",  # a reader (another terminal, Studio) does not stop the writer
    "PRAGMA synchronous=NORMAL",  # with WAL a killed process loses nothing; waiting for the disk at every step would cost
    "PRAGMA wal_autocheckpoint=128",  # pages of 4 kB: the log beside the file stays small, too
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten: nobody reads it off the free pages
)


@contextmanager
def open_sessions(file: Path) -> Iterator[RoundSaver]:
    """A checkpointer on the SQLite file, made when it is not there. Raises InputError for a file that is no database, or a locked one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # LangGraph writes from the threads of its nodes; the saver holds a lock of its own around every statement.
    connection = sqlite3.connect(file, check_same_thread=False, timeout=30)
    saver = RoundSaver(connection)
    try:
        try:
            for setting in _SETTINGS:
                connection.execute(setting)
            saver.setup()
        except sqlite3.DatabaseError as error:
            raise InputError(f"{file} cannot hold sessions ({error}): move it away, or set DIR_TIR_HOME to another folder") from None
        yield saver
    finally:
        with saver.lock:  # a conversation may still be running: closed under a statement, SQLite would take the process with it
            connection.close()
