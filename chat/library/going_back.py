"""What a conversation can do about what has been answered already."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from ...errors import InputError
from ...graph.build import ended
from ...store.conversations.replies import TURN
from .branches import Branch
from .checking import require
from .reader import ConversationReader
from .runs import RunningError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from ...store.conversations.replies import Key, Replies
    from .branches import Branches
    from .events import Page
    from .runs import Runs


class GoingBack(ConversationReader):
    """The part of a conversation by which its rounds are answered otherwise. How history is forked for it: `branches.py`."""

    _branches: Branches
    _replies: Replies
    _runs: Runs
    _shared: bool

    if TYPE_CHECKING:  # of the whole conversation

        @property
        def running(self) -> bool: ...
        @property
        def given(self) -> Mapping[Key, Any]: ...
        def go_on(self) -> Page: ...

    @property
    def branches(self) -> tuple[Branch, ...]:
        """What came of the conversation before its user went back; the last left first."""
        return tuple(self._branches.left())

    @property
    def last_answered(self) -> int:
        """The round that was answered last, which `undo` takes back: the open one, if something is said in it already. 0 where there is
        none."""
        state = self.state
        number = len(state.values.get("rounds", ()))
        return number if not ended(state) and any(key[0] == number for key in self.given) else max(0, number - 1)

    def back(self, to_round: int) -> Page:
        """Have a round asked again, to answer it otherwise; the page before it. Round 0 asks nothing: `correct` what it understood.

        The question and the painting are the same as before, without a model, unless nothing is left of them: then both are made again,
        with the same seeds. What came of the round before is one of `branches`. After "this is it" the search goes on so, where it was:
        what was answered in that round beside it stands. Raises
        InputError for a round that never was, or while another process runs the conversation.
        """
        return self._turned(self.note_back(to_round))

    def undo(self) -> Page:
        """As `back`, to the round that was answered last."""
        if not (last := self.last_answered):
            raise InputError("there is nothing to take back: nothing has been answered yet")
        return self.back(last)

    def return_to(self, branch: Branch | str) -> Page:
        """Go on with what was left, where it was left, with the replies that were not worked in yet. Raises InputError."""
        return self._turned(self.note_return(branch))

    async def aback(self, to_round: int) -> Page:
        """As `back`, without blocking the event loop."""
        return await asyncio.to_thread(self.back, to_round)

    async def areturn_to(self, branch: Branch | str) -> Page:
        """As `return_to`, without blocking the event loop."""
        return await asyncio.to_thread(self.return_to, branch)

    def note_back(self, to_round: int) -> bool:
        """As `back`: it is on the disk when this returns, and done, unless the conversation is running: then it does so at its next step,
        and goes on with that round. Whether it is running. Raises InputError."""
        return self._turn(partial(self._branches.want_round, to_round))

    def note_return(self, branch: Branch | str) -> bool:
        """As `return_to`, in the way of `note_back`."""
        require("branch", branch, (Branch, str), "one of .branches, or the id of one")
        return self._turn(partial(self._branches.want_branch, branch if isinstance(branch, str) else branch.id))

    def _turn(self, want: Callable[[], None]) -> bool:
        with self._only_here() as here:
            want()
            if self.running:
                self._runs.halt()
            elif here:
                self._branches.turn()
            return self.running or not here

    def _turned(self, running: bool) -> Page:
        if not running:
            with suppress(RunningError):
                return self.go_on()
        page = self.page
        assert page is not None  # round 0 stays
        return page

    @property
    def _turning(self) -> bool:
        return TURN in self._replies.of(self.id)

    @contextmanager
    def _only_here(self) -> Iterator[bool]:
        """That nobody else runs the conversation, or that it is shared; and that nobody is about to go back in it. Whether nobody else
        runs it."""
        with self._runs.only_here(self._shared) as here:
            if self._turning and (self.running or not here):
                raise InputError("the conversation is going back: answer what is asked then")
            if here:
                self._branches.turn()  # a process was killed before it did
            yield here
