"""The conversations begun last, for whoever cannot wait, as a shell that completes a word: LangGraph and pydantic stay unimported."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from threading import Thread
from typing import TYPE_CHECKING

from ...plain import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..home import Home

MOST = 30
_WAIT = 1.0  # seconds; a database may be away, or a file be written
_LONGEST = 60  # characters of a name
_LAST = f"SELECT id, entry FROM conversations ORDER BY begun DESC, id LIMIT {MOST}"


def last_begun(home: Home) -> dict[str, str]:
    """id → what it is called, newest first; nothing where that is not to be had within a second."""
    found: dict[str, str] = {}
    asking = Thread(target=_ask, args=(home, found), daemon=True)  # which ends with the process, whatever it waits for
    asking.start()
    asking.join(_WAIT)
    return {} if asking.is_alive() else found


def _ask(home: Home, found: dict[str, str]) -> None:
    with suppress(Exception):  # nobody would read why there is nothing to choose from
        for id_, entry in _rows_of_database(home.database) if home.database else _rows_of_file(home):
            found[id_] = _name(entry)


def _rows_of_file(home: Home) -> Iterable[tuple[str, str]]:
    with closing(sqlite3.connect(f"{home.sessions.as_uri()}?mode=ro", uri=True, timeout=_WAIT)) as file:
        return file.execute(_LAST).fetchall()


def _rows_of_database(address: str) -> Iterable[tuple[str, str]]:
    import psycopg

    with psycopg.connect(address, connect_timeout=2, application_name="dir-tir") as database:  # the least that is heeded
        return database.execute(_LAST).fetchall()


def _name(entry: str) -> str:
    said = json.loads(entry)
    return shown(said.get("title") or said.get("description") or "", _LONGEST)
