"""A conversation of a server at one moment: its state, and what has come out of its run that is not in the state yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...store.conversations.replies import CLICK
from ..library.events import Difference, Page, Progress, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...store.conversations.register import Entry
    from ..library.branches import Branch
    from ..library.events import Asked, Event
    from ..library.snapshot import Snapshot


@dataclass(frozen=True)
class Moment:
    """A conversation and its thread at one moment."""

    snapshot: Snapshot
    entry: Entry
    version: int  # grows with every change worth showing
    running: bool
    problem: str  # why it stopped, if something was in its way
    progress: Progress | None  # of the painting of this round
    given: Mapping[str, Any]  # kind → the reply given in this round, taken up or not
    branches: tuple[Branch, ...]  # what can be returned to, the last left first


def caught_up(snapshot: Snapshot, news: Mapping[type[Event], Event], given: Mapping[str, Any]) -> Snapshot:
    """The snapshot with what has come out of the run already: an event comes a moment before the checkpoint that keeps it."""
    page, question, difference = news.get(Page), news.get(Question), news.get(Difference)
    if isinstance(page, Page) and page.round == len(snapshot.pages) and not page.accepted:
        snapshot = replace(snapshot, pages=(*snapshot.pages, page))
    if CLICK in given:  # nothing more is asked
        return snapshot
    if isinstance(question, Question) and question.round == snapshot.round and "question" not in given:
        snapshot = replace(snapshot, question=question)
    if isinstance(difference, Difference) and difference.round == snapshot.round and "difference" not in given:
        snapshot = replace(snapshot, difference=difference)
    return snapshot


def still_asked(snapshot: Snapshot, before: Iterable[Asked], given: Mapping[str, Any]) -> Snapshot:
    """The snapshot with what was asked in this round and not replied to: while the reply to one is worked on, the state names the other no
    more, and somebody may be typing there."""
    for item in before:
        if item.round != snapshot.round or snapshot.finished or CLICK in given:
            continue
        if isinstance(item, Question) and not snapshot.question and "question" not in given:
            snapshot = replace(snapshot, question=item)
        if isinstance(item, Difference) and not snapshot.difference and "difference" not in given:
            snapshot = replace(snapshot, difference=item)
    return snapshot
