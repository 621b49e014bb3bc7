"""Replies that were given and are not worked in yet: on disk before whoever gave them hears that they are kept.

A table beside the checkpoints. A reply stays until its round is over: wherever a process is killed, the reply is here, in a
checkpoint, or in both. What a checkpoint holds is asked no more, so nothing is counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ...errors import InputError

if TYPE_CHECKING:
    from .saver import RoundSaver

Key = tuple[int, str]  # a round, and what is replied to in it

ACCEPTED: Key = (0, "accept")  # that a result is the picture, which belongs to no round
TURN: Key = (0, "turn")  # that a round is to be asked again, or a branch returned to (`chat/library/branches.py`)
PAINTS: Key = (0, "paints")  # whether anything is painted from now on; until it is given, as the conversation was begun
OF_NO_ROUND = {ACCEPTED, TURN, PAINTS}
MORE: Final = "more"  # no reply: the results beyond the ten that were shown in the round, on being asked for
CLICK: Final = "click"  # what is replied to: nothing, results were pointed at; it closes its round

_TABLE = """
CREATE TABLE IF NOT EXISTS replies
    (id TEXT NOT NULL, round INTEGER NOT NULL, kind TEXT NOT NULL, reply TEXT NOT NULL, taken INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (id, round, kind));
"""
_GIVE = """
INSERT INTO replies (id, round, kind, reply) VALUES (?, ?, ?, ?)
ON CONFLICT (id, round, kind) DO UPDATE SET reply = excluded.reply, taken = 0
"""


@dataclass(frozen=True)
class Given:
    """A reply as it was given. ``taken``: it has been handed to the graph."""

    reply: Any
    taken: bool = False


class Replies:
    """The replies beside the checkpoints of a saver."""

    def __init__(self, saver: RoundSaver) -> None:
        self._saver = saver
        saver.make(_TABLE)

    def give(self, id_: str, replies: Mapping[Key, Any]) -> None:
        """Keep all of these, or none; one that was given before is replaced. Raises InputError for what is no plain data."""
        try:
            rows = [(id_, number, kind, json.dumps(reply)) for (number, kind), reply in replies.items()]
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(f"the reply cannot be kept ({error}): expected a text, or a mapping of texts and lists of ids") from None
        if rows:
            with self._saver.transaction(durable=True) as there:
                there.executemany(_GIVE, rows)

    def of(self, id_: str) -> dict[Key, Given]:
        """What was given in a conversation. What cannot be read is passed over."""
        rows = self._saver.read("SELECT round, kind, reply, taken FROM replies WHERE id = ?", (id_,))
        found = {}
        for number, kind, text, taken in rows:
            try:
                found[number, kind] = Given(json.loads(text), bool(taken))
            except (ValueError, TypeError, RecursionError):  # damaged: asked for again
                continue
        return found

    def take(self, id_: str, keys: Collection[Key]) -> None:
        """Note that these are handed over now."""
        self._change("UPDATE replies SET taken = 1 WHERE id = ? AND round = ? AND kind = ?", id_, keys)

    def drop(self, id_: str, keys: Collection[Key]) -> None:
        """Let go of these: checkpoints hold them, or they were turned down."""
        self._change("DELETE FROM replies WHERE id = ? AND round = ? AND kind = ?", id_, keys)

    def replace(self, id_: str, replies: Mapping[Key, Any]) -> None:
        """Keep these, and let go of all others: another round is open now."""
        rows = [(id_, number, kind, json.dumps(reply)) for (number, kind), reply in replies.items()]
        with self._saver.transaction(durable=True) as there:
            there.execute("DELETE FROM replies WHERE id = ?", (id_,))
            there.executemany("INSERT INTO replies (id, round, kind, reply) VALUES (?, ?, ?, ?)", rows)

    def _change(self, statement: str, id_: str, keys: Collection[Key]) -> None:
        if keys:
            with self._saver.transaction() as rows:
                rows.executemany(statement, [(id_, *key) for key in keys])
