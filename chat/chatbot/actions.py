"""What a chatbot can do with a search: seven actions, each answered with a text for the model and pictures for whoever can see.

Chatbots call tools without knowing conversations as objects, so everything is named by the conversation's id and results by number.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from pydantic import ValidationError

from ...contracts import PAGE
from ...errors import InputError
from ...plain import shown
from ..library.texts import at_work_text
from ..web.limits import Places, require_kept, require_running
from .arguments import TOOLS, refusal
from .clients import ClientOf
from .formatting import format_branches, format_found, format_matches, format_result, format_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...graph.config import Filters
    from ..library.conversation import Conversation
    from ..library.events import Result
    from ..library.search import ImageSearch
    from ..library.snapshot import Snapshot

GUIDE = (
    "Find one picture in a gallery by conversation. Call start_search with what the user says the picture shows. You get ten results, a "
    "question and a painting of what has been understood. Show the user the results, put the question to them in their own language, and "
    "ask what is wrong with the painting; hand both answers to answer_search. A user who would rather point at the nearest result need "
    "answer nothing: hand over its number alone, in more_like. Who would rather look on is shown ten more by more_results. "
    "Who finds something understood wrongly words it anew, in description, "
    "prompt or ruled_out; who wants to answer once more goes back, with go_back. Repeat until the user sees their picture among the "
    "results, then call mark_found with its number. Never answer for the user. Who wants pictures of something, and no particular one, "
    "is served by find_pictures."
)


LISTED = 100  # searches, the newest


@dataclass(frozen=True)
class ActionResult:
    """A text for a model, and (caption, file) of each picture there is a file of: the results by number, then the painting."""

    text: str
    pictures: tuple[tuple[str, Path], ...] = ()


class SearchActions:
    """One gallery's search as a chatbot uses it. Every action blocks until the user is needed again.

    client: whose conversations these are; no other conversation can be listed or gone on with, and none of another gallery.
    """

    def __init__(self, search: ImageSearch, client: ClientOf | None = None) -> None:
        self._search, self._client = search, client or ClientOf()
        self._used: WeakSet[Conversation] = WeakSet()
        self._working = Places(require_running)

    def of(self, client: ClientOf) -> SearchActions:
        """The same for another client."""
        actions = copy(self)
        actions._client = client
        return actions

    def call(self, tool: str, arguments: Mapping[str, Any]) -> ActionResult:
        """Do what a tool is asked for. Raises InputError that names what cannot be used."""
        if tool not in TOOLS:
            raise InputError(f"there is no tool {tool!r}: expected {', '.join(TOOLS)}")
        try:
            given = TOOLS[tool].model_validate(arguments)
        except ValidationError as error:
            raise InputError(refusal(error)) from None
        with self._working.place(self._client.owner):
            result: ActionResult = getattr(self, tool)(**given.model_dump())
        return result

    def start_search(self, description: str, **only: str | None) -> ActionResult:
        """The first ten results, a question and a painting."""
        register = self._search.workspace.register
        require_kept(register.count(self._client.owner), register.count())
        conversation = self._search.begin(description, owner=self._client.owner, **_given(only))
        self._used.add(conversation)
        conversation.go_on()
        result = _result(conversation.snapshot())
        return replace(result, text=f"{result.text}\n{at_work_text(self._search.at_work)}")

    def answer_search(
        self,
        conversation: str,
        answer: str | None = None,
        difference: str | None = None,
        more_like: Sequence[int] | None = None,
        not_these: Sequence[int] | None = None,
        show_again: bool | None = None,
        description: str | None = None,
        prompt: str | None = None,
        ruled_out: Sequence[str] | None = None,
    ) -> ActionResult:
        """The next ten results. Raises InputError, and leaves nothing behind, for what does not fit what is asked.

        Where the process ended after it had been answered, that answer is taken up, and nothing else: it may be the same one again.
        """
        known = self._conversation(conversation)
        now = known.snapshot()
        if not now.asked and not now.finished:
            known.go_on()
            return _result(known.snapshot())
        if not now.asked or (answer and not now.question) or (difference and not now.difference):
            raise InputError(f"nothing like that is asked now. {format_snapshot(now)}")
        marks: dict[str, Any] = {"more_like": _ids(now, more_like or ()), "not_these": _ids(now, not_these or ())}
        said: dict[str, Any] = {"show_again": bool(show_again), "description": description, "prompt": prompt, "ruled_out": ruled_out}
        known.reply(answer, difference, **marks, **said)
        return _result(known.snapshot())

    def more_results(self, conversation: str) -> ActionResult:
        """The next ten of the newest page."""
        found = self._conversation(conversation).more()
        return ActionResult("\n".join(["More results:", *map(format_result, found)]), _pictures(found))

    def go_back(self, conversation: str, to_round: int | None = None, branch: int | None = None) -> ActionResult:
        """The page before a round that is asked again, or that of a branch; below it what else can be returned to."""
        known = self._conversation(conversation)
        if to_round is not None and branch is not None:
            raise InputError("give to_round or branch, not both")
        if branch is not None:
            there = known.branches
            if not 1 <= branch <= len(there):
                expected = f"expected 1 to {len(there)}" if there else "nobody has gone back yet"
                raise InputError(f"there is no branch {branch}: {expected}")
            known.return_to(there[branch - 1])
        elif to_round is not None:
            known.back(to_round)
        else:
            known.undo()
        result = _result(known.snapshot())
        return replace(result, text="\n".join(filter(None, (result.text, format_branches(known.branches)))))

    def mark_found(self, conversation: str, number: int) -> ActionResult:
        """The picture, and the end of the conversation."""
        known = self._conversation(conversation)
        (id_,) = _ids(known.snapshot(), [number])
        known.accept(id_)
        return _result(known.snapshot())

    def list_searches(self) -> ActionResult:
        """A line for each conversation."""
        if not self._client.known:
            return ActionResult("This client sends nothing to be known by, so nothing is listed: go on with a search by its id.")
        entries = [entry for owner in self._client.owners for entry in self._search.conversations(owner, LISTED)]
        entries = sorted(entries, key=lambda entry: entry.begun, reverse=True)[:LISTED]
        lines = [f"{entry.id}: {shown(entry.description)} (begun {entry.begun[:16]})" for entry in entries]
        return ActionResult("\n".join(lines) or "Nothing has been looked for yet.")

    def find_pictures(self, description: str, top: int | None = None, **only: str | None) -> ActionResult:
        """A line for each picture that was found, and the pictures. Nothing is kept of it."""
        matches = self._search.find(description, top or PAGE, **_given(only))
        shown = [(f"{number}. {match.record.title}", Path(match.record.path)) for number, match in enumerate(matches.found, start=1)]
        return ActionResult(format_matches(matches), tuple((caption, path) for caption, path in shown if path.is_file()))

    def stop(self) -> None:
        """Let every conversation under way stop at its next step; what is done by then goes on another time. Does not wait."""
        for conversation in list(self._used):
            conversation.stop()

    def _conversation(self, id_: str) -> Conversation:
        entry = self._search.workspace.register.entry(id_)
        if not self._client.may_go_on_with(entry.owner):
            raise InputError(f"there is no conversation {id_!r}: check its id, or begin a new one")
        if (gallery := entry.gallery) != self._search.config.gallery:
            raise InputError(
                f"conversation {id_!r} looks for a picture of gallery {gallery!r}, and this is {self._search.config.gallery!r}: "
                "go on with it there, or begin a new one"
            )
        conversation = self._search.resume(id_)
        self._used.add(conversation)
        return conversation


def _given(only: Mapping[str, str | None]) -> Filters:
    """What is left away, or empty, is as the server was started with."""
    return cast("Filters", {name: text for name, text in only.items() if text})


def _ids(now: Snapshot, numbers: Sequence[int]) -> list[str]:
    by_number = {result.number: result.id for result in now.shown}
    if wrong := [number for number in numbers if number not in by_number]:
        raise InputError(f"there is no result {wrong[0]}: they are numbered 1 to {len(by_number)}")
    return [by_number[number] for number in numbers]


def _result(now: Snapshot) -> ActionResult:
    if now.found:
        shown = [(f"{now.found.number}. {now.found.caption}", now.found.path)]
        text = format_found(now.found)
    else:
        shown = [(f"{result.number}. {result.caption}", result.path) for result in now.results]
        if now.difference:
            shown.append(("The painting of what has been understood", now.difference.painting))
        text = format_snapshot(now)
    return ActionResult(text, tuple((caption, path) for caption, path in shown if path.is_file()))


def _pictures(results: Sequence[Result]) -> tuple[tuple[str, Path], ...]:
    return tuple((f"{result.number}. {result.caption}", result.path) for result in results if result.path.is_file())
