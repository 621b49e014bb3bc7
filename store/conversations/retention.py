"""How long conversations are kept: durations as people write them, and what a conversation takes up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from langgraph.checkpoint.base.id import UUID

from ...errors import InputError

if TYPE_CHECKING:
    from .register import Entry

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)  # from when the time in a checkpoint's id (a UUID of version 6) is counted


@dataclass(frozen=True)
class Kept:
    """What is kept of one conversation. ``entry``: nothing for one that was run without being registered (`dir-tir demo`), or whose entry
    cannot be read. ``size``: bytes of its checkpoints."""

    id: str
    entry: Entry | None
    active: datetime
    size: int


def duration(text: str) -> timedelta:
    """How long "12h", "90d" or "2w" is. Raises InputError for anything else."""
    if not (read := re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", text)):
        raise InputError(f"{text!r} is no duration: give a whole number and h, d or w for hours, days or weeks, as in 12h, 90d or 2w")
    return int(read[1]) * _UNITS[read[2]]


def active_at(checkpoint_id: str | None, begun: str) -> datetime:
    """When a conversation was last active: when its newest checkpoint was made, or else when it was begun."""
    try:
        if checkpoint_id:
            return _GREGORIAN + timedelta(microseconds=UUID(checkpoint_id).time // 10)
        at = datetime.fromisoformat(begun)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return datetime.now(UTC)  # of what cannot be dated nothing is deleted by age
