"""What comes out of a conversation, one typed event after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...contracts import ResultOrigin
    from ...nodes.state import RoundRecord
    from ...tools.fusion import Result
    from ...tools.search import Search


@dataclass(frozen=True)
class Found:
    """One result of a page. ``score``: cosine with what found it, the description ("dialog") or the painting ("image")."""

    number: int  # from 1
    id: str
    path: Path
    caption: str
    score: float
    source: ResultOrigin


@dataclass(frozen=True)
class Page:
    """A round has closed: its ten results, best first, and what has been understood by now. Round 0 is the search with the description."""

    round: int
    results: tuple[Found, ...]
    description: str
    prompt: str
    notes: tuple[str, ...]
    accepted: str | None  # id of the result which the user says is the one


@dataclass(frozen=True)
class Question:
    """A question is put to the user. ``problem``: why the reply just given was not understood, if so."""

    round: int
    question: str
    problem: str = ""

    def __str__(self) -> str:
        return self.question


@dataclass(frozen=True)
class Difference:
    """A painting is there, and the user is asked what is wrong with it."""

    round: int
    question: str
    painting: Path
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.question} ({self.painting})"


@dataclass(frozen=True)
class Progress:
    """The painting of a round is under way: ``done`` of ``total`` steps."""

    round: int
    done: int
    total: int


Asked = Question | Difference
Event = Page | Question | Difference | Progress


def page_of(record: RoundRecord, search: Search) -> Page:
    """The event for a record of the state."""
    return Page(
        round=record["round"],
        results=results_of(record["results"], search),
        description=record["description"],
        prompt=record["prompt"],
        notes=tuple(record["notes"]),
        accepted=record["accepted"],
    )


def results_of(results: Sequence[Result], search: Search) -> tuple[Found, ...]:
    """The results of a record, with what the gallery knows of them."""
    pictures = [search.record(result["id"]) for result in results]
    return tuple(
        Found(number, picture.id, Path(picture.path), picture.title, result["score"], result["source"])
        for number, (picture, result) in enumerate(zip(pictures, results, strict=True), start=1)
    )


def asked(payload: dict[str, Any]) -> Asked:
    """The event for the payload of an interrupt, as `tools/user.py` writes it."""
    problem = payload.get("problem", "")
    if payload["kind"] == "question":
        return Question(payload["round"], payload["question"], problem)
    return Difference(payload["round"], payload["question"], Path(payload["painting"]), problem)
