"""A conversation that runs in the background of a server."""

from __future__ import annotations

import logging
import time
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError
from ...plain import shown, traced
from ...store.conversations.faults import ElsewhereError
from ...store.conversations.replies import CLICK
from ...tools.models.failures import failure_text
from ...tools.user import is_click
from ..library.events import Difference, Progress, Question
from .changes import Changes
from .moment import Moment, caught_up, still_asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...store.conversations.register import Entry
    from ..library.branches import Branch
    from ..library.conversation import Conversation
    from ..library.events import Asked, Event
    from ..library.replying import Kind
    from ..library.snapshot import Snapshot

FOLLOW_EVERY = 1.0  # seconds between two looks at what other servers do
_log = logging.getLogger(__name__)


class RunningConversation:
    """One conversation, with a thread of its own while there is something to do. Everything here may be called from any thread.

    ended: called whenever the thread has come to its end.
    """

    def __init__(self, talk: Conversation, entry: Entry, ended: Callable[[], None] = lambda: None) -> None:
        self.talk, self.entry = talk, entry
        self.changes = Changes()
        self._ended = ended
        self._lock = Lock()  # of everything below
        self._version = 0
        self._running = self._wanted = self._stopping = False
        self._problem = ""
        self._given: dict[tuple[int, str], Any] = talk.given  # (round, kind) → reply; an earlier server may have been given some
        self._asked: tuple[Asked, ...] = ()  # what was asked when somebody last looked
        self._news: dict[type[Event], Event] = {}  # what came out of the run, the newest of each kind
        self._thread: Thread | None = None
        self._read: Snapshot | None = None  # the state as it was last read; nothing when it has changed since
        self._branches: tuple[Branch, ...] | None = None  # as they were last read; nothing when some may have been left since
        self._elsewhere = False  # whether another server runs it
        self._followed: object = None  # how it stood when somebody last looked what other servers have done
        self._turning = False  # whether the run is to go back; until then it may speak of what is being left

    @property
    def running(self) -> bool:
        """Whether its thread is at work."""
        with self._lock:
            return self._running

    def moment(self) -> Moment:
        """All that there is to show. While it runs the state is read once for each change of it; at rest anew: the gallery may change."""
        with self._lock:
            version, running, branches = self._version, self._running or self._elsewhere, self._branches
            snapshot = self._read if running else None
        if snapshot is None:
            snapshot = self.talk.snapshot()
        if branches is None:
            branches = self.talk.branches
        with self._lock:
            if version == self._version:
                self._read, self._branches = snapshot, None if self._turning else branches
            given = {kind: reply for (number, kind), reply in self._given.items() if number == snapshot.round}
            if running:
                snapshot = still_asked(snapshot, self._asked, given)
            snapshot = caught_up(snapshot, self._news, given)
            self._asked = snapshot.asked
            progress = self._news.get(Progress)
            return Moment(
                snapshot=snapshot,
                entry=self.entry,
                version=version,
                running=running,  # as it was at this version: the end of a run is a change of its own
                problem=self._problem,
                progress=progress if isinstance(progress, Progress) and progress.round == snapshot.round else None,
                given=given,
                branches=branches,
            )

    def follow(self) -> bool:
        """Take notice of what other servers have done about it, where this one does not run it. Whether one that ran it does so no more: it
        is done with, or was killed."""
        with self._lock:
            before, ours = self._elsewhere, self._running and not self._elsewhere
        if ours:
            return False
        try:
            now = elsewhere, _ = self.talk.elsewhere, self.talk.stamp
            if now == self._followed:
                return False
            given = self.talk.given
        except DirTirError:  # the database is away: whoever looks then is told
            return False
        with self._lock:
            if self._running and not self._elsewhere:
                return False
            self._elsewhere, self._followed, self._given, self._branches = elsewhere, now, dict(given), None
            self._news.clear()
        self._changed()
        return before and not elsewhere

    def run(self) -> None:
        """See to it that the conversation runs on, with the replies that there are by now."""
        with self._lock:
            if self._stopping:
                return
            self._wanted = True
            if self._running:
                return
            self._running, self._problem = True, ""
            self._thread = Thread(target=self._work, name=f"conversation {self.talk.id[:6]}", daemon=True)
        self._thread.start()

    def reply(self, round_number: int, kind: Kind, reply: Any) -> None:
        """A reply to what is asked, or still to be asked, in this round. Raises InputError when it cannot be used."""
        self.talk.put(round_number, kind, reply)
        with self._lock:
            self._given = {key: earlier for key, earlier in self._given.items() if key[0] == round_number}
            self._given[round_number, CLICK if is_click(reply) else kind] = reply
        self._changed()
        self.run()

    def more(self) -> None:
        """Show the next ten of the newest page's order. Raises InputError when there are none."""
        self.talk.more()
        self._changed()

    def accept(self, id_: str) -> None:
        """This result is the picture. Raises InputError when it is no result."""
        self.talk.note_accepted(id_)
        self._changed()
        self.run()

    def paint(self, wanted: bool) -> None:
        """Paint what is understood from now on, or nothing any more."""
        self.talk.note_paint(wanted)
        self._changed()
        self.run()

    def back(self, round_number: int) -> None:
        """Ask this round again. Raises InputError for one that never was."""
        self._turned(self.talk.note_back(round_number))

    def return_to(self, branch: str) -> None:
        """Go on with a branch that was left. Raises InputError when there is none of this id."""
        self._turned(self.talk.note_return(branch))

    def _turned(self, running: bool) -> None:
        """What was given, asked and told belongs to what is left now. running: whether the run has yet to turn."""
        given = {} if running else self.talk.given
        with self._lock:
            self._given, self._asked, self._branches, self._turning = given, (), None, running
            self._news.clear()
        self._changed()
        self.run()

    def stop(self) -> None:
        """Ask the thread to run no further than to the next step; what is on disk by then goes on another time."""
        with self._lock:
            self._stopping = True
        self.talk.stop()

    def join(self, timeout: float) -> None:
        """Wait for the thread's end, at most so many seconds."""
        with self._lock:
            thread = self._thread
        if thread:
            thread.join(timeout)

    def _work(self) -> None:
        while self._goes_on():
            problem = ""
            try:
                for event in self.talk.events():
                    self._happened(event)
                    if self._is_stopping():  # asked for before the run had begun
                        self.talk.stop()
            except ElsewhereError:
                self._await_other()
            except DirTirError as error:
                problem = shown(error)
                _log.info("conversation %s stopped\n%s", self.talk.id, traced(error))
            except Exception as error:  # whatever it is, whoever looks has to learn of it
                if self._is_stopping():  # the sessions were closed under it
                    continue
                problem = failure_text(error)
                _log.error("conversation %s stopped\n%s", self.talk.id, traced(error))
            with self._lock:
                self._problem = problem
            self._changed()
        self._ended()

    def _await_other(self) -> None:
        """Until the server that runs it is done with it, or is gone; then it is looked here what there is to do."""
        with self._lock:
            self._elsewhere = self._wanted = True
            self._followed = None
        while not self._is_stopping():
            self.follow()
            with self._lock:
                if not self._elsewhere:
                    return
            time.sleep(FOLLOW_EVERY)

    def _goes_on(self) -> bool:
        with self._lock:
            self._running = self._wanted and not self._stopping
            self._wanted = False
            if not (running := self._running):
                self._news.clear()  # all of it is in the state now
                if self._turning:
                    self._turning, self._branches = False, None
                self._version += 1
                self._read = None
        if not running:
            self.changes.announce()
        return running

    def _is_stopping(self) -> bool:
        with self._lock:
            return self._stopping

    def _happened(self, event: Event) -> None:
        with self._lock:
            if self._turning and isinstance(event, Question | Difference):  # it has turned: no question of a branch that is left comes out
                self._turning, self._branches = False, None
                self._news.clear()
            self._news[type(event)] = event
            if isinstance(event, Progress):
                stale = self._read is not None and self._read.round != event.round
            else:
                stale = True
                if isinstance(event, Question | Difference) and event.problem:  # the reply was not understood, and it is asked again
                    self._given.pop((event.round, "question" if isinstance(event, Question) else "difference"), None)
        self._changed(state=stale)

    def _changed(self, *, state: bool = True) -> None:
        """Count a change, and make it known. A step of the painter leaves the state as it is."""
        with self._lock:
            self._version += 1
            if state:
                self._read = None
        self.changes.announce()
