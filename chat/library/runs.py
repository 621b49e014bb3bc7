"""One thread at a time runs a conversation."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from langgraph.runtime import RunControl

from ...errors import InputError
from ...store.conversations.faults import ElsewhereError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class RunningError(InputError):
    """Somebody runs the conversation already."""


class Run:
    """One run: what it has to itself, how it is asked to stop, whether it is, and whether whoever listened to it is gone."""

    def __init__(self) -> None:
        self.claims = ExitStack()
        self.control = RunControl()
        self.stopping = self.abandoned = False


class Runs:
    """The run under way, if there is one. ``alone`` keeps other processes from running the same conversation."""

    def __init__(self, alone: Callable[[], AbstractContextManager[object]]) -> None:
        self.changed = Condition()  # what may not change between a run's last look and its end changes under it
        self.current: Run | None = None
        self._alone = alone

    def begin(self) -> Run:
        """Raises RunningError when somebody runs it already, here or in another process. Waits for a run whose listener is gone: that one
        stops at its next step."""
        with self.changed:
            self.changed.wait_for(lambda: self.current is None or not self.current.abandoned)
            if self.current is not None:
                raise RunningError("the conversation is running already: reply with answer(), or wait")
            run = Run()
            run.claims.enter_context(self._alone())
            self.current = run
            return run

    def end(self, run: Run) -> None:
        """This run is over; ended twice, it is over all the same."""
        with self.changed:
            if self.current is run:
                run.claims.close()
                self.current = None
                self.changed.notify_all()

    @contextmanager
    def only_here(self, shared: bool) -> Iterator[bool]:
        """That no other process runs it meanwhile, as it runs here or nowhere. When another one does: raises ElsewhereError, or, of what is
        ``shared``, says so."""
        with self.changed, ExitStack() as claims:
            here = True
            try:
                if not self.current:
                    claims.enter_context(self._alone())
            except ElsewhereError:
                if not shared:
                    raise
                here = False
            yield here

    def stop(self) -> None:
        """Ask what runs to stop at its next step."""
        if run := self.current:
            run.stopping = True
            run.control.request_drain()

    def halt(self) -> None:
        """Ask what runs to look at its next step what is wanted by then, and to go on."""
        if run := self.current:
            run.control.request_drain()

    def abandon(self) -> None:
        """Nobody listens to what runs any more."""
        if run := self.current:
            run.abandoned = run.stopping = True
            run.control.request_drain()
