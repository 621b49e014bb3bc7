"""The register of conversations: which there are, and with what settings each is held, so that each goes on by its id alone.

One small JSON file per conversation. What was said lies in the sessions (`sessions.py`); what no graph may ever know, the picture that a
player was shown, lies only here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..home import checked_name


def new_id() -> str:
    """128 random bits: nobody comes upon another's conversation by guessing."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Entry:
    """One conversation. ``owner``: whose it is where several people share a server. ``hunted``: id of the picture a player was shown."""

    id: str
    description: str
    settings: Mapping[str, Any]
    owner: str = ""
    hunted: str = ""
    begun: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


class Register:
    """The register in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def enter(self, entry: Entry) -> None:
        """Keep an entry; one with the same id is replaced."""
        file = self._file(entry.id)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part")
        draft.write_text(json.dumps(asdict(entry)), encoding="utf-8")
        draft.replace(file)

    def entry(self, id_: str) -> Entry:
        """The entry of this id. Raises InputError when there is none."""
        try:
            return Entry(**json.loads(self._file(id_).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError(f"there is no conversation {id_!r}: check its id, or begin a new one") from None

    def entries(self, owner: str) -> list[Entry]:
        """What belongs to ``owner``, newest first."""
        found = [Entry(**json.loads(file.read_text(encoding="utf-8"))) for file in self._folder.glob("*.json")]
        return sorted((entry for entry in found if entry.owner == owner), key=lambda entry: entry.begun, reverse=True)

    def _file(self, id_: str) -> Path:
        return self._folder / f"{checked_name(id_, 'conversation id')}.json"
