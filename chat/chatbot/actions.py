"""What a chatbot can do with a search: eight actions, each answered with a text for the model and pictures for whoever can see.

Chatbots call tools without knowing conversations as objects, so everything is named by the conversation's id and results by number.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from pydantic import ValidationError

from ...contracts import PAGE
from ...errors import InputError
from ...plain import shown
from ..library.events import Difference, Page, Progress
from ..library.texts import at_work_text
from ..web.limits import Places, require_kept, require_running
from .arguments import TOOLS, refusal
from .clients import ClientOf
from .formatting import format_branches, format_found, format_matches, format_result, format_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...graph.config import Filters
    from ..library.conversation import Conversation
    from ..library.events import Event as LibraryEvent
    from ..library.events import Result
    from ..library.search import ImageSearch
    from ..library.snapshot import Snapshot

GUIDE = (
    "Find one picture in a gallery by conversation. Call start_search with what the user says the picture shows. You get ten "
    "results, a question and a painting of what has been understood. The results come as one picture, by number. Show it to the "
    "user, put the question to them in their own language, and ask what is wrong with the painting; hand both answers to "
    "answer_search. A user who would rather point at the nearest result need answer nothing: hand over its number alone, in "
    "more_like. Who would rather look on is shown ten more by more_results. Who finds something understood wrongly words it anew, in "
    "description, prompt or ruled_out; who wants to answer once more goes back, with go_back. Repeat until the user sees their "
    "picture among the results, then call mark_found with its number. Never answer for the user. Who wants pictures of something, "
    "and no particular one, is served by find_pictures."
)


LISTED = 100  # searches, the newest
PAINTING = "The painting of what has been understood"


Tell = Callable[[str], None]  # what is being done, in a few words


def unheard(doing: str) -> None:
    """Where nobody follows what is being done."""


@dataclass(frozen=True)
class ActionResult:
    """A text for a model, the results that it is about as (number, caption, file), and the painting. A file need not be there any more."""

    text: str
    results: tuple[tuple[int, str, Path], ...] = ()
    painting: Path | None = None
    closely: bool = False  # whether the user wants to see more than a result's outline

    @property
    def pictures(self) -> tuple[tuple[str, Path], ...]:
        """(caption, file) of each picture there is a file of: the results by number, then the painting."""
        shown = [(f"{number}. {caption}", path) for number, caption, path in self.results]
        shown += [(PAINTING, self.painting)] if self.painting else []
        return tuple((caption, path) for caption, path in shown if path.is_file())


class SearchActions:
    """One gallery's search as a chatbot uses it. Every action blocks until the user is needed again.

    client: whose conversations these are; no other conversation can be listed or gone on with, and none of another gallery.
    """

    def __init__(self, search: ImageSearch, client: ClientOf | None = None) -> None:
        self._search, self._client = search, client or ClientOf()
        self._tell: Tell = unheard
        self._used: WeakSet[Conversation] = WeakSet()
        self._working = Places(require_running)
        self._loaded = Event()

    def of(self, client: ClientOf, tell: Tell = unheard) -> SearchActions:
        """The same for another client, that is told what is being done."""
        actions = copy(self)
        actions._client, actions._tell = client, tell
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

    def start_search(self, description: str, like: str | None = None, **only: str | None) -> ActionResult:
        """The first ten results, a question and a painting."""
        register = self._search.workspace.register
        require_kept(register.count(self._client.owner), register.count())
        conversation = self._search.begin(description, like=self._like(like), owner=self._client.owner, **_given(only))
        self._used.add(conversation)
        result = self._gone_on(conversation)
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
            return self._gone_on(known)
        if not now.asked or (answer and not now.question) or (difference and not now.difference):
            raise InputError(f"nothing like that is asked now. {format_snapshot(now, paths=self._client.here)}")
        marks: dict[str, Any] = {"more_like": _ids(now, more_like or ()), "not_these": _ids(now, not_these or ())}
        said: dict[str, Any] = {"show_again": bool(show_again), "description": description, "prompt": prompt, "ruled_out": ruled_out}
        known.note_reply(answer, difference, **marks, **said)
        return self._gone_on(known)

    def more_results(self, conversation: str) -> ActionResult:
        """The next ten of the newest page."""
        found = self._conversation(conversation).more()
        lines = [format_result(result, paths=self._client.here) for result in found]
        return ActionResult("\n".join(["More results:", *lines]), tuple(map(_of, found)))

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
            running = known.note_return(there[branch - 1])
        else:
            number = known.last_answered if to_round is None else to_round
            if to_round is None and not number:
                raise InputError("there is nothing to take back: nothing has been answered yet")
            running = known.note_back(number)
        result = self._result(known.snapshot()) if running else self._gone_on(known)
        return replace(result, text="\n".join(filter(None, (result.text, format_branches(known.branches)))))

    def mark_found(self, conversation: str, number: int) -> ActionResult:
        """The picture, and the end of the conversation."""
        known = self._conversation(conversation)
        (id_,) = _ids(known.snapshot(), [number])
        running = known.note_accepted(id_)
        return self._result(known.snapshot()) if running else self._gone_on(known)

    def show_result(self, conversation: str, number: int) -> ActionResult:
        """One result, large."""
        now = self._conversation(conversation).snapshot()
        (id_,) = _ids(now, [number])
        (result,) = (one for one in now.shown if one.id == id_)
        return ActionResult(format_result(result, paths=self._client.here), (_of(result),), closely=True)

    def list_searches(self) -> ActionResult:
        """A line for each conversation."""
        if not self._client.known:
            return ActionResult("This client sends nothing to be known by, so nothing is listed: go on with a search by its id.")
        entries = [entry for owner in self._client.owners for entry in self._search.conversations(owner, LISTED)]
        entries = sorted(entries, key=lambda entry: entry.begun, reverse=True)[:LISTED]
        lines = [f"{entry.id}: {shown(entry.description)} (begun {entry.begun[:16]})" for entry in entries]
        return ActionResult("\n".join(lines) or "Nothing has been looked for yet.")

    def find_pictures(self, description: str, top: int | None = None, like: str | None = None, **only: str | None) -> ActionResult:
        """A line for each picture that was found, and the pictures. Nothing is kept of it."""
        matches = self._search.find(description, top or PAGE, like=self._like(like), **_given(only))
        results = ((number, match.record.title, Path(match.record.path)) for number, match in enumerate(matches.found, start=1))
        return ActionResult(format_matches(matches, paths=self._client.here), tuple(results))

    def stop(self) -> None:
        """Let every conversation under way stop at its next step; what is done by then goes on another time. Does not wait."""
        for conversation in list(self._used):
            conversation.stop()

    def _gone_on(self, conversation: Conversation) -> ActionResult:
        """What there is when the user is needed again. Loading models is told as well, and what cannot be loaded is said where it lacks."""
        if self._tell is not unheard and not self._loaded.is_set():
            with suppress(Exception):
                self._search.load(lambda done, total: self._tell(f"loading models: {done} of {total}"))
            self._loaded.set()
        for event in conversation.events():
            self._tell(_doing(event))
        return self._result(conversation.snapshot())

    def _result(self, now: Snapshot) -> ActionResult:
        if now.found:
            return ActionResult(format_found(now.found, paths=self._client.here), (_of(now.found),))
        painting = now.difference.painting if now.difference else None
        return ActionResult(format_snapshot(now, paths=self._client.here), tuple(map(_of, now.shown)), painting)

    def _like(self, like: str | None) -> Path | None:
        """The file of a picture of the gallery, by its path or its id. No other file of this machine is opened for a chatbot."""
        if not like:
            return None
        vectors = self._search.workspace.vectors(self._search.config.gallery)
        record = vectors.find(like) or vectors.at(like)
        if record is None:
            raise InputError(f"{shown(like, 200)} is no picture of this gallery: give the file of a result, as find_pictures names it")
        return Path(record.path)

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


def _of(result: Result) -> tuple[int, str, Path]:
    return result.number, result.caption, result.path


def _doing(event: LibraryEvent) -> str:
    """What has just been done, for whoever waits for all of it."""
    match event:
        case Progress(done=done, total=total):
            return f"painting: {done} of {total}"
        case Page(accepted=str()):
            return "that is the picture"
        case Page(round=number):
            return f"round {number}: results are found" if number else "results are found"
        case Difference():
            return "painted"
    return "a question is found"
