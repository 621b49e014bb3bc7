"""Everything a server of ours has open: a search for each gallery that somebody uses, and the conversations that run in it."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError, InputError
from ...graph.build import ended
from ...store.gallery.vectors import load_vectors
from ..library.search import ImageSearch
from .running import Live

if TYPE_CHECKING:
    from ...contracts import GalleryInfo, PictureRecord
    from ...store.conversations.register import Entry
    from ...tools.workspace import Workspace

LISTED = 50  # conversations, the newest


class Hall:
    """The searches and conversations of one process. ``profile``: whose models; empty: for each gallery those that it was made with.

    ``settings``: see `ImageSearch`.
    """

    def __init__(self, workspace: Workspace, profile: str = "", **settings: Any) -> None:
        if profile:
            workspace.models(profile).require_weights()
        self.workspace, self.profile, self._settings = workspace, profile, settings
        self.loading: tuple[int, int] | None = None  # parts there, of how many; nothing while nothing is being loaded
        self._open = ExitStack()
        self._searches: dict[str, ImageSearch] = {}
        self._pictures: dict[str, dict[str, PictureRecord]] = {}
        self._lives: dict[str, Live] = {}
        self._lock = Lock()

    def galleries(self) -> list[dict[str, Any]]:
        """Name and size of every gallery that can be searched here, the largest first."""
        wanted = self.workspace.models(self.profile).encoder_fingerprint if self.profile else ""
        found = [info for name in self.workspace.store.names() if (info := self._described(name))]
        fitting = [known for known in found if known.count and wanted in ("", known.fingerprint)]
        return [{"name": known.name, "count": known.count} for known in sorted(fitting, key=lambda known: (-known.count, known.name))]

    def search(self, gallery: str) -> ImageSearch:
        """The search in this gallery, opened when it is first wanted."""
        with self._lock:
            if gallery not in self._searches:
                self._searches[gallery] = self._open.enter_context(
                    ImageSearch(gallery, self.profile, workspace=self.workspace, **self._settings)
                )
            return self._searches[gallery]

    def pictures(self, gallery: str) -> dict[str, PictureRecord]:
        """Every picture of a gallery by id, read without its encoder: pictures can be shown while models are still being loaded."""
        with self._lock:
            if gallery not in self._pictures:
                with self.workspace.store.open(gallery) as there:
                    self._pictures[gallery] = {record.id: record for record in load_vectors(there).records}
            return self._pictures[gallery]

    def picture(self, gallery: str, id_: str) -> PictureRecord:
        """One picture. Raises InputError when this gallery has none of this id."""
        pictures = self.pictures(gallery)
        if id_ not in pictures:
            raise InputError(f"gallery {gallery!r} holds no picture {id_!r}")
        return pictures[id_]

    def load(self, gallery: str) -> None:
        """Begin to load every model, in the background: who opens the page first types a description meanwhile."""
        search = self.search(gallery)
        self.loading = (0, 1)

        def work() -> None:
            try:
                search.load(lambda done, total: setattr(self, "loading", (done, total)))
            finally:
                self.loading = None

        Thread(target=work, name="loading", daemon=True).start()

    def begin(self, gallery: str, description: str, owner: str = "", hunted: str = "") -> Live:
        """A conversation that runs from now on."""
        search = self.search(gallery)
        if hunted:
            self.picture(gallery, hunted)
        talk = search.begin(description, owner=owner, hunted=hunted)
        return self.live(talk.id, owner)

    def live(self, id_: str, owner: str) -> Live:
        """A conversation of this person's, running on if it was left in the middle. Raises InputError for another's, as if it were not."""
        entry = self.workspace.register.entry(id_)
        if entry.owner != owner:
            raise InputError(f"there is no conversation {id_!r}: check its id, or begin a new one")
        search = self.search(entry.settings["gallery"])
        with self._lock:
            there = self._lives.get(id_)
            live = self._lives.setdefault(id_, Live(search.resume(id_), entry))
        if there is None:
            live.run()
        return live

    def conversations(self, owner: str) -> list[dict[str, Any]]:
        """What this person has begun, newest first; what lies in a gallery that is gone is passed over."""
        there = {gallery["name"] for gallery in self.galleries()}
        mine = [entry for entry in self.workspace.register.entries(owner) if entry.settings["gallery"] in there]
        return [self._line(entry) for entry in mine[:LISTED]]

    def close(self) -> None:
        """Let go of everything open. What runs is on disk and goes on later."""
        for live in self._lives.values():
            live.stop()
        self._open.close()

    def __enter__(self) -> Hall:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, entry: Entry) -> dict[str, Any]:
        state = self.search(entry.settings["gallery"]).resume(entry.id).state
        rounds = state.values.get("rounds", [])
        shown = (rounds[-1]["accepted"] or rounds[-1]["results"][0]["id"]) if rounds else None
        return {
            "id": entry.id,
            "description": entry.description,
            "gallery": entry.settings["gallery"],
            "begun": entry.begun,
            "rounds": sum(not record["accepted"] for record in rounds[1:]),
            "finished": ended(state),
            "found": bool(rounds and rounds[-1]["accepted"]),
            "picture": shown,
            "mystery": bool(entry.hunted),
        }

    def _described(self, gallery: str) -> GalleryInfo | None:
        """What is known of a gallery; nothing of one that cannot be opened."""
        try:
            return self.workspace.store.describe(gallery)
        except DirTirError:
            return None
