"""What the page's server has open, in one object with a lifetime."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError, InputError
from ...graph.build import build_graph
from ...graph.config import Config
from ...tools.profiles.profile import load_profile
from ..library.conversation import Conversation
from ..library.exporting import html_of
from ..library.keeping import rename
from ..library.search import ImageSearch
from ..library.thumbnails import Thumbnails
from .changes import Changes
from .folders import Folders
from .gallery_views import shipped_profiles
from .indexings import Indexings
from .limits import Places, require_kept, require_streams
from .open_conversations import OpenConversations
from .settings_view import checked_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL.Image import Image
    from typing_extensions import Unpack

    from ...graph.config import Filters, Settings
    from ...graph.injection import Resolver
    from ...store.conversations.register import Entry
    from ...tools.workspace import Workspace
    from .running_conversation import RunningConversation


class ServerState:
    """The conversations and thumbnails of one server. Close it, or use it in a ``with``; the workspace stays open.

    profile: whose models; empty: for each gallery those that it was made with. resolve: finds the tools of a conversation (default: the
    workspace's). folders: of which galleries may be made from the page. settings: any of `graph/config.py`, for every conversation begun
    here.
    """

    def __init__(
        self,
        workspace: Workspace,
        profile: str = "",
        *,
        resolve: Resolver | None = None,
        folders: Folders | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        if profile:
            workspace.models(profile).require_weights()
        self.workspace, self.profile = workspace, profile
        self.loading: tuple[int, int] | None = None  # parts there, of how many; nothing while nothing is being loaded
        self.loads = Changes()  # of `loading`
        self.conversations = OpenConversations(workspace.register.entry, self.conversation)
        self.folders = folders or Folders()
        self.indexings = Indexings(workspace, self.folders)
        self.follows = bool(workspace.home.database)  # whether other servers may run the same conversations
        self.streams = Places(require_streams)
        self.thumbnails = Thumbnails()
        self.settings = settings
        self._chosen = resolve
        self._resolve = resolve or workspace.toolbox
        self._reader = build_graph(self._resolve, workspace.sessions)  # to read states with; each conversation runs a graph of its own

    @property
    def profiles(self) -> tuple[str, ...]:
        """Those that a gallery may be made with here."""
        return (self.profile,) if self.profile else shipped_profiles()

    @cached_property
    def encoders(self) -> dict[str, str]:
        """Profile → what makes its encoder this one and no other: those that agree search the same galleries."""
        return {name: load_profile(name).encoder.identity for name in self.profiles}

    def search(self, gallery: str, profile: str = "", **chosen: Unpack[Settings]) -> ImageSearch:
        """A search in this gallery as it is now; models and vectors are those that the workspace has open. chosen: before the server's."""
        settings: Any = {**self.settings, **chosen}
        if "image_num" in chosen:
            settings.pop("dialog_num", None)  # which follows from it
        return ImageSearch(gallery, self.profile or profile, workspace=self.workspace, resolve=self._chosen, **settings)

    def load(self, gallery: str) -> None:
        """Begin to load every model, in the background: who opens the page first types a description meanwhile."""
        search = self.search(gallery)
        self._loaded(0, 1)

        def work() -> None:
            try:
                search.load(self._loaded)
            except DirTirError:
                pass  # the first conversation meets it again, and says so to somebody
            finally:
                self.loading = None
                self.loads.announce()

        Thread(target=work, name="loading", daemon=True).start()

    def conversation(self, entry: Entry) -> Conversation:
        """A conversation from its entry alone: it can be looked at even when its gallery or its models are gone."""
        config = Config.restored(entry.settings)
        picture, alone = partial(self.workspace.picture, config.gallery), self.workspace.conversations.running
        replies = self.workspace.conversations.replies
        return Conversation(
            self._reader, self._resolve, picture, config, entry.id, entry.description, replies=replies, alone=alone, shared=self.follows
        )

    def begin(
        self,
        gallery: str,
        description: str,
        owner: str,
        mystery: str = "",
        settings: Mapping[str, Any] | None = None,
        like: Image | str = "",
        **only: Unpack[Filters],
    ) -> str:
        """A conversation that runs from now on; its id. settings: that somebody chose. like: a picture, or the id of one of the gallery.
        only: as of `ImageSearch.begin`. Raises DirTirError when there can be none."""
        with self.conversations.room(owner) as claim:
            require_kept(self.workspace.register.count(owner), self.workspace.register.count())
            search = self.search(gallery, **checked_settings(self, gallery, settings or {}))
            if mystery and not self.workspace.picture(gallery, mystery):
                raise InputError(f"gallery {gallery!r} has no picture {mystery!r}")
            claim.id = id_ = search.begin(description, like=self._like(gallery, like), owner=owner, hunted=mystery, **only).id
            with self.conversations.using(id_, owner) as conversation:
                conversation.run()
            return id_

    def _like(self, gallery: str, like: Image | str) -> Image | Path | None:
        if not isinstance(like, str):
            return like
        record = self.workspace.picture(gallery, like) if like else None
        if like and record is None:
            raise InputError(f"gallery {gallery!r} has no picture {like!r:.80}")
        return Path(record.path) if record else None

    @contextmanager
    def with_room(self, id_: str, owner: str) -> Iterator[RunningConversation]:
        """A conversation of this person's, to say something in it or let it go on. Raises InputError when there is none, or when too many
        run."""
        with self.conversations.using(id_, owner) as conversation, self.conversations.room(owner, id_):
            yield conversation

    def rename(self, id_: str, owner: str, title: str) -> None:
        """Give a conversation of this person's another title. Raises InputError."""
        self.conversations.require(id_, owner)
        rename(self.workspace, id_, title)

    def export(self, id_: str, owner: str) -> tuple[str, str]:
        """What a conversation of this person's is called, and all of it as HTML. Raises InputError."""
        entry = self.conversations.require(id_, owner)
        return entry.name, html_of(self.conversation(entry).snapshot(), entry)

    def delete(self, id_: str, owner: str) -> None:
        """Delete a conversation of this person's. Raises InputError when another process, or a step that takes long, runs it."""
        with self.conversations.stopped(id_, owner):
            self.workspace.conversations.delete(id_)

    def delete_all(self, owner: str) -> int:
        """Delete every conversation of this person's; how many stay, because they could not be stopped."""
        for id_ in self.workspace.register.ids(owner):
            with suppress(InputError):
                self.delete(id_, owner)
        return self.workspace.register.count(owner)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery; its pictures stay. Raises InputError while it is being indexed, and GalleryError when there is none."""
        self.indexings.forget(gallery)
        self.workspace.store.delete(gallery)

    def close(self) -> None:
        """Let everything come to rest. What ran is on disk and goes on later."""
        self.indexings.close()
        self.conversations.stop()

    def __enter__(self) -> ServerState:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _loaded(self, done: int, total: int) -> None:
        self.loading = (done, total)
        self.loads.announce()
