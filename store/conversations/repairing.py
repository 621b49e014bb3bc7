"""A sessions file made anew of what can be read of it; the damaged one stays beside it.

    sessions.sqlite.anew          the new file, while it is made
    sessions.sqlite.whole         it is complete, and takes the place of the damaged one
    sessions.sqlite.damaged-1     the damaged one, and its log

A process that is killed before that leaves everything as it was; one that is killed later has its work finished by whoever opens the file.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..disk import plain_when_full
from .connection import Connection, plainly
from .faults import BusyError, DamagedError
from .pages import Value, rows_of
from .register import Register, read_entry
from .replies import Replies
from .saver import ROUNDS

if TYPE_CHECKING:
    from pathlib import Path

    from .saver import RoundSaver

_LOGS = ("-wal", "-shm")
_CHECKPOINT = "thread_id, checkpoint_ns, checkpoint_id"
_WRITE = f"{_CHECKPOINT}, task_id"
# Where a row belongs, by the types of what is in it: table, columns, types. Older files have `task_path` at the end, or not at all.
_TABLES: tuple[tuple[str, str, tuple[type, ...]], ...] = (
    ("checkpoints", f"{_CHECKPOINT}, parent_checkpoint_id, type, checkpoint, metadata", (str, str, str, str, str, bytes, bytes)),
    ("writes", f"{_WRITE}, task_path, idx, channel, type, value", (str, str, str, str, str, int, str, str, bytes)),
    ("writes", f"{_WRITE}, idx, channel, type, value", (str, str, str, str, int, str, str, bytes)),
    ("writes", f"{_WRITE}, idx, channel, type, value, task_path", (str, str, str, str, int, str, str, bytes, str)),
    ("replies", "id, round, kind, reply, taken", (str, int, str, str, int)),
    ("conversations", "id, owner, gallery, begun, entry", (str, str, str, str, str)),
)
# The same of the entries of an index, which say what there has to be: table, how many values are the key, types.
_KEYS: tuple[tuple[str, int, tuple[type, ...]], ...] = (
    ("checkpoints", 3, (str, str, str, int)),
    ("writes", 5, (str, str, str, str, int, int)),
    ("replies", 3, (str, int, str, int)),
    ("conversations", 1, (str, int)),
)


@dataclass(frozen=True)
class RepairedSessions:
    """found: what was wrong; nothing where the file is sound, which was left as it is then. kept: conversations that have lost nothing.
    hurt: id of each of the others → what became of it. aside: where the damaged file is kept."""

    found: tuple[str, ...]
    kept: int
    hurt: Mapping[str, str] = field(default_factory=dict)
    aside: Path | None = None


def finish_repair(file: Path) -> Path | None:
    """Let a new file that is complete take the place of the damaged one; where that is kept now. Only under the lock of `making`."""
    whole = _beside(file, "whole")
    if not whole.exists():
        return None
    aside = next(aside for number in count(1) if not (aside := _beside(file, f"damaged-{number}")).exists())
    for suffix in ("", *_LOGS):
        if (part := file.with_name(f"{file.name}{suffix}")).exists():
            _linked(part, aside.with_name(f"{aside.name}{suffix}"))
    for suffix in _LOGS:  # they belong to the damaged file, and would be played into the new one
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    whole.replace(file)
    return aside


def repair(file: Path, opened: Callable[[Connection], RoundSaver], check: Callable[[Mapping[str, Any]], object]) -> RepairedSessions:
    """Make the file anew of what can be read of it. Only under the lock of `making`.

    opened: sets a connection up. check: raises InputError for channels that no conversation can be gone on with. Raises BusyError when
    another process has the file open, and DiskFullError.
    """
    finish_repair(file)
    if not file.exists():
        raise InputError(f"there is no sessions file at {file}: there is nothing to repair")
    found = _wrong_with(file)
    draft = _beside(file, "anew")
    _remove(draft)
    try:
        with plain_when_full(file), closing(Connection(draft)) as connection:
            saver = opened(connection)
            Register(saver)
            Replies(saver)
            read = _Read(saver)
            read.everything(file)
            kept, hurt = read.settled(check)
        if not found and not hurt:
            return RepairedSessions((), kept)
        draft.replace(_beside(file, "whole"))
    finally:
        _remove(draft)
    return RepairedSessions(tuple(found) or ("something in it cannot be read",), kept, hurt, finish_repair(file))


class _Read:
    """What was read into the new file, and what there has to be by the indexes of the old one."""

    def __init__(self, saver: RoundSaver) -> None:
        self._saver = saver
        self._there: dict[str, set[tuple[Value, ...]]] = {table: set() for table, _, _ in _KEYS}
        self._wanted: dict[str, set[tuple[Value, ...]]] = {table: set() for table, _, _ in _KEYS}

    def everything(self, file: Path) -> None:
        lengths = {table: length for table, length, _ in _KEYS}
        with self._saver.transaction() as rows:
            for of_table, values in rows_of(file):
                if not of_table:
                    for table, length, types in _KEYS:
                        if _fits(values, types):
                            self._wanted[table].add(tuple(values[:length]))
                    continue
                for table, columns, types in _TABLES:
                    if _fits(values, types):
                        row = dict(zip(columns.split(", "), values, strict=True))
                        key = tuple(value for name, value in row.items() if name != "task_path")[: lengths[table]]
                        self._wanted[table].add(key)
                        if self._is_whole(table, row):
                            self._there[table].add(key)
                            places = ", ".join("?" * len(row))
                            rows.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})", values)
                        break

    def _is_whole(self, table: str, row: Mapping[str, Any]) -> bool:
        """SQLite keeps no sums of what is in its pages: whether a row can be read shows when it is read."""
        try:
            match table:
                case "checkpoints":
                    json.loads(row["metadata"])
                    self._saver.serde.loads_typed((row["type"], row["checkpoint"]))
                case "writes":
                    self._saver.serde.loads_typed((row["type"], row["value"]))
                case "replies":
                    json.loads(row["reply"])
                case "conversations":
                    read_entry(row["entry"], row["id"])
        except (InputError, ValueError, TypeError, RecursionError):
            return False
        return True

    def settled(self, check: Callable[[Mapping[str, Any]], object]) -> tuple[int, dict[str, str]]:
        """Take back what cannot be gone on with; how many have lost nothing, and what became of the others."""
        wanted = {table: {str(key[0]) for key in keys} for table, keys in self._wanted.items()}
        lost = {table: {str(key[0]) for key in keys - self._there[table]} for table, keys in self._wanted.items()}
        ids = set().union(*wanted.values())
        hurt = {}
        for id_ in sorted(ids):
            said = self._taken_back(id_, check, open_round_lost=id_ in lost["checkpoints"] | lost["writes"])
            if id_ in lost["replies"]:
                said.append("a reply to it is lost")
            if id_ in lost["conversations"]:
                said = ["its settings are lost, so that it cannot be gone on with" if id_ in wanted["checkpoints"] else "it is lost"]
            if said:
                hurt[id_] = ", and ".join(said)
        return len(ids) - len(hurt), hurt

    def _taken_back(self, id_: str, check: Callable[[Mapping[str, Any]], object], *, open_round_lost: bool) -> list[str]:
        """Drop checkpoints of the whole graph, the newest first, until one can be gone on with; and say so, when anything is dropped."""
        dropped, rounds = open_round_lost, 0
        while newest := self._newest(id_):
            try:
                found = self._saver.get_tuple({"configurable": {"thread_id": id_, "checkpoint_ns": ""}})
                channels = found.checkpoint["channel_values"] if found else {}
                check(channels)
                rounds = len(channels.get(ROUNDS, ()))
                break
            except InputError:
                dropped = True
                with self._saver.transaction() as rows:
                    rows.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ?", (id_, newest))
        if not dropped:
            return []
        with self._saver.transaction() as rows:  # nothing of the round that is open can be relied on
            rows.execute("DELETE FROM writes WHERE thread_id = ?", (id_,))
            rows.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_ns <> ''", (id_,))
        return [f"goes on from the end of round {rounds - 1}" if rounds else "begins anew with its description"]

    def _newest(self, id_: str) -> str | None:
        of_root = "SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ''"
        newest: str | None = self._saver.read(of_root, (id_,))[0][0]
        return newest


def _wrong_with(file: Path) -> list[str]:
    """What SQLite finds wrong. Raises BusyError when somebody has the file open."""
    with closing(sqlite3.connect(file, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.Error as error:
            plain, said = plainly(error, file), str(error)
            if isinstance(plain, BusyError):
                raise BusyError(f"{file} is in use: end what has it open (a page, a chat, a server), and repair it then") from None
            if not isinstance(plain, DamagedError):
                raise plain from error
    return [] if said == "ok" else [" ".join(said.split())]


def _fits(values: list[Value], types: tuple[type, ...]) -> bool:
    """Whether these are values of those types; where a text or bytes are expected there may be nothing."""
    return len(values) == len(types) and all(
        isinstance(value, type_) or (value is None and place > 2 and type_ is not int)
        for place, (value, type_) in enumerate(zip(values, types, strict=True))
    )


def _linked(old: Path, new: Path) -> None:
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:  # a disk that knows no links
        shutil.copy2(old, new)


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f"{file.name}.{what}")


def _remove(file: Path) -> None:
    for suffix in ("", *_LOGS, "-journal"):
        with suppress(FileNotFoundError):
            file.with_name(f"{file.name}{suffix}").unlink()
