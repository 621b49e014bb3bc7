"""Sessions: the SQLite file in which conversations are kept, so that each goes on after its process ended, however it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .connection import WAIT, Connection, making
from .faults import BusyError
from .repairing import RepairedSessions, finish_repair, repair
from .sqlite_saver import SqliteRoundSaver

_SETTINGS = (
    "PRAGMA auto_vacuum=INCREMENTAL",  # what is deleted can be given back to the disk; counts for a file that is made now
    "PRAGMA journal_mode=WAL",  # a reader (another terminal, Studio) does not stop the writer
    "PRAGMA synchronous=NORMAL",  # with WAL a killed process loses nothing; what is acknowledged waits for the disk (`saver.py`)
    "PRAGMA wal_autocheckpoint=128",  # pages of 4 kB: the log beside the file stays small, too
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten: nobody reads it off the free pages
)


@contextmanager
def open_sessions(file: Path) -> Iterator[SqliteRoundSaver]:
    """A checkpointer on the SQLite file, made when it is not there; any number of processes may have it open.

    Raises InputError for a file that is no database, or that another program has locked, and DiskFullError.
    """
    with making(file):
        finish_repair(file)
        # LangGraph writes from the threads of its nodes; the saver holds a lock of its own around every statement.
        connection = Connection(file)
        try:
            saver = _set_up(connection)
        except BaseException:
            connection.close()
            raise
    try:
        yield saver
    finally:
        with saver.lock:  # a conversation may still be running: closed under a statement, SQLite would take the process with it
            connection.close()


def repair_sessions(file: Path, check: Callable[[Mapping[str, Any]], object]) -> RepairedSessions:
    """Make a damaged file anew of what can be read of it, and keep the damaged one beside it; see `repairing.py`.

    check: raises InputError for channels that no conversation can be gone on with. Raises BusyError while another process has it open.
    """
    with making(file):
        return repair(file, _set_up, check)


def _set_up(connection: Connection) -> SqliteRoundSaver:
    """Settings and tables. Tried again while the last of other processes is just closing the file."""
    deadline = time.monotonic() + WAIT
    while True:
        try:
            for setting in _SETTINGS:
                connection.execute(setting)
            saver = SqliteRoundSaver(connection)
            saver.setup()
        except BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return saver
