"""What the user of a conversation says: answers, marks, corrections, and that a result is the picture."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from ...errors import InputError
from ...graph.build import ended
from ...nodes.history import shown
from ...nodes.merge import How, next_of_round
from ...store.conversations.faults import ClosedError
from ...store.conversations.replies import ACCEPTED, CLICK, MORE, OF_NO_ROUND, PAINTS
from ...tools.user import CORRECTIONS, is_click, parse_resume_value
from .checking import require, require_each
from .events import Asked, Difference, Page, Question, Result, results_of
from .going_back import GoingBack
from .runs import RunningError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langgraph.types import StateSnapshot

    from ...nodes.state import RoundRecord
    from ...store.conversations.replies import Key
    from ...tools.toolbox import Toolbox
    from .snapshot import Snapshot

MOST_SHOWN = 100  # of one order: the record of a round has all of them
Kind = Literal["question", "difference", "click"]
_KINDS: dict[type[Asked], Kind] = {Question: "question", Difference: "difference"}


class Replying(GoingBack):
    """The part of a conversation that its user speaks to. What is said is on the disk when a call returns; how it is taken up:
    `conversation.py`."""

    if TYPE_CHECKING:  # of the whole conversation

        @property
        def _toolbox(self) -> Toolbox: ...
        def snapshot(self) -> Snapshot: ...

    @property
    def given(self) -> dict[Key, Any]:
        """(round, kind) → the replies that are kept and perhaps not worked in yet: another process may have been given them."""
        return {key: given.reply for key, given in self._replies.of(self.id).items() if key not in OF_NO_ROUND and key[1] != MORE}

    def more(self) -> tuple[Result, ...]:
        """The next ten of the newest page's order, numbered on: no reply, and no round is used up. From then on they are shown like the
        others: a reply may name them, and the next page passes them over. Raises InputError where nothing more is shown."""
        rounds: list[RoundRecord] = self.state.values.get("rounds", [])
        if not rounds or ended(self.state):
            raise InputError(
                "the conversation has ended: go back, or begin a new one" if rounds else "nothing is found yet: wait for the first page"
            )
        there = self._further(len(rounds))
        seen = [result["id"] for result in (*rounds[-1]["results"], *there)]
        if len(seen) >= MOST_SHOWN:
            raise InputError(f"{len(seen)} pictures are shown: say more of the one you have in mind")
        found = next_of_round(rounds[-1], rounds[:-1], self._toolbox.search, How.of(self.config.node_settings()), seen)
        if not found:
            raise InputError(f"no picture comes after these {len(seen)}")
        with self._only_here():
            if len(self.state.values["rounds"]) != len(rounds):
                raise InputError("the next page is there already")
            self._replies.give(self.id, {(len(rounds), MORE): [*there, *found]})
        return results_of(found, self.picture, len(seen) + 1)

    async def amore(self) -> tuple[Result, ...]:
        """As `more`, without blocking the event loop."""
        return await asyncio.to_thread(self.more)

    def answer(self, question: Asked, reply: Any) -> None:
        """Reply to what is asked: a text, nothing (skipped), or a mapping as `tools/user.py` understands it. It is taken up when the
        conversation runs on, in this process or, after a crash, in another. A mapping of nothing but marks and corrections closes the
        round: the other question is skipped, and a painting that is being made is left. Raises InputError when it cannot be understood,
        is too long, comes too late, or another process runs the conversation.
        """
        require("question", question, (Question, Difference), "one of .asked")
        self.put(question.round, _KINDS[type(question)], reply)

    def put(self, round_number: int, kind: Kind, reply: Any) -> None:
        """As `answer`, for what is asked or still to be asked in this round: a painting may be skipped while it is being made, and results
        pointed at or texts corrected ("click") before anything is asked."""
        self._give({(round_number, CLICK if is_click(reply) else kind): reply})

    def accept(self, result: Result | str) -> None:
        """Say that this result (or the id of one) is the picture. Ends the conversation: at once, unless it is running just now. After the
        last round, too, it is kept which picture it was."""
        if not self.note_accepted(result):
            with suppress(RunningError):  # whoever began to run it just now takes it up
                self.go_on()

    def note_accepted(self, result: Result | str) -> bool:
        """As `accept`, to be taken up when the conversation runs on; whether it need not be run for that: it is running, or its rounds are
        used up. Raises InputError for what is no result, and when the picture is found already."""
        require("result", result, (Result, str), "one of .results, or the id of one")
        id_ = result if isinstance(result, str) else result.id
        with self._only_here() as here:
            now = self.snapshot()
            if now.found:
                raise InputError("the conversation has ended: go back, or begin a new one")
            rounds = self.state.values.get("rounds", [])
            if id_ not in shown(rounds, self._further(len(rounds))):
                raise InputError(f"{id_!r} is no result of this conversation: give one of .results, or the id of one")
            self._replies.give(self.id, {ACCEPTED: id_})
            return now.finished or self.running or not here

    def reply(
        self,
        answer: str | None = None,
        difference: str | None = None,
        *,
        more_like: Iterable[Result | str] = (),
        not_these: Iterable[Result | str] = (),
        show_again: bool = False,
        description: str | None = None,
        prompt: str | None = None,
        ruled_out: Iterable[str] | None = None,
    ) -> Page:
        """Answer the question and say what is wrong with the painting (nothing: skipped); the page that comes of it.

        more_like, not_these: results (or ids of results) to look for the like of, and to keep away from; on their own they are enough.
        show_again: what was shown before counts as not shown from now on. description, prompt, ruled_out: as in `correct`; what is answered
        beside them is worked into the corrected text. What is refused leaves nothing behind. Raises InputError.
        """
        marks: dict[str, Any] = {
            "more_like": _ids("more_like", more_like),
            "not_these": _ids("not_these", not_these),
            "show_again": show_again,
        }
        self.note_reply(answer, difference, **marks, **_corrections(description, prompt, ruled_out))
        return self.go_on()

    def note_reply(self, answer: str | None = None, difference: str | None = None, **unasked: Any) -> None:
        """As `reply`, with ids: it is on the disk when this returns, and taken up when the conversation runs on. Raises InputError."""
        corrections = {name: unasked[name] for name in CORRECTIONS if unasked.get(name) is not None}
        marks = {name: said for name, said in unasked.items() if said and name not in CORRECTIONS}
        if (marks or corrections) and not answer and not difference:
            self.put(self.snapshot().open_round, CLICK, {**marks, **corrections})
            return
        texts: dict[type[Asked], str | None] = {Question: answer, Difference: difference}
        pending = self.asked
        replies: dict[Key, Any] = {}
        for number, item in enumerate(pending):
            given = {} if number else marks  # they are about the page, so one reply has them
            replies[item.round, _KINDS[type(item)]] = {**given, **corrections, "text": texts.pop(type(item)) or ""}
        if lost := [text for text in texts.values() if text]:
            raise InputError(f"nothing in this round asks for {lost[0]!r}: look at .question and .difference before answering")
        self._give(replies)

    def correct(self, description: str | None = None, *, prompt: str | None = None, ruled_out: Iterable[str] | None = None) -> Page:
        """Change what is understood by hand: the description, the prompt of the painting, the whole list of what is ruled out; what is
        None stays. The round closes at once, and the page is that of the corrected text. Raises InputError.

        As long as the painting prompt is the description still, it goes along with it; later, what is new in the description joins it.
        """
        corrections = _corrections(description, prompt, ruled_out)
        if not corrections:
            raise InputError("nothing is corrected: give a description, a prompt, or what is ruled out")
        self.put(self.snapshot().open_round, CLICK, corrections)
        return self.go_on()

    async def acorrect(self, description: str | None = None, **others: Any) -> Page:
        """As `correct`, without blocking the event loop."""
        return await asyncio.to_thread(self.correct, description, **others)

    async def areply(self, answer: str | None = None, difference: str | None = None, **marks: Any) -> Page:
        """As `reply`, without blocking the event loop."""
        return await asyncio.to_thread(self.reply, answer, difference, **marks)

    @property
    def paints(self) -> bool:
        """Whether what is understood is painted: as the conversation was begun, or as its user has wanted since."""
        try:
            wanted = self._replies.of(self.id).get(PAINTS)
        except ClosedError:  # nothing that still runs can be kept
            return self.config.painting
        return bool(wanted.reply) if wanted else self.config.painting

    def paint(self, wanted: bool) -> None:
        """Have what is understood painted from the next round on, or nothing from now on: a painting that is being made is left then, and
        nobody is asked about one that is there. Raises InputError."""
        if not self.note_paint(wanted):
            with suppress(RunningError):
                self.go_on()

    def note_paint(self, wanted: bool) -> bool:
        """As `paint`, to be taken up when the conversation runs on; whether it is running. Raises InputError."""
        require("paint", wanted, bool, "True or False")
        with self._only_here():
            self._replies.give(self.id, {PAINTS: wanted})
            return self.running

    async def aaccept(self, result: Result | str) -> None:
        """As `accept`, without blocking the event loop."""
        await asyncio.to_thread(self.accept, result)

    def _give(self, replies: Mapping[Key, Any]) -> None:
        """All of these replies, or none when one cannot be used."""
        for (_, kind), reply in replies.items():
            parse_resume_value(reply)
            if kind == CLICK and not is_click(reply):
                raise InputError(f"{reply!r:.80} says nothing: give ids of results as more_like or not_these, show_again, or a correction")
        with self._only_here():
            state = self.state
            rounds = state.values.get("rounds", [])
            if late := [number for number, _ in replies if ended(state) or not rounds or len(rounds) != number]:
                raise InputError(f"round {late[0]} is over: answer what is asked now")
            for (_, kind), reply in replies.items():
                if kind == CLICK:  # no question stands that could be asked again
                    parse_resume_value(reply, shown(rounds, self._further(len(rounds))))
            given, again = self._replies.of(self.id), {key for key, stop in standing(state).items() if stop.value.get("problem")}
            if (closed := (len(rounds), CLICK)) in given and replies and replies != {closed: given[closed].reply}:
                raise InputError(f"round {len(rounds)} closes already: the next page comes, answer what is asked then")
            if twice := [key for key in replies if key in given and given[key].taken and key not in again]:
                raise InputError(f"the {twice[0][1]} of round {twice[0][0]} is answered already: go on, and answer what is asked then")
            self._replies.give(self.id, replies)

    def _further(self, round_number: int) -> list[Any]:
        """What was shown after the ten, in the round that is open."""
        given = self._replies.of(self.id).get((round_number, MORE))
        return given.reply if given else []


def _ids(what: str, results: Iterable[Result | str]) -> list[str]:
    require_each(what, results, (Result, str), "results, or of ids")
    return [result if isinstance(result, str) else result.id for result in results]


def _corrections(description: str | None, prompt: str | None, ruled_out: Iterable[str] | None) -> dict[str, Any]:
    if ruled_out is not None:
        require_each("ruled_out", ruled_out, str, "texts")
    listed = None if ruled_out is None else list(ruled_out)
    given = {"description": description, "prompt": prompt, "ruled_out": listed}
    return {name: said for name, said in given.items() if said is not None}


def standing(state: StateSnapshot) -> dict[Key, Any]:
    """(round, kind) → the interrupt of each question that stands."""
    return {(stop.value["round"], stop.value["kind"]): stop for stop in state.interrupts}
