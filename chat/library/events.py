"""What comes out of a conversation, one typed event after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...nodes.history import ruled_out_in
from ...plain import cleaned, shown
from ...store.conversations.paintings import painting_file
from .notebook import html_of_pictures
from .texts import note_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ...contracts import ResultOrigin
    from ...nodes.state import Captioned, RoundRecord
    from .snapshot import Lookup


@dataclass(frozen=True)
class Result:
    """One result of a page. ``score``: cosine with what found it, the description ("dialog") or the painting ("image").

    ``caption`` is the name of the file where nobody has captioned the picture; ``by_model`` says that a model wrote it. ``looks_like`` has
    the words that the encoder sees in a picture without a caption, and is empty otherwise. A picture that the gallery no longer has is
    ``gone``: its ``path`` is the bare id, where no file is.
    """

    number: int  # from 1
    id: str
    path: Path
    caption: str
    score: float
    source: ResultOrigin
    gone: bool = False
    by_model: bool = False
    looks_like: str = ""
    width: int = 0  # of the picture, in pixels, upright; 0 where it is not known
    height: int = 0
    shares: Mapping[ResultOrigin, float] = field(default_factory=dict, compare=False)  # of what found it; older ones have none
    date: datetime | None = None  # when it was taken; where no camera said, when its file was last written

    @property
    def line(self) -> str:
        """What to say of the picture in words: its caption, or the name of its file and what it looks like."""
        return f"{self.caption} (looks like: {self.looks_like})" if self.looks_like else self.caption

    def _repr_html_(self) -> str:
        return html_of_pictures([self._picture])

    @property
    def _picture(self) -> tuple[Path, str]:
        return self.path, f"{self.number}. {self.line}"


@dataclass(frozen=True)
class Page:
    """A round has closed: its ten results, best first, and what has been understood by now. Round 0 is the search with the description."""

    round: int
    results: tuple[Result, ...]
    description: str
    prompt: str
    ruled_out: tuple[str, ...]  # what the picture does not show, by answers and differences; the search keeps away from it
    notes: tuple[str, ...]  # codes of what did not go as planned; `texts.py` has the sentences
    accepted: str | None  # id of the result which the user says is the one
    record: RoundRecord = field(repr=False, compare=False)  # everything about the round, as the graph keeps it
    further: tuple[Result, ...] = ()  # what comes after the ten, as far as the user has asked for `more`

    @property
    def shown(self) -> tuple[Result, ...]:
        """All that was shown of it, best first."""
        return (*self.results, *self.further)

    def _repr_html_(self) -> str:
        ruled_out = [f"Ruled out: {', '.join(self.ruled_out)}"] if self.ruled_out else []
        notes = [*ruled_out, *map(note_text, self.notes)]
        return html_of_pictures([result._picture for result in self.shown], f"Round {self.round}: {self.description}", notes)


@dataclass(frozen=True)
class Question:
    """A question is put to the user: an empty one where no model can ask, and they say or point at what they like. ``problem``: why the
    reply just given was not understood, if so. ``words``: without a question, words that tell apart what fits so far: one is taken by
    answering with it, and ruled out by denying it."""

    round: int
    question: str
    problem: str = ""
    words: tuple[str, ...] = ()

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

    def _repr_html_(self) -> str:
        return html_of_pictures([(self.painting, f"Round {self.round}: {self.question}")])


@dataclass(frozen=True)
class Progress:
    """The painting of a round is under way: ``done`` of ``total`` steps."""

    round: int
    done: int
    total: int


Asked = Question | Difference
Event = Page | Question | Difference | Progress


def page_of(record: RoundRecord, picture: Lookup, further: Sequence[Captioned] = ()) -> Page:
    """The event for a record of the state. further: what was shown after its ten.

    Conversations of version 0.1 hold texts that were not cleaned when they came in."""
    return Page(
        round=record["round"],
        results=results_of(record["results"], picture),
        description=cleaned(record["description"]),
        prompt=cleaned(record["prompt"]),
        ruled_out=tuple(map(cleaned, ruled_out_in(record))),
        notes=tuple(map(shown, record["notes"])),
        accepted=record["accepted"],
        record=record,
        further=results_of(further, picture, len(record["results"]) + 1),
    )


def results_of(results: Sequence[Captioned], picture: Lookup, first: int = 1) -> tuple[Result, ...]:
    """The results of a record, with what the gallery knows of them now, numbered from ``first`` on."""
    return tuple(_result(number, result, picture) for number, result in enumerate(results, start=first))


def asked(payload: dict[str, Any]) -> Asked:
    """The event for the payload of an interrupt, as `tools/user.py` writes it."""
    problem = shown(payload.get("problem", ""))
    if payload["kind"] == "question":
        return Question(payload["round"], cleaned(payload["question"]), problem, tuple(map(cleaned, payload.get("words", ()))))
    return Difference(payload["round"], cleaned(payload["question"]), painting_file(payload["painting"]), problem)


def _result(number: int, result: Captioned, picture: Lookup) -> Result:
    record = picture(result["id"])
    path = Path(record.path) if record else Path(result["id"])
    caption = record.title if record else cleaned(result["caption"]) or "a picture that is gone"
    gone, by_model = record is None, bool(record and record.by_model)
    looks_like = "" if record and record.caption else cleaned(result.get("looks_like", ""))
    width, height = (record.width, record.height) if record else (0, 0)
    return Result(
        number=number,
        id=result["id"],
        path=path,
        caption=caption,
        score=result["score"],
        source=result["source"],
        gone=gone,
        by_model=by_model,
        looks_like=looks_like,
        width=width,
        height=height,
        shares=result.get("shares", {}),
        date=record.date if record else None,
    )
