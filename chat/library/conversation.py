"""A conversation as a program holds it: replies go in, typed events come out."""

from __future__ import annotations

import asyncio
import sqlite3
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from langgraph.types import Command

from ...errors import InputError
from ...graph.build import build_graph, ended
from ...tools.user import parse_resume_value
from .bridge import iterated_in_a_thread
from .events import Asked, Difference, Event, Found, Page, Progress, Question, asked, page_of, results_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langgraph.types import StateSnapshot

    from ...graph.config import Config
    from ...graph.injection import Resolver
    from ...nodes.state import RoundRecord
    from ...tools.search import Search
    from ...tools.workspace import Workspace

Kind = Literal["question", "difference"]


class Conversation:
    """One thread of a graph that has a checkpointer. It keeps nothing but replies not taken up yet, so it goes on after any crash.

    Get one from :class:`.library.ImageSearch`. One thread at a time runs it; replies may be laid ready from any other meanwhile.
    """

    def __init__(self, workspace: Workspace, resolve: Resolver, config: Config, id_: str, description: str) -> None:
        self.id, self.config, self.description = id_, config, description
        self.workspace = workspace
        self._toolbox = resolve(config)  # one for the whole conversation, so that it looks at one revision of its gallery
        self._graph = build_graph(lambda _: self._toolbox, workspace.sessions)
        self._ready: dict[tuple[int, str], Any] = {}  # (round, kind) -> the reply laid ready
        self._accepted = ""
        self._alone = Lock()

    # What there is by now.

    @property
    def search(self) -> Search:
        """The search in this conversation's gallery."""
        return self._toolbox.search

    @property
    def rounds(self) -> list[RoundRecord]:
        """The records of the rounds that are closed."""
        return list(self.state.values.get("rounds", []))

    @property
    def page(self) -> Page | None:
        """The newest page, or nothing before the first search."""
        rounds = self.rounds
        return page_of(rounds[-1], self.search) if rounds else None

    @property
    def results(self) -> tuple[Found, ...]:
        """The ten of the newest page, best first."""
        return self.page.results if self.page else ()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the user is asked at the moment."""
        return tuple(asked(stop.value) for stop in self.state.interrupts)

    @property
    def question(self) -> Question | None:
        """The question of this round, while it stands."""
        return next((item for item in self.asked if isinstance(item, Question)), None)

    @property
    def difference(self) -> Difference | None:
        """The painting of this round and what is asked about it, while that stands."""
        return next((item for item in self.asked if isinstance(item, Difference)), None)

    @property
    def begun(self) -> bool:
        """Whether anything has been done."""
        return bool(self.state.values)

    @property
    def finished(self) -> bool:
        """Begun, and nothing left to do: the picture is found or the rounds are used up."""
        return ended(self.state)

    @property
    def found(self) -> Found | None:
        """The picture that the user says is the one; from whichever page it was taken."""
        rounds = self.rounds
        if not rounds or not (id_ := rounds[-1]["accepted"]):
            return None
        return next(result for result in self._shown() if result.id == id_)

    @property
    def state(self) -> StateSnapshot:
        """The graph's own state, read anew."""
        try:
            return self._graph.get_state(self._thread)
        except sqlite3.ProgrammingError:
            raise InputError("the search that this conversation belongs to is closed: use it inside the with") from None

    # Replies.

    def answer(self, question: Asked, reply: Any) -> None:
        """Lay a reply ready: a text, nothing (skipped), or a mapping as `tools/user.py` understands it. It is taken up when the
        conversation runs on. Raises InputError when it cannot be understood, is too long or comes too late.
        """
        self.put(question.round, "question" if isinstance(question, Question) else "difference", reply)

    def put(self, round_number: int, kind: Kind, reply: Any) -> None:
        """As `answer`, for what is asked or still to be asked in this round: a painting may be skipped while it is being made."""
        parse_resume_value(reply)
        state = self.state
        if self.finished or state.values.get("round") != round_number:
            raise InputError(f"round {round_number} is over: answer what is asked now")
        self._ready[round_number, kind] = reply

    def accept(self, result: Found | str) -> None:
        """Say that this result (or the id of one) is the picture. Ends the conversation: at once, unless it is running just now."""
        self.lay_accepted(result)
        if not self._alone.locked():
            self.go_on()

    def lay_accepted(self, result: Found | str) -> None:
        """As `accept`, to be taken up when the conversation runs on. Raises InputError for what is no result, or after the end."""
        id_ = result if isinstance(result, str) else result.id
        if self.finished:
            raise InputError("the conversation has ended: begin a new one")
        if all(shown["id"] != id_ for record in self.rounds for shown in record["results"]):
            raise InputError(f"{id_!r} is no result of this conversation: give one of .results, or the id of one")
        self._accepted = id_

    def reply(self, answer: str | None = None, difference: str | None = None) -> Page:
        """Answer the question and say what is wrong with the painting (nothing: skipped); the page that comes of it."""
        texts: dict[type[Asked], str | None] = {Question: answer, Difference: difference}
        for item in self.asked:
            self.answer(item, texts.pop(type(item)))
        if lost := [text for text in texts.values() if text]:
            raise InputError(f"nothing in this round asks for {lost[0]!r}: look at .question and .difference before answering")
        return self.go_on()

    async def areply(self, answer: str | None = None, difference: str | None = None) -> Page:
        """As `reply`, without blocking the event loop."""
        return await asyncio.to_thread(self.reply, answer, difference)

    async def aaccept(self, result: Found | str) -> None:
        """As `accept`, without blocking the event loop."""
        await asyncio.to_thread(self.accept, result)

    # Running.

    def events(self) -> Iterator[Event]:
        """Runs on, with the replies laid ready, until nothing goes on without the user. What happens comes out at once: a question while
        the painting is still being made. Replies laid ready meanwhile are taken up; so a loop over it can be a whole conversation.

        After a crash it goes on where it stopped. With nothing to do it gives what is asked again. A second run at a time is refused.
        """
        if not self._alone.acquire(blocking=False):
            raise InputError(f"conversation {self.id} is running already: lay replies ready with answer(), or wait")
        try:
            state = self.state
            if ended(state):
                return
            step: Any = self._taken_up() or (None if state.values else {"description": self.description})
            while True:
                yield from self._run(step)
                step = self._taken_up()
                if step is None:
                    return
        finally:
            self._alone.release()

    def aevents(self) -> AsyncIterator[Event]:
        """As `events`, for an event loop; the work is done in a thread."""
        return iterated_in_a_thread(self.events())

    def go_on(self) -> Page:
        """Runs until the user is needed; the newest page."""
        for _ in self.events():
            pass
        page = self.page
        assert page is not None  # round 0 needs nobody
        return page

    def _run(self, step: Any) -> Iterator[Event]:
        """The page of every round that closes, and every question as soon as it is put: the painting may still be under way."""
        put: set[str] = set()
        stream: Iterator[Any] = self._graph.stream(
            step, self._thread, context=self.config, stream_mode=["updates", "custom"], subgraphs=True, durability="sync"
        )
        for _, mode, data in stream:
            if mode == "custom":
                yield Progress(data["round"], data["done"], data["total"])
                continue
            for stop in data.get("__interrupt__", ()):
                if stop.id not in put:  # each comes twice: from its refiner and from the whole graph
                    put.add(stop.id)
                    yield asked(stop.value)
            for record in (data.get("merge") or {}).get("rounds", []):
                yield page_of(record, self.search)

    def _taken_up(self) -> Command[Any] | None:
        """The step that hands the replies laid ready to those questions that stand."""
        standing = self.state.interrupts
        if self._accepted:
            replies = {stop.id: {"accept": self._accepted} for stop in standing}
        else:
            keys = {stop.id: (stop.value["round"], stop.value["kind"]) for stop in standing}
            replies = {id_: self._ready.pop(key) for id_, key in keys.items() if key in self._ready}
        return Command(resume=replies) if replies else None

    def _shown(self) -> Iterator[Found]:
        """Every result shown so far, the newest page first."""
        return (result for record in reversed(self.rounds) for result in results_of(record["results"], self.search))

    @property
    def _thread(self) -> Any:
        return {"configurable": {"thread_id": self.id}}
