"""A gallery that is made or brought up to date in the background of a server, in a thread of its own.

Nothing about it has to be remembered here: every batch is stored before the next is encoded, and the gallery keeps its folder and profile.
Whoever starts the same anew, after a stop or a killed server, goes on with the first picture that is not there.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

from ...errors import DirTirError
from ...evaluation.postcards import draw_postcards
from ...plain import shown, traced
from ...store.gallery.exclusions import remembered
from ...store.gallery.indexing import index
from ...store.gallery.sources import find_pictures
from ...tools.models.roles import USES
from .speeds import note_speed

if TYPE_CHECKING:
    from pathlib import Path

    from ...store.gallery.changes import Indexed
    from ...tools.workspace import Workspace
    from .changes import Changes
    from .folders import Folders

Phase = Literal["drawing", "looking", "fetching", "loading", "indexing", "preparing", "done", "stopped", "failed"]
ENDED = ("done", "stopped", "failed")
_MEASURED = 30.0  # seconds of the last progress that the rest is reckoned by
_SURE = 3.0  # seconds after which it is reckoned at all
_NAMED = 10  # files that were left out

_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody wants no more of it."""


class Indexing:
    """One of them. ``changes``: of how it stands. ``remove``: also what has vanished all at once, because somebody said so. ``draws``: so
    many postcards are drawn into the folder first, unless they are there."""

    def __init__(
        self,
        workspace: Workspace,
        folders: Folders,
        changes: Changes,
        gallery: str,
        folder: Path,
        profile: str,
        *,
        remove: bool,
        draws: int,
    ) -> None:
        self.gallery, self.folder, self.profile = gallery, folder, profile
        self._workspace, self._folders, self._changes, self._remove, self._draws = workspace, folders, changes, remove, draws
        self._lock = Lock()  # of everything below
        self._phase: Phase = "looking"
        self._at = (0, 0)
        self._progress: deque[tuple[float, int]] = deque()  # (when, how many) of this phase
        self._problem = ""
        self._outcome: Indexed | None = None
        self._closed = 0
        self._stop = Event()
        self._thread = Thread(target=self._work, name=f"indexing {gallery}", daemon=True)

    @property
    def running(self) -> bool:
        """Whether its thread is at work."""
        with self._lock:
            return self._phase not in ENDED

    def start(self) -> None:
        """Once."""
        self._thread.start()

    def stop(self) -> None:
        """Let it store what it has read, and end."""
        self._stop.set()
        self._changes.announce()

    def join(self, seconds: float) -> None:
        """Wait for its end, so long at most."""
        self._thread.join(seconds)

    def view(self) -> dict[str, Any]:
        """How it stands, as JSON."""
        with self._lock:
            done, total = self._at
            outcome = self._outcome
            return {
                "gallery": self.gallery,
                "folder": shown(self.folder),
                "profile": self.profile,
                "phase": self._phase,
                "stopping": self._stop.is_set() and self._phase not in ENDED,
                "done": done,
                "total": total,
                "seconds_left": self._left(done, total),
                "problem": self._problem,
                "outcome": _outcome_view(outcome, self._closed) if outcome else None,
            }

    def _work(self) -> None:
        try:
            self._outcome = self._index()
            self._enter("stopped" if self._outcome.stopped else "done")
        except _Stopped:
            self._enter("stopped")
        except DirTirError as error:
            self._enter("failed", shown(error))
        except Exception as error:  # nobody but the log gets to see where
            _log.error("indexing of %s failed\n%s", shown(self.gallery), traced(error))
            self._enter("failed", "something broke here; the log of the server says what. What was indexed is kept: go on")

    def _index(self) -> Indexed:
        workspace, models = self._workspace, self._workspace.models(self.profile)
        if self._draws:
            self._enter("drawing", at=(0, self._draws))
            draw_postcards(self.folder, self._draws, seed=0, progress=self._drawn)
            self._enter("looking")
        excluded = remembered(workspace.store.cache(self.gallery))
        found = find_pictures(self.folder, exclude=excluded, allowed=self._allowed)
        self._closed = len(found.closed)
        roles = [role for role in USES["a conversation"] if role in models.profile.models]
        for number, role in enumerate(roles):
            self._enter("fetching", at=(number, len(roles)))
            models.fetch([role])
        self._enter("loading")
        encoder = workspace.encoder(self.gallery, self.profile)
        self._enter("indexing", at=(0, len(found.pictures)))
        began = time.monotonic()
        done = index(
            found.pictures,
            workspace.store,
            self.gallery,
            encoder,
            within=self.folder,
            closed=found.closed,
            profile=self.profile,
            progress=self._tell,
            batch_size=models.profile.encoder.batch,
            may_remove=lambda vanished: self._remove,
            goes_on=lambda: not self._stop.is_set(),
        )
        note_speed(workspace.home.speeds, self.profile, done.added + done.changed, time.monotonic() - began)
        if not done.stopped:
            self._enter("preparing")
            workspace.prepare(self.gallery, self.profile, self._tell)
        return done

    def _allowed(self, path: Path) -> bool:
        if self._stop.is_set():
            raise _Stopped
        return self._folders.allowed(path)

    def _drawn(self, done: int, total: int) -> None:
        self._tell(done, total)
        if self._stop.is_set():
            raise _Stopped

    def _enter(self, phase: Phase, problem: str = "", at: tuple[int, int] = (0, 0)) -> None:
        if phase not in ENDED and self._stop.is_set():
            raise _Stopped
        with self._lock:
            self._phase, self._problem, self._at = phase, problem, at
            self._progress.clear()
        self._changes.announce()

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        with self._lock:
            self._at = (done, total)
            self._progress.append((now, done))
            while self._progress[0][0] < now - _MEASURED:
                self._progress.popleft()
        self._changes.announce()

    def _left(self, done: int, total: int) -> int | None:
        """Seconds that the rest takes if it goes on as fast as lately; nothing when too little is known."""
        if len(self._progress) < 2 or self._phase != "indexing":
            return None
        (began, first), (_, last) = self._progress[0], self._progress[-1]
        took = time.monotonic() - began
        return round((total - done) * took / (last - first)) if took >= _SURE and last > first else None


def _outcome_view(done: Indexed, closed: int) -> dict[str, Any]:
    return {
        "added": done.added,
        "changed": done.changed,
        "moved": done.moved,
        "returned": done.returned,
        "removed": done.removed,
        "kept": done.kept,
        "copies": len(done.duplicates),
        "closed": closed,
        "vanished": shown(done.vanished) if done.vanished else "",
        "lost": len(done.lost),
        "left_out": len(done.broken),
        "named": [shown(reason) for _, reason in done.broken[:_NAMED]],
    }
