"""Connections to a PostgreSQL database: whatever it complains of comes out as one line, in which there is no password."""

from __future__ import annotations

import json
import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from ....errors import DirTirError, DiskFullError, InputError
from ...home import SESSIONS
from ..faults import AwayError, BusyError, ClosedError

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = 10.0  # seconds for a server that is being started again, or for one of so many connections
MOST = 10  # connections of one process, and one more for its locks
_NO_TEXT = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # which a text of PostgreSQL cannot have

logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())  # what it tries again is said once, by whoever waited for it


class Pool(ConnectionPool[psycopg.Connection[DictRow]]):
    """Connections as LangGraph's saver wants them; each is looked at before it is lent, as the server may have been started again."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            address,
            kwargs=_OPTIONS,
            min_size=0,
            max_size=MOST,
            timeout=WAIT,
            reconnect_timeout=WAIT,
            open=False,
            configure=_configure,
            check=ConnectionPool.check_connection,
            name="dir-tir",
        )

    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[psycopg.Connection[DictRow]]:
        with plain(self.address), super().connection(timeout) as connection:
            yield connection


def require_address(address: str) -> None:
    """Raises InputError for what is no address, without saying it: any part may be one of a password."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        parts = {}
    if not parts or "@" in f"{parts.get('host')}{parts.get('dbname')}" or not re.fullmatch(r"[\d,]*", str(parts.get("port") or "")):
        raise InputError(
            f"{SESSIONS} is no address of a database: expected postgresql://USER@HOST/DATABASE; in a password, write @ as %40 and / as %2F"
        )


def connected(address: str) -> psycopg.Connection[DictRow]:
    """A connection of one's own. Raises AwayError, which says why."""
    with plain(address):
        connection: psycopg.Connection[DictRow] = psycopg.connect(address, **_OPTIONS)
        _configure(connection)
    return connection


@contextmanager
def plain(address: str) -> Iterator[None]:
    """Within this block errors of the database are in plain words; as they are where they say something about our own statements."""
    try:
        yield
    except psycopg.Error as error:
        if (said := _plainly(error, address)) is error:
            raise
        raise said from None


def _plainly(error: psycopg.Error, address: str) -> DirTirError | psycopg.Error:
    match error:
        case PoolClosed():
            return ClosedError()
        case PoolTimeout():
            return _waited(address)
        case errors.DiskFull():
            return DiskFullError("the disk of the database of conversations is full: make room; the same command goes on")
        case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return InputError(f"the database of conversations refuses ({_line(error)}): its role has to own it; see docs/deploy.md")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return AwayError(f"the database of conversations cannot be had ({_line(error)}): when it can, the same command goes on")
    return error


def _waited(address: str) -> DirTirError:
    """Why nobody got a connection: the server says so to whoever asks for one more."""
    try:
        connected(address).close()
    except DirTirError as error:
        return error
    return BusyError("no connection to the database of conversations was free in time: the same command goes on")


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())[:300]


def _configure(connection: psycopg.Connection[DictRow]) -> None:
    set_json_dumps(_dumps, connection)


def _dumps(value: Any) -> bytes:
    """JSON that PostgreSQL takes, whatever a person or a model has said: without NUL, and without halves of characters."""
    return _NO_TEXT.sub(rb"\1\\ufffd", json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


_OPTIONS: dict[str, Any] = {"autocommit": True, "row_factory": dict_row, "connect_timeout": 10, "application_name": "dir-tir"}
