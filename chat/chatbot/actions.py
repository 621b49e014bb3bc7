"""What a chatbot is handed: four things to do, each answered with a text for the model and pictures for whoever can see.

Chatbots call tools without knowing conversations as objects, so everything is named by the conversation's id and results by number.
"""

from __future__ import annotations

from collections.abc import Sequence  # not for the type checker alone: LangChain makes the tools' schemas from the annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..library.events import Difference, Question
from ..library.texts import note_text

if TYPE_CHECKING:
    from pathlib import Path

    from ..library.conversation import Conversation
    from ..library.events import Result
    from ..library.search import ImageSearch

GUIDE = (
    "Find one picture in a gallery by conversation. Call start_search with what the user says the picture shows. You get ten results, a "
    "question and a painting of what has been understood. Show the user the results, put the question to them in their own language, and "
    "ask what is wrong with the painting; hand both answers to answer_search. Repeat until the user sees their picture among the results, "
    "then call mark_found with its number. Never answer for the user."
)


@dataclass(frozen=True)
class Told:
    """A text for a model, and (caption, file) of each picture it speaks of: the results by number, then the painting."""

    text: str
    pictures: tuple[tuple[str, Path], ...] = ()


class Desk:
    """One gallery's search as a chatbot uses it. Every method blocks until the user is needed again."""

    def __init__(self, search: ImageSearch) -> None:
        self._search = search

    def start_search(self, description: str) -> Told:
        """Begin to look for a picture. description: what the user says it shows, in a few words."""
        return _told(self._search.start(description))

    def answer_search(
        self,
        conversation: str,
        answer: str = "",
        difference: str = "",
        more_like: Sequence[int] = (),
        not_these: Sequence[int] = (),
    ) -> Told:
        """Hand over what the user said; the next ten results come back. conversation: its id. answer: to the question. difference: what is
        wrong with the painting. more_like, not_these: numbers of results. What is left away is skipped.
        """
        talk = self._search.resume(conversation)
        marks = {"more_like": _ids(talk, more_like), "not_these": _ids(talk, not_these)}
        pending, texts = talk.asked, {Question: answer, Difference: difference}
        for number, item in enumerate(pending):
            reply: dict[str, Any] = {"text": texts.pop(type(item))}
            talk.answer(item, {**reply, **{name: ids for name, ids in marks.items() if ids and not number}})
        if not pending or any(texts.values()):
            raise InputError(f"nothing like that is asked now. {_told(talk).text}")
        talk.go_on()
        return _told(talk)

    def mark_found(self, conversation: str, number: int) -> Told:
        """Say that a result is the picture the user had in mind; ends the conversation. number: of the result, as shown last."""
        talk = self._search.resume(conversation)
        (id_,) = _ids(talk, [number])
        talk.accept(id_)
        return _told(talk)

    def list_searches(self) -> Told:
        """What was looked for earlier, newest first, with the id that goes on with it."""
        lines = [f"{entry.id}: {entry.description} (begun {entry.begun[:16]})" for entry in self._search.conversations()]
        return Told("\n".join(lines) or "Nothing has been looked for yet.")


def _ids(talk: Conversation, numbers: Sequence[int]) -> list[str]:
    by_number = {result.number: result.id for result in talk.results}
    if wrong := [number for number in numbers if number not in by_number]:
        raise InputError(f"there is no result {wrong[0]}: they are numbered 1 to {len(by_number)}")
    return [by_number[number] for number in numbers]


def _told(talk: Conversation) -> Told:
    if found := talk.found:
        return Told(f"Found: {found.caption} ({found.path.name}). The conversation has ended.", (_named(found),))
    page = talk.page
    assert page is not None
    lines = [f"Conversation {talk.id}, round {page.round} of {talk.config.max_rounds}. Understood: {page.description}", "Results:"]
    lines += [f"{result.number}. {result.caption}" for result in page.results]
    lines += [f"Note: {note_text(note)}" for note in page.notes]
    pictures = [_named(result) for result in page.results]
    if talk.finished:
        lines.append("The rounds are used up. Begin again with other words.")
    if question := talk.question:
        lines.append(f"Question for the user: {question.question}")
    if difference := talk.difference:
        lines.append(f"About the painting, the last picture: {difference.question}")
        pictures.append(("The painting of what has been understood", difference.painting))
    return Told("\n".join(lines), tuple(pictures))


def _named(result: Result) -> tuple[str, Path]:
    return f"{result.number}. {result.caption}", result.path
