"""A conversation as a program uses it: replies go in, typed events come out."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from langgraph.types import Command

from ...graph.build import build_graph, ended
from ...nodes.state import NO_REPLY
from ...store.conversations.faults import ClosedError
from ...store.conversations.replies import ACCEPTED, CLICK, OF_NO_ROUND
from ...tools.user import parse_resume_value, says_unasked
from .branches import Branches
from .bridge import iterated_in_a_thread
from .events import Event, Page, Progress, asked, page_of
from .replying import Replying, standing
from .runs import Runs
from .snapshot import snapshot_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping

    from langgraph.types import StateSnapshot

    from ...contracts import UserReply
    from ...graph.build import ConversationGraph
    from ...graph.config import Config
    from ...graph.injection import Resolver
    from ...store.conversations.replies import Key, Replies
    from ...store.conversations.saver import RoundSaver
    from ...tools.toolbox import Toolbox
    from .snapshot import Lookup, Snapshot


class Conversation(Replying):
    """One thread of a graph that has a checkpointer. It keeps nothing itself, so it goes on after any crash: a reply is on disk before the
    call that gives it returns, and the next run takes it up.

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
        replies: Replies,
        alone: Callable[[str], AbstractContextManager[object]] = nullcontext,
        shared: bool = False,
    ) -> None:
        """reader: the graph with the checkpointer, shared by all conversations, to read states with. resolve: finds the tools when this one
        is first run. picture: what the gallery knows of a picture now. replies: where they are kept until they are worked in. alone: keeps
        other processes from running the conversation of an id. shared: what is said while one of them runs it is kept, for that one or for
        whoever runs it next; otherwise it is refused.
        """
        super().__init__(reader, picture, config, id_, description)
        self._resolve = resolve
        self._runs = Runs(partial(alone, id_))
        self._replies, self._shared = replies, shared
        self._branches = Branches(self, reader, replies)

    @property
    def running(self) -> bool:
        """Whether a thread runs it at this moment."""
        return self._runs.current is not None

    @property
    def elsewhere(self) -> bool:
        """Whether another process runs it at this moment."""
        return not self.running and cast("RoundSaver", self.checkpointer).running(self.id)

    @property
    def stamp(self) -> object:
        """Another than before when something in it has changed, whichever process changed it."""
        return cast("RoundSaver", self.checkpointer).stamp(self.id), self._replies.of(self.id)

    def snapshot(self) -> Snapshot:
        """Everything there is of the conversation at this moment, read once."""
        state, accepted = self.state, self._replies.of(self.id).get(ACCEPTED)
        more = self._further(len(state.values.get("rounds", ())))
        return snapshot_of(state, self.id, self._config_now, self.description, self.picture, accepted.reply if accepted else "", more)

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
        offered: set[tuple[str, str]] = set()
        begins = True
        try:
            while True:
                with self._runs.changed:  # what is given after this look finds that nobody runs, and what is given before is seen
                    if self._branches.turn():
                        begins, run.control = True, RunControl()
                    state = self.state
                    if not begins:
                        self._put_away(state, offered)
                    step: Any = None if run.stopping or ended(state) else self._taken_up(state, offered)
                    if step is None and (run.stopping or ended(state) or not begins):
                        self._runs.end(run)
                        return
                begins = False
                try:
                    yield from self._stepped(step or (None if state.values else {"description": self._first}), run.control)
                except GraphDrained:
                    if run.stopping:
                        return
        finally:
            self._runs.end(run)

    def _stepped(self, step: Any, control: RunControl) -> Iterator[Event]:
        """The page of every round that closes, and every question as soon as it is put: the painting may still be under way."""
        put: set[str] = set()
        parts: Iterator[Any] = self._graph.stream(
            step,
            self.thread,
            context=self._config_now,
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
                    if self._is_asked(stop.value):
                        yield asked(stop.value)
            for record in (data.get("merge") or {}).get("rounds", []):
                yield page_of(record, self.picture)

    def _taken_up(self, state: StateSnapshot, offered: set[tuple[str, str]]) -> Command[Any] | None:
        """The step that hands the replies given to those questions that stand. ``offered``: what this run has handed over, which it does
        once: a run that was killed may have done it, too, and then either the question stands no more or the graph never got it."""
        given, open_ = self._replies.of(self.id), standing(state)
        resumed: dict[str, Any] = {}
        taken: set[Key] = set()
        for key, stop in open_.items():
            click = (key[0], CLICK)
            source = ACCEPTED if ACCEPTED in given else key if key in given else click
            unwanted = key[1] == "difference" and not self.paints
            if source not in given and not unwanted:
                continue
            # What was said unasked is taken in when both refiners are done (`nodes/both.py`); the question itself is skipped.
            skips = source == click or source not in given
            reply = {"accept": given[source].reply} if source == ACCEPTED else {"skip": True} if skips else given[source].reply
            if (once := (stop.id, json.dumps(reply))) not in offered:
                offered.add(once)
                resumed[stop.id] = reply
                taken |= {source} & given.keys()
        self._replies.take(self.id, taken)
        return Command(resume=resumed) if resumed else None

    def _put_away(self, state: StateSnapshot, offered: set[tuple[str, str]]) -> None:
        """Let go of the replies whose round is over, and of those that were turned down: these may be given again."""
        given = self._replies.of(self.id)
        turned_down = {key: stop.id for key, stop in standing(state).items() if stop.value.get("problem")}
        over = {key for key in given if key not in OF_NO_ROUND and (ended(state) or key[0] != state.values.get("round"))}
        gone = over | {key for key in turned_down if key in given and given[key].taken}
        if ACCEPTED in given and (turned_down or any(record["accepted"] for record in state.values.get("rounds", [])[-1:])):
            gone.add(ACCEPTED)
        offered -= {once for once in offered if once[0] in turned_down.values()}
        self._replies.drop(self.id, gone)

    def _is_asked(self, payload: Mapping[str, Any]) -> bool:
        """Whether anybody is to be asked this: not after a click, nor while the conversation goes back. Nor what is answered already: a
        process may be killed when it was given an answer and had not kept the question yet."""
        try:
            answered = (payload["round"], payload["kind"]) in self._replies.of(self.id) and not payload.get("problem")
        except ClosedError:
            answered = False
        return not answered and not says_unasked(self._clicked(payload["round"])) and not self._turning

    def _clicked(self, round_number: int) -> UserReply:
        """What was said and looked at in a round, unasked. Read anew: it is on the disk, whoever gave it."""
        try:
            given = self._replies.of(self.id).get((round_number, CLICK))
            return {**(parse_resume_value(given.reply) if given else NO_REPLY), "further": self._further(round_number)}
        except ClosedError:  # nothing that still runs can be kept
            return NO_REPLY

    @property
    def _config_now(self) -> Config:
        """As the conversation was begun, but for what its user has wanted since."""
        return replace(self.config, painting=self.paints)

    @cached_property
    def _toolbox(self) -> Toolbox:
        """The tools of the whole conversation: one, so that it looks at one revision of its gallery."""
        return self._resolve(self.config)

    @property
    def _first(self) -> str:
        """The first description; of who began with nothing but a picture, what is known of that."""
        return self.description or (self._toolbox.search.like_words if self.config.like else "")

    @cached_property
    def _graph(self) -> ConversationGraph:
        return build_graph(lambda _: self._toolbox, self.checkpointer, self._clicked, lambda: self.paints)
