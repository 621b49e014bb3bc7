"""A conversation at one moment: read once, and rendered by every face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...graph.build import ended
from .events import Difference, Page, Question, asked, page_of

if TYPE_CHECKING:
    from langgraph.types import StateSnapshot

    from ...contracts import PictureRecord
    from ...graph.config import Config
    from ...nodes.state import Captioned
    from .events import Asked, Result

Lookup = Callable[[str], "PictureRecord | None"]  # id → what the gallery knows of a picture now; nothing when it is gone


@dataclass(frozen=True)
class Snapshot:
    """What there is of a conversation. Nothing in it changes, and no model was loaded for it."""

    id: str
    gallery: str
    description: str  # the first one, D_0
    config: Config
    round: int  # the one that is open, or was last
    lacks: tuple[str, ...]  # roles that the profile has no model for
    pages: tuple[Page, ...]  # of the rounds that are closed, round 0 first; a round that ends with "this is it" has none
    question: Question | None  # of this round, while it stands
    difference: Difference | None  # the painting of this round and what is asked about it, while that stands
    found: Result | None  # the picture that the user says is the one; from whichever page it was taken
    begun: bool  # whether anything has been done
    finished: bool  # begun, and nothing left to do: the picture is found or the rounds are used up

    @property
    def page(self) -> Page | None:
        """The newest page, or nothing before the first search."""
        return self.pages[-1] if self.pages else None

    @property
    def open_round(self) -> int:
        """The round that is open, or about to be: what is pointed at now closes it."""
        return len(self.pages)

    @property
    def results(self) -> tuple[Result, ...]:
        """The ten of the newest page, best first."""
        return self.page.results if self.page else ()

    @property
    def shown(self) -> tuple[Result, ...]:
        """The same, and what came after them when somebody asked for `more`."""
        return self.page.shown if self.page else ()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the user is asked at the moment."""
        return tuple(item for item in (self.question, self.difference) if item)


def snapshot_of(
    state: StateSnapshot,
    id_: str,
    config: Config,
    description: str,
    picture: Lookup,
    accepted: str = "",
    more: Sequence[Captioned] = (),
) -> Snapshot:
    """The snapshot for the graph's state of a conversation. ``accepted``: what the user said is the picture while the last round closed, or
    afterwards, so that no question was left to hand it to. ``more``: what was shown after the ten of the newest page."""
    rounds = state.values.get("rounds", [])
    further = [*(record.get("further", ()) for record in rounds[1:]), more]
    accepted = (rounds[-1]["accepted"] if rounds else "") or (accepted if ended(state) else "")
    standing = [asked(stop.value) for stop in state.interrupts]
    pages = [page_of(record, picture, beyond) for record, beyond in zip(rounds, further, strict=False)]
    shown = (result for page in reversed(pages) for result in page.shown)
    return Snapshot(
        id=id_,
        gallery=config.gallery,
        description=description,
        config=config,
        round=state.values.get("round", 0),
        lacks=tuple(state.values.get("lacks", ())),
        pages=tuple(page for page in pages if not page.accepted),
        question=next((item for item in standing if isinstance(item, Question)), None),
        difference=next((item for item in standing if isinstance(item, Difference)), None),
        found=next((result for result in shown if result.id == accepted), None) if accepted else None,
        begun=bool(state.values),
        finished=ended(state),
    )
