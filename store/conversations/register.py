"""The register of conversations: which there are, and with what settings each was begun, so that each can be resumed by its id alone.

A table beside the checkpoints. What no graph may ever know, the picture that a player was shown, is in here alone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from ...errors import InputError
from ..home import checked_name

if TYPE_CHECKING:
    from .saver import RoundSaver

_TABLE = """
CREATE TABLE IF NOT EXISTS conversations
    (id TEXT PRIMARY KEY, owner TEXT NOT NULL, gallery TEXT NOT NULL, begun TEXT NOT NULL, entry TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_of_an_owner ON conversations (owner, begun);
"""
_ENTER = """
INSERT INTO conversations (id, owner, gallery, begun, entry) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, gallery = excluded.gallery, begun = excluded.begun, entry = excluded.entry
"""


def new_id() -> str:
    """128 random bits: nobody comes upon another's conversation by guessing."""
    return secrets.token_hex(16)


def _now() -> str:
    return datetime.now(UTC).isoformat()


@dataclass(frozen=True)
class Entry:
    """One conversation. ``owner``: whose it is where several people share a server. ``hunted``: id of the picture a player was shown.
    ``title``: what somebody calls it; empty for its description."""

    id: str
    description: str
    settings: Mapping[str, Any]
    owner: str = ""
    hunted: str = ""
    begun: str = Field(default_factory=_now)  # ISO 8601, UTC
    title: str = ""

    @property
    def name(self) -> str:
        """What it is called in lists."""
        return self.title or self.description

    @property
    def gallery(self) -> str:
        """Where is searched."""
        return str(self.settings.get("gallery", ""))


_ENTRY = TypeAdapter(Entry)


def read_entry(text: str | bytes, id_: str) -> Entry:
    """An entry from its JSON. Raises InputError for one that is damaged, or belongs to another conversation."""
    try:
        entry = _ENTRY.validate_json(text, strict=True)
    except ValidationError as error:
        raise InputError(f"the entry of conversation {id_!r} cannot be read: {error.errors()[0]['msg']}") from None
    if entry.id != id_:
        raise InputError(f"the entry of conversation {id_!r} is that of {entry.id!r}")
    return entry


class Register:
    """The register beside the checkpoints of a saver."""

    def __init__(self, saver: RoundSaver) -> None:
        self._saver = saver
        saver.make(_TABLE)

    def enter(self, entry: Entry) -> None:
        """Keep an entry; one with the same id is replaced."""
        row = (checked_name(entry.id, "conversation id"), entry.owner, entry.gallery, entry.begun, _ENTRY.dump_json(entry).decode())
        with self._saver.transaction(durable=True) as rows:
            rows.execute(_ENTER, row)

    def rename(self, id_: str, title: str) -> None:
        """Call a conversation this from now on; by its description with an empty title. Raises InputError when there is none of this id."""
        entry = _ENTRY.dump_json(replace(self.entry(id_), title=title)).decode()
        with self._saver.transaction(durable=True) as rows:
            rows.execute("UPDATE conversations SET entry = ? WHERE id = ?", (entry, id_))

    def entry(self, id_: str) -> Entry:
        """The entry of this id. Raises InputError when there is none, or none that can be read."""
        found = self._saver.read("SELECT id, entry FROM conversations WHERE id = ?", (checked_name(id_, "conversation id"),))
        if not found:
            raise InputError(f"there is no conversation {id_!r}: check its id, or begin a new one")
        return read_entry(found[0][1], id_)

    def entries(self, owner: str, *, galleries: Collection[str] | None = None, limit: int | None = None) -> list[Entry]:
        """What belongs to ``owner`` (in these galleries), newest first, so many at most. One that cannot be read is passed over."""
        where = "owner = ?"
        values: list[Any] = [owner]
        if galleries is not None:
            if not galleries:
                return []
            where += f" AND gallery IN ({', '.join('?' * len(galleries))})"
            values += galleries
        most, values = ("", values) if limit is None else (" LIMIT ?", [*values, limit])
        found = self._saver.read(f"SELECT id, entry FROM conversations WHERE {where} ORDER BY begun DESC, id{most}", values)
        entries = []
        for id_, text in found:
            try:
                entries.append(read_entry(text, id_))
            except InputError as error:
                logging.getLogger(__name__).warning("passed over: %s", error)
        return entries

    def ids(self, owner: str) -> list[str]:
        """What belongs to ``owner``, also what cannot be read."""
        return [id_ for (id_,) in self._saver.read("SELECT id FROM conversations WHERE owner = ?", (owner,))]

    def count(self, owner: str | None = None, gallery: str | None = None) -> int:
        """How many there are, of this owner, in this gallery, or in all."""
        wanted = {name: value for name, value in (("owner", owner), ("gallery", gallery)) if value is not None}
        where = f" WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
        ((number,),) = self._saver.read(f"SELECT COUNT(*) FROM conversations{where}", tuple(wanted.values()))
        return int(number)
