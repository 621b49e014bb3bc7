"""Who runs a conversation, among all servers of one database: advisory locks, which end with the connection of whoever holds them."""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import psycopg

from ....errors import InputError
from ...home import SESSIONS
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


def require_sessions(address: str) -> None:
    """Raises InputError for a pooler that gives each transaction whatever connection is free: there a lock is held by nobody, or by all."""
    with plain(address), closing(connected(address)) as one, closing(connected(address)) as other:
        if _process_of(one) == _process_of(other):
            raise _shared()


class Locks:
    """Those that this process holds, all on one connection, which is opened when the first is wanted."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._changing = Lock()
        self._session: _Session | None = None
        self._held: dict[str, _Session] = {}  # id → what holds its lock, or held it until its connection broke

    @contextmanager
    def alone(self, id_: str) -> Iterator[None]:
        """Within this block nobody else holds the lock of this id. Raises ElsewhereError."""
        with self._changing, plain(self._address):
            session = self._alive()
            if id_ in self._held or not session.said("SELECT pg_try_advisory_lock(%s) AS got", key_of(id_)):
                raise ElsewhereError(id_)
            self._held[id_] = session
        try:
            yield
        finally:
            with self._changing, suppress(psycopg.Error):  # it is gone, and its locks with it
                self._held.pop(id_).said("SELECT pg_advisory_unlock(%s) AS freed", key_of(id_))

    def held(self, id_: str) -> bool:
        """Whether anybody holds the lock of this id."""
        with self._changing, plain(self._address):
            return self._alive().said(_HELD, key_of(id_))

    def require(self, id_: str) -> None:
        """Raises AwayError when the lock of this id was lost under whoever holds it: another server may run the conversation by now."""
        if (session := self._held.get(id_)) and not session.answers():
            raise AwayError(
                f"the connection to the database of conversations was lost while {id_!r} ran: nothing is lost, the same command goes on"
            )

    def close(self) -> None:
        """Let go of all of them."""
        with self._changing:
            if self._session:
                self._session.connection.close()

    def _alive(self) -> _Session:
        if self._session is None or not self._session.answers():
            connection = connected(self._address)
            connection.execute(_NOTICED)
            self._session = _Session(connection, _process_of(connection))
        return self._session


@dataclass(frozen=True)
class _Session:
    """process: that of the server which the connection led to when it was made."""

    connection: Connection
    process: int

    def answers(self) -> bool:
        """Whether it is still there. Raises InputError when it leads to another process of the server by now."""
        try:
            process = _process_of(self.connection)
        except psycopg.Error:
            return False
        if process != self.process:
            raise _shared()
        return True

    def said(self, query: str, value: int) -> bool:
        """What the server answers a question of one value."""
        row = self.connection.execute(query, (value,)).fetchone()
        return bool(row and next(iter(row.values())))


def _process_of(connection: Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid() AS process").fetchone()
    return int(row["process"]) if row else 0


def _shared() -> InputError:
    return InputError(
        f"{SESSIONS} leads to a pooler that gives each transaction another connection (PgBouncer's transaction mode), where no lock holds: "
        "set it to session mode, or give the address of the database itself"
    )
