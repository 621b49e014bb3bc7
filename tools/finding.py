"""One search without a conversation: no model but the encoder, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..contracts import PAGE, PictureRecord
from .fusion import FUSIONS
from .rewriting.checks import still_ruled_out
from .rewriting.writing import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .search import Search


@dataclass(frozen=True)
class Match:
    """A picture, and the cosine of its embedding with the description's."""

    record: PictureRecord
    score: float


@dataclass(frozen=True)
class Matches:
    """What a search found, best first, and what it was understood to look for."""

    description: str
    ruled_out: tuple[str, ...]
    read: bool  # whether the encoder knows most of the words
    found: tuple[Match, ...]


def find(search: Search, said: str, top: int = PAGE, ruled_out: Sequence[str] = ()) -> Matches:
    """The ``top`` pictures that fit what was ``said`` and show nothing of what is ``ruled_out``, there ("no boats") or beside it.

    The order is that of a person's first page in a conversation, before any matching head.
    """
    text, denied = search.like_words, []
    if said:
        heard = kept(said, [], said, search=search)
        text, denied = heard.text, heard.ruled_out
    away = still_ruled_out([*denied, *ruled_out], text)
    head = FUSIONS.named("slots"), top
    scores = search.scores(text, None, dialog_num=PAGE, image_num=0, round_number=0, hubs=True, ruled_out=away, head=head)
    best = scores.best(top)
    found = tuple(Match(search.vectors.records[row], float(scores.text[at])) for at, row in zip(best, scores.in_gallery(best), strict=True))
    return Matches(text, tuple(away), search.reads(text), found)
