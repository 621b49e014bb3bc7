"""Who runs a conversation, among all servers of one database: advisory locks, which end with the connection of whoever holds them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING

import psycopg

from ..faults import AwayError, ElsewhereError
from .connecting import connected, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import DictRow

    Connection = psycopg.Connection[DictRow]

# A machine that is gone without a word is noticed within half a minute, and its locks are free then.
_NOTICED = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
_HELD = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint << 32 | objid::bigint = %s) AS held"""


def key_of(name: str) -> int:
    """The number by which the server knows a lock."""
    return int.from_bytes(hashlib.sha256(f"dir-tir {name}".encode()).digest()[:8], "big", signed=True)


class Locks:
    """Those that this process holds, all on one connection, which is opened when the first is wanted."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._changing = Lock()
        self._connection: Connection | None = None
        self._held: dict[str, Connection] = {}  # id → the connection that holds its lock, or held it until it broke

    @contextmanager
    def alone(self, id_: str) -> Iterator[None]:
        """Within this block nobody else holds the lock of this id. Raises ElsewhereError."""
        with self._changing, plain(self._address):
            connection = self._alive()
            if id_ in self._held or not _said(connection, "SELECT pg_try_advisory_lock(%s) AS got", key_of(id_)):
                raise ElsewhereError(id_)
            self._held[id_] = connection
        try:
            yield
        finally:
            with self._changing, suppress(psycopg.Error):  # it is gone, and its locks with it
                _said(self._held.pop(id_), "SELECT pg_advisory_unlock(%s) AS freed", key_of(id_))

    def held(self, id_: str) -> bool:
        """Whether anybody holds the lock of this id."""
        with self._changing, plain(self._address):
            return _said(self._alive(), _HELD, key_of(id_))

    def require(self, id_: str) -> None:
        """Raises AwayError when the lock of this id was lost under whoever holds it: another server may run the conversation by now."""
        if (connection := self._held.get(id_)) and not _answers(connection):
            raise AwayError(
                f"the connection to the database of conversations was lost while {id_!r} ran: nothing is lost, the same command goes on"
            )

    def close(self) -> None:
        """Let go of all of them."""
        with self._changing:
            if self._connection:
                self._connection.close()

    def _alive(self) -> Connection:
        if self._connection is None or not _answers(self._connection):
            self._connection = connected(self._address)
            self._connection.execute(_NOTICED)
        return self._connection


def _answers(connection: Connection) -> bool:
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True


def _said(connection: Connection, query: str, value: int) -> bool:
    row = connection.execute(query, (value,)).fetchone()
    return bool(row and next(iter(row.values())))
