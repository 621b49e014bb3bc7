"""One search without a conversation: no model but the encoder, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..contracts import PAGE, PictureRecord
from ..plain import with_looks
from .fusion.order import first
from .rewriting.checks import still_ruled_out
from .rewriting.writing import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .search import Search


@dataclass(frozen=True)
class Match:
    """A picture, and the cosine of its embedding with the description's; of one without a caption the words that the encoder sees in it."""

    record: PictureRecord
    score: float
    looks_like: str = ""

    @property
    def line(self) -> str:
        """What to say of the picture in words."""
        return with_looks(self.record.title, self.looks_like)


@dataclass(frozen=True)
class Matches:
    """What a search found, best first, and what it was understood to look for."""

    description: str
    ruled_out: tuple[str, ...]
    read: bool  # whether the encoder knows most of the words
    found: tuple[Match, ...]


def find(search: Search, said: str, top: int = PAGE, ruled_out: Sequence[str] = (), *, words: bool = True) -> Matches:
    """The ``top`` pictures that fit what was ``said`` and show nothing of what is ``ruled_out``, there ("no boats") or beside it.

    The order is that of a person's first page in a conversation, before any matching head. Without ``words`` nothing says what pictures
    look like: whoever wants nothing but their paths does not wait until a vocabulary is read.
    """
    heard = kept(said, [], said, search=search)
    away = still_ruled_out([*heard.ruled_out, *ruled_out], heard.text)
    scores = search.scores(heard.text, None, dialog_num=PAGE, image_num=0, round_number=0, hubs=True, ruled_out=away)
    rows = first(scores.lists()["dialog"], top)
    records = [search.vectors.records[row] for row in rows]
    looks = [search.looks_like(record.id) if words else "" for record in records]
    found = tuple(Match(record, float(scores.text[row]), seen) for record, row, seen in zip(records, rows, looks, strict=True))
    return Matches(heard.text, tuple(away), search.reads(heard.text), found)
