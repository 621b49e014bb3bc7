"""A conversation as a program uses it: replies go in, typed events come out."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from langgraph.types import Command

from ...errors import InputError
from ...graph.build import build_graph, ended
from ...tools.user import parse_resume_value
from .bridge import iterated_in_a_thread
from .events import Asked, Difference, Event, Page, Progress, Question, Result, asked, page_of
from .reader import ConversationReader
from .runs import RunningError, Runs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping

    from langgraph.types import StateSnapshot

    from ...graph.build import ConversationGraph
    from ...graph.config import Config
    from ...graph.injection import Resolver
    from ...tools.toolbox import Toolbox
    from .snapshot import Lookup

Kind = Literal["question", "difference"]
_KINDS: dict[type[Asked], Kind] = {Question: "question", Difference: "difference"}


class Conversation(ConversationReader):
    """One thread of a graph that has a checkpointer. It keeps nothing but replies not taken up yet, so it goes on after any crash.

    Get one from :class:`.search.ImageSearch`. One thread at a time runs it; replies may be given from any other meanwhile.
    """

    def __init__(
        self,
        reader: ConversationGraph,
        resolve: Resolver,
        picture: Lookup,
        config: Config,
        id_: str,
        description: str,
        *,
        alone: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """reader: the graph with the checkpointer, shared by all conversations, to read states with. resolve: finds the tools when this one
        is first run. picture: what the gallery knows of a picture now. alone: keeps other processes from running the conversation of an id.
        """
        super().__init__(reader, picture, config, id_, description)
        self._resolve = resolve
        self._runs = Runs(partial(alone, id_))
        self._replies: dict[tuple[int, Kind], Any] = {}  # given and not taken up yet
        self._accepted = ""

    @property
    def running(self) -> bool:
        """Whether a thread runs it at this moment."""
        return self._runs.current is not None

    # Replies.

    def answer(self, question: Asked, reply: Any) -> None:
        """Reply to what is asked: a text, nothing (skipped), or a mapping as `tools/user.py` understands it. It is taken up when the
        conversation runs on. Raises InputError when it cannot be understood, is too long or comes too late.
        """
        self.put(question.round, _KINDS[type(question)], reply)

    def put(self, round_number: int, kind: Kind, reply: Any) -> None:
        """As `answer`, for what is asked or still to be asked in this round: a painting may be skipped while it is being made."""
        self._give({(round_number, kind): reply})

    def accept(self, result: Result | str) -> None:
        """Say that this result (or the id of one) is the picture. Ends the conversation: at once, unless it is running just now."""
        if not self.note_accepted(result):
            with suppress(RunningError):  # whoever began to run it just now takes it up
                self.go_on()

    def note_accepted(self, result: Result | str) -> bool:
        """As `accept`, to be taken up when the conversation runs on; whether it is running, and so takes it up by itself. Raises InputError
        for what is no result, or after the end."""
        id_ = result if isinstance(result, str) else result.id
        with self._runs.changed:
            state = self.state
            if ended(state):
                raise InputError("the conversation has ended: begin a new one")
            if all(shown["id"] != id_ for record in state.values.get("rounds", []) for shown in record["results"]):
                raise InputError(f"{id_!r} is no result of this conversation: give one of .results, or the id of one")
            self._accepted = id_
            return self.running

    def reply(
        self,
        answer: str | None = None,
        difference: str | None = None,
        *,
        more_like: Iterable[Result | str] = (),
        not_these: Iterable[Result | str] = (),
    ) -> Page:
        """Answer the question and say what is wrong with the painting (nothing: skipped); the page that comes of it.

        more_like, not_these: results (or ids of results) to look for the like of, and to keep away from. What is refused leaves nothing
        behind. Raises InputError.
        """
        marks = {"more_like": _ids(more_like), "not_these": _ids(not_these)}
        texts: dict[type[Asked], str | None] = {Question: answer, Difference: difference}
        pending = self.asked
        replies: dict[tuple[int, Kind], Any] = {}
        for number, item in enumerate(pending):
            given = {name: ids for name, ids in marks.items() if ids and not number}  # marks are about the page, so one reply has them
            replies[item.round, _KINDS[type(item)]] = {**given, "text": texts.pop(type(item)) or ""}
        if lost := [text for text in texts.values() if text]:
            raise InputError(f"nothing in this round asks for {lost[0]!r}: look at .question and .difference before answering")
        if any(marks.values()) and not pending:
            raise InputError("nothing is asked at the moment, so results cannot be marked: look at .question and .difference")
        self._give(replies)
        return self.go_on()

    async def areply(self, answer: str | None = None, difference: str | None = None, **marks: Iterable[Result | str]) -> Page:
        """As `reply`, without blocking the event loop."""
        return await asyncio.to_thread(self.reply, answer, difference, **marks)

    async def aaccept(self, result: Result | str) -> None:
        """As `accept`, without blocking the event loop."""
        await asyncio.to_thread(self.accept, result)

    # Running.

    def events(self) -> Iterator[Event]:
        """Runs on, with the replies given, until nothing goes on without the user. What happens comes out at once: a question while the
        painting is still being made. Replies given meanwhile are taken up; so a loop over it can be a whole conversation.

        After a crash it goes on where it stopped. With nothing to do it gives what is asked again. A second run at a time is refused.
        """
        return self._events()

    def aevents(self) -> AsyncIterator[Event]:
        """As `events`, for an event loop; the work is done in a thread. Who stops listening stops the conversation at its next step."""
        return iterated_in_a_thread(self._events(), self._runs.abandon)

    def go_on(self) -> Page:
        """Runs until the user is needed; the newest page."""
        for _ in self.events():
            pass
        page = self.page
        assert page is not None  # round 0 needs nobody
        return page

    def stop(self) -> None:
        """Let what runs stop at its next step. What is done by then is on disk and goes on another time. Does not wait."""
        self._runs.stop()

    def _events(self) -> Generator[Event, None, None]:
        run = self._runs.begin()
        try:
            state = self.state
            if ended(state):
                return
            step: Any = self._taken_up(state) or (None if state.values else {"description": self.description})
            while True:
                yield from self._stepped(step, run.control)
                with self._runs.changed:  # what is given after this look finds that nobody runs, and what is given before is seen
                    step = None if run.control.drain_requested else self._taken_up(self.state)
                    if step is None:
                        self._runs.end(run)
                        return
        except GraphDrained:
            return
        finally:
            self._runs.end(run)

    def _stepped(self, step: Any, control: RunControl) -> Iterator[Event]:
        """The page of every round that closes, and every question as soon as it is put: the painting may still be under way."""
        put: set[str] = set()
        parts: Iterator[Any] = self._graph.stream(
            step,
            self.thread,
            context=self.config,
            stream_mode=["updates", "custom"],
            subgraphs=True,
            durability="sync",
            control=control,
            version="v2",
        )
        for part in parts:
            data = part["data"]
            if part["type"] == "custom":
                yield Progress(data["round"], data["done"], data["total"])
                continue
            for stop in data.get("__interrupt__", ()):
                if stop.id not in put:  # each comes twice: from its refiner and from the whole graph
                    put.add(stop.id)
                    yield asked(stop.value)
            for record in (data.get("merge") or {}).get("rounds", []):
                yield page_of(record, self.picture)

    def _give(self, replies: Mapping[tuple[int, Kind], Any]) -> None:
        """All of these replies, or none when one cannot be used."""
        for reply in replies.values():
            parse_resume_value(reply)
        with self._runs.changed:
            state = self.state
            if late := [number for number, _ in replies if ended(state) or state.values.get("round") != number]:
                raise InputError(f"round {late[0]} is over: answer what is asked now")
            self._replies |= replies

    def _taken_up(self, state: StateSnapshot) -> Command[Any] | None:
        """The step that hands the replies given to those questions that stand."""
        if self._accepted:
            replies = {stop.id: {"accept": self._accepted} for stop in state.interrupts}
        else:
            keys = {stop.id: (stop.value["round"], stop.value["kind"]) for stop in state.interrupts}
            replies = {id_: self._replies.pop(key) for id_, key in keys.items() if key in self._replies}
        return Command(resume=replies) if replies else None

    @cached_property
    def _toolbox(self) -> Toolbox:
        """The tools of the whole conversation: one, so that it looks at one revision of its gallery."""
        return self._resolve(self.config)

    @cached_property
    def _graph(self) -> ConversationGraph:
        return build_graph(lambda _: self._toolbox, self.checkpointer)


def _ids(results: Iterable[Result | str]) -> list[str]:
    return [result if isinstance(result, str) else result.id for result in results]
