"""The library: search a gallery by conversation, from Python.

    with ImageSearch.from_folder("postcards") as search:
        talk = search.start("on the meadow")
        page = talk.reply("A small yellow car on the right.", "It should be rainy.")
        print(page.results[0].path)

Everything else that talks with people stands on it: terminal, page, chatbot tool, MCP server.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from types import NoneType
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from PIL import Image

from ...contracts import PAGE, unwatched
from ...errors import InputError
from ...graph.build import build_graph
from ...graph.config import Config, Filters, Settings
from ...plain import shown
from ...store.conversations.register import Entry, new_id
from ...store.conversations.retention import duration
from ...store.gallery.reading import SIDE
from ...store.pictures import open_picture
from ...tools.finding import find
from ...tools.profiles.at_work import AtWork, at_work
from ...tools.user import NOTHING_DESCRIBED, typed_text
from ...tools.workspace import Workspace
from .checking import require, require_each, require_known
from .conversation import Conversation
from .from_folder import indexed, resolved
from .keeping import export, rename
from .loading import load_telling
from .notebook import ShownMatches
from .profile_choice import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Unpack

    from ...contracts import StepProgress
    from ...graph.injection import Resolver
    from ...tools.finding import Matches
    from ...tools.toolbox import Toolbox

Like = Path | str | Image.Image | None
SHARE = 10  # a question looks at one picture in ten, at most at the paper's 500


class ImageSearch:
    """One gallery and the models of a profile; any number of conversations at once. Close it, or use it in a ``with``.

    ``settings``: any of `graph/config.py`, for every conversation begun here. The models load when they are first needed, or in `load`.
    """

    def __init__(
        self,
        gallery: str,
        profile: str | Path = "",
        *,
        workspace: Workspace | None = None,
        resolve: Resolver | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        require("gallery", gallery, str, "the name of one")
        _require_open(profile, workspace, settings)
        self._open = ExitStack()
        self.workspace = workspace or self._open.enter_context(Workspace())
        profile = profile_of(self.workspace, gallery, str(profile))
        if resolve is None:
            self._refuse_unusable(gallery, profile)
        self._settings: dict[str, Any] = {"profile": profile, "gallery": gallery, **settings}
        self._resolve = resolve or self.workspace.toolbox
        self._reader = build_graph(self._resolve, self.workspace.sessions)  # reads states; each conversation runs a graph of its own
        self._conversations: WeakValueDictionary[str, Conversation] = WeakValueDictionary()  # one object each, or two could run it
        self._finding = Lock()

    @classmethod
    def from_folder(
        cls,
        folder: str | Path,
        /,
        gallery: str = "",
        profile: str | Path = "",
        *,
        workspace: Workspace | None = None,
        progress: StepProgress = unwatched,
        **settings: Unpack[Settings],
    ) -> ImageSearch:
        """A search in a folder's pictures; the gallery is brought up to date with the folder first, and ``progress`` told how far it is.

        The gallery is named after folder and encoder unless it is given a name. When a whole folder or most of the pictures have vanished
        they stay in the gallery, with a warning: `dir-tir index --yes` removes them. Raises InputError for a folder without pictures, and
        when no profile is named and the default one does not know such.
        """
        require("folder", folder, (str, Path), "the path of one")
        require("gallery", gallery, str, "the name of one, or nothing")
        _require_open(profile, workspace, settings)
        folder = resolved(folder)
        own = workspace or Workspace()
        name, profile = indexed(own, folder, gallery, str(profile), progress)
        search = cls(name, profile, workspace=own, **settings)
        if workspace is None:
            search._open.callback(own.close)
        return search

    def __len__(self) -> int:
        """How many pictures are searched."""
        return self.workspace.store.describe(self._settings["gallery"]).count

    @property
    def config(self) -> Config:
        """The settings of a conversation that is begun now."""
        return self._config({})

    @property
    def toolbox(self) -> Toolbox:
        """The models and the search, each loaded when it is first asked for."""
        return self._resolve(self.config)

    @property
    def at_work(self) -> AtWork:
        """Which models of the profile are at work, and what the next profile would add. Loads nothing."""
        return at_work(self.workspace.models(self._settings["profile"]).profile)

    def load(self, progress: StepProgress = unwatched) -> None:
        """Load every model now instead of when it is first needed."""
        load_telling(self.toolbox, self.config, progress)

    def begin(
        self, description: str = "", *, like: Like = None, owner: str = "", hunted: str = "", **only: Unpack[Filters]
    ) -> Conversation:
        """A conversation of which nothing has run yet: iterate its `events`. Raises InputError for a description that says nothing, and
        for a filter that leaves no picture; PictureError for one to be ``like`` that cannot be read.

        ``like``: the file of a picture that the one looked for is like, or a picture; a small copy is kept with the conversation. With it
        a description is not needed.
        ``after``, ``before``, ``folder``: which pictures are searched (`store/gallery/filters.py`). ``owner`` and ``hunted`` are kept in
        the register and reach no graph (`store/conversations/register.py`).
        """
        require("like", like, (str, Path, Image.Image, NoneType), "the path of a picture")
        line = _described(description, optional=like is not None)
        id_, settings, title = new_id(), asdict(self._config(only)), ""
        if like is not None:
            settings["like"] = self.workspace.paintings.save_like(_opened(like), id_)
            title = "" if line else _called(like)
        entry = Entry(id_, line, settings, owner, hunted, title=title)
        self.workspace.register.enter(entry)
        return self._conversation(entry)

    def start(self, description: str = "", *, like: Like = None, **only: Unpack[Filters]) -> Conversation:
        """Begin, and run until the user is needed: the first page, the question and the painting are there."""
        conversation = self.begin(description, like=like, **only)
        conversation.go_on()
        return conversation

    async def astart(self, description: str = "", *, like: Like = None, **only: Unpack[Filters]) -> Conversation:
        """As `start`, without blocking the event loop."""
        return await asyncio.to_thread(partial(self.start, description, like=like, **only))

    def find(
        self,
        description: str = "",
        top: int = PAGE,
        ruled_out: Sequence[str] = (),
        *,
        like: str | Path | None = None,
        **only: Unpack[Filters],
    ) -> Matches:
        """One search without a conversation: the ``top`` pictures that fit a description best and show nothing of what is ``ruled_out``.
        No model is used but the encoder, and nothing is kept. ``like``: the file of a picture that they are like, with a
        description or without. ``after``, ``before``, ``folder``: as in `begin`. Raises InputError, PictureError."""
        require("like", like, (str, Path, NoneType), "the path of a picture")
        line = _described(description, optional=like is not None)
        require("top", top, int, "a whole number")
        if top < 1:
            raise InputError(f"top is {top}; expected a whole number of at least 1")
        require_each("ruled_out", ruled_out, str, "texts")
        search = self._resolve(self._config(only)).search
        if like is not None:
            search = search.like(Path(like))
        return ShownMatches(**vars(find(search, line, top, [typed_text(one) for one in ruled_out])))

    def resume(self, id_: str) -> Conversation:
        """A conversation begun earlier, in this process or another. Raises InputError when there is none of this id."""
        require("id", id_, str, "that of a conversation")
        return self._conversation(self.workspace.register.entry(id_))

    def conversations(self, owner: str = "", limit: int | None = None) -> list[Entry]:
        """What was begun in this gallery, newest first, so many at most."""
        require("limit", limit, (int, NoneType), "a whole number, or nothing")
        return self.workspace.register.entries(owner, galleries={self._settings["gallery"]}, limit=limit)

    def rename(self, id_: str, title: str) -> None:
        """Give a conversation another title; an empty one stands for its description. Raises InputError when there is none of this id."""
        rename(self.workspace, id_, title)

    def export(self, id_: str, file: str | Path) -> Path:
        """Write a conversation down as one HTML file with small pictures in it. Raises InputError when there is none of this id, or
        something is there already."""
        return export(self.workspace, id_, file)

    def delete(self, id_: str) -> None:
        """Delete a conversation with its paintings. Raises InputError when there is none of this id, or when it is running."""
        require("id", id_, str, "that of a conversation")
        self.workspace.conversations.delete(id_)

    def prune(self, older_than: timedelta | str) -> list[str]:
        """Delete the conversations in this gallery that were not used for so long ("90d", "12h", "2w"), whoever began them; what is running
        stays. Returns the ids. For those of all galleries: ``workspace.conversations.prune``."""
        require("older_than", older_than, (str, timedelta), "a duration, as 12h, 90d or 2w")
        than = duration(older_than) if isinstance(older_than, str) else older_than
        return self.workspace.conversations.prune(than, galleries={self._settings["gallery"]})

    def close(self) -> None:
        """Let go of everything that was opened for this search; a workspace that was handed in stays open."""
        self._open.close()

    def __enter__(self) -> ImageSearch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> ImageSearch:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _config(self, only: Filters) -> Config:
        """The settings of a conversation in some of the pictures. Raises InputError when a filter leaves none."""
        require_known("filter", only, Filters.__annotations__)
        config = Config(**{**self._settings, **only})
        if "related_size" in self._settings:
            return config
        searched = len(self)
        if config.only:
            searched = int(config.only.rows(self.workspace.vectors(config.gallery).columns).sum())
        return replace(config, related_size=min(Config.related_size, max(10, searched // SHARE)))

    def _refuse_unusable(self, gallery: str, profile: str) -> None:
        """Say that models or gallery cannot be used before anybody waits for them. Raises ProfileError or GalleryError."""
        models = self.workspace.models(profile)
        models.require_weights()
        self.workspace.store.open(gallery, models.encoder_fingerprint).close()

    def _conversation(self, entry: Entry) -> Conversation:
        with self._finding:
            conversation = self._conversations.get(entry.id)
            if conversation is None:
                config = Config.restored(entry.settings)
                picture, alone = partial(self.workspace.picture, config.gallery), self.workspace.conversations.running
                replies = self.workspace.conversations.replies
                conversation = Conversation(
                    self._reader, self._resolve, picture, config, entry.id, entry.description, replies=replies, alone=alone
                )
                self._conversations[entry.id] = conversation
            return conversation


def _require_open(profile: object, workspace: object, settings: Mapping[str, Any]) -> None:
    require("profile", profile, (str, Path), "the name of one, or the path of its .toml file")
    require("workspace", workspace, (Workspace, NoneType), "a dir_tir.Workspace")
    require_known("setting", settings, Settings.__annotations__)
    Config(**settings)  # refuses what they may not be, before anybody waits for anything


def _described(description: str, *, optional: bool = False) -> str:
    require("description", description, str, "a text")
    if not (line := typed_text(description)) and not optional:
        raise InputError(NOTHING_DESCRIBED)
    return line


def _called(like: Path | str | Image.Image) -> str:
    return "a picture like another" if isinstance(like, Image.Image) else f"a picture like {shown(Path(like).name)}"


def _opened(like: Path | str | Image.Image) -> Image.Image:
    return like if isinstance(like, Image.Image) else open_picture(Path(like), SIDE)
