"""The galleries that are made or brought up to date in the background of a server, one indexing each (`indexing.py`)."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...tools.profiles.profile import DEFAULT
from .changes import Changes
from .folders import Folders
from .indexing import Indexing
from .limits import require_indexing

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

POSTCARDS = 300  # drawn to try it with: a few seconds
STOPS_WITHIN = 20.0  # seconds that all of them together have to store what they have read


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
