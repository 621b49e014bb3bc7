"""Galleries that are made or brought up to date in the background of a server, each in a thread of its own.

Nothing about an indexing has to be remembered here: every batch is stored before the next is encoded, and the gallery keeps its folder and
profile. Whoever starts the same anew, after a stop or a killed server, goes on with the first picture that is not there.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

from ...errors import DirTirError, InputError
from ...evaluation.postcards import draw_postcards
from ...plain import shown, traced
from ...store.gallery.exclusions import remembered
from ...store.gallery.indexing import index
from ...store.gallery.sources import find_pictures
from ...tools.models.roles import USES
from ...tools.profiles.profile import DEFAULT
from .changes import Changes
from .folders import Folders
from .limits import require_indexing
from .speeds import note_speed

if TYPE_CHECKING:
    from ...store.gallery.changes import Indexed
    from ...tools.workspace import Workspace

Phase = Literal["drawing", "looking", "fetching", "loading", "indexing", "preparing", "done", "stopped", "failed"]
ENDED = ("done", "stopped", "failed")
POSTCARDS = 300  # drawn to try it with: a few seconds
STOPS_WITHIN = 20.0  # seconds that all of them together have to store what they have read
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


class Indexings:
    """The indexings of a server: the one that runs in a gallery, or the last one that did."""

    def __init__(self, workspace: Workspace, folders: Folders) -> None:
        self._workspace, self._folders = workspace, folders
        self._postcards = Path(os.path.realpath(workspace.home.postcards(str(POSTCARDS))))
        self._jobs: dict[str, Indexing] = {}  # by gallery
        self._lock = Lock()
        self.changes = Changes()

    def start(self, gallery: str, folder: str, profile: str, *, remove: bool = False) -> None:
        """A folder below the roots, or the postcards drawn here. Raises InputError for another, and when this gallery is being indexed
        already; and TooMuch when so many are."""
        if Path(folder) == self._postcards:
            self._start(gallery, self._postcards, profile, Folders([self._postcards]), remove=remove)
        else:
            self._start(gallery, self._folders.checked(folder), profile, self._folders, remove=remove)

    def start_postcards(self) -> None:
        """Draw postcards, and index them, for whoever has no pictures at hand. Raises as `start`."""
        self._postcards.mkdir(parents=True, exist_ok=True)
        self._start("postcards", self._postcards, DEFAULT, Folders([self._postcards]), draws=POSTCARDS)

    def _start(self, gallery: str, folder: Path, profile: str, folders: Folders, *, remove: bool = False, draws: int = 0) -> None:
        with self._lock:
            running = [job for job in self._jobs.values() if job.running]
            if any(job.gallery == gallery for job in running):
                raise InputError(f"gallery {gallery!r} is being indexed already: wait until that has ended, or stop it")
            require_indexing(len(running))
            job = self._jobs[gallery] = Indexing(
                self._workspace, folders, self.changes, gallery, folder, profile, remove=remove, draws=draws
            )
            job.start()
        self.changes.announce()

    def stop(self, gallery: str) -> None:
        """Let the indexing of a gallery end; what it has read is stored. Raises InputError when none runs."""
        with self._lock:
            job = self._jobs.get(gallery)
        if not job or not job.running:
            raise InputError(f"gallery {gallery!r} is not being indexed")
        job.stop()

    def forget(self, gallery: str) -> None:
        """What was done in a gallery that is deleted. Raises InputError while it is being indexed."""
        with self._lock:
            job = self._jobs.get(gallery)
            if job and job.running:
                raise InputError(f"gallery {gallery!r} is being indexed: stop that first")
            self._jobs.pop(gallery, None)
        self.changes.announce()

    def views(self) -> list[dict[str, Any]]:
        """How each stands, as JSON."""
        with self._lock:
            jobs = list(self._jobs.values())
        return [job.view() for job in jobs]

    def close(self) -> None:
        """Let all of them store what they have read, and wait for that within reason."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.stop()
        deadline = time.monotonic() + STOPS_WITHIN
        for job in jobs:
            job.join(max(0.0, deadline - time.monotonic()))


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
