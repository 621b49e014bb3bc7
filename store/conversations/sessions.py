"""Sessions: the checkpointer that lets a conversation go on after its process ended, however it ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from ...errors import InputError


@contextmanager
def open_sessions(file: Path) -> Iterator[SqliteSaver]:
    """A checkpointer on the SQLite file, made when it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # LangGraph writes from the threads of its nodes; the saver holds a lock of its own around every statement.
    connection = sqlite3.connect(file, check_same_thread=False, timeout=30)
    saver = SqliteSaver(connection)
    try:
        try:
            connection.execute("PRAGMA journal_mode=WAL")  # a reader (another terminal, Studio) does not stop the writer
            connection.execute(
                "PRAGMA synchronous=NORMAL"
            )  # with WAL a killed process loses nothing; waiting for the disk at every step would cost
            saver.setup()
        except sqlite3.DatabaseError as error:
            raise InputError(f"{file} cannot hold sessions ({error}): move it away, or set DIR_TIR_HOME to another folder") from None
        yield saver
    finally:
        with saver.lock:  # a conversation may still be running: closed under a statement, SQLite would take the process with it
            connection.close()
