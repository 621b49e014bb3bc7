"""What the nodes of one conversation may hold in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..prompts.library import PromptLibrary
from .captioning import Captioning
from .clumsy_user import ClumsyUser
from .models.roles import LACKABLE, ROLES
from .profiles.weights import weights_missing
from .user import Person, SimulatedUser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..contracts import LanguageModel, Painter, User
    from ..store.conversations.paintings import Paintings
    from ..store.gallery.filters import Filter
    from ..store.gallery.written import WrittenCaptions
    from .models.loading import Models
    from .search import Search

TOOLS = ("search", "llm", "painter", "user", "prompts", "paintings")
HELD = (*TOOLS, "captions")  # what a node may name; behind "captions" the model is loaded when there is something to caption


class Toolbox(Protocol):
    """A node is handed what it names of these, and nothing else. The vision model is not here: only the user may look at the target.

    lacks: the roles that the profile has no model for; the tool of such a one is None. languages: what its language model reads beside
    English.
    """

    @property
    def search(self) -> Search: ...
    @property
    def lacks(self) -> Sequence[str]: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def llm(self) -> LanguageModel | None: ...
    @property
    def painter(self) -> Painter | None: ...
    @property
    def user(self) -> User: ...
    @property
    def prompts(self) -> PromptLibrary: ...
    @property
    def paintings(self) -> Paintings: ...
    @property
    def captions(self) -> Captioning | None:
        """Nothing where the profile has no vision model, or not its files, and for the simulated user."""


class Settings(Protocol):
    """What a toolbox depends on; `graph/config.py` has it."""

    @property
    def profile(self) -> str: ...
    @property
    def gallery(self) -> str: ...
    @property
    def target(self) -> str:
        """Id of the picture that the simulated user holds; empty: a person answers."""

    @property
    def manner(self) -> str: ...
    @property
    def max_rounds(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def only(self) -> Filter: ...
    @property
    def like(self) -> str: ...


@dataclass(frozen=True)
class ProfileToolbox:
    """The models of a profile over one gallery, for one conversation with these settings. Each is loaded when a node first wants it: a
    page of results waits for no painter. The search is looked up once, so that a conversation looks at one revision of its gallery.
    written: finds the captions that models wrote of a gallery."""

    models: Models
    find: Callable[[], Search]
    paintings: Paintings
    settings: Settings
    written: Callable[[str], WrittenCaptions]

    def require_memory(self, tools: Sequence[str]) -> None:
        """Raise ProfileError when the models behind these tools will not fit together."""
        self.models.require_memory(self._behind(tools))

    def fetch(self, tools: Sequence[str]) -> None:
        """Fetch the models behind these tools that are not on this machine, with a progress bar. Raises ProfileError."""
        self.models.fetch(self._behind(tools))

    def _behind(self, tools: Sequence[str]) -> list[str]:
        """The roles of the models behind tools: a person needs none to answer."""
        return [role.name for role in ROLES.values() if role.tool in tools and (role.tool != "user" or self.settings.target)]

    @cached_property
    def search(self) -> Search:
        return self.find()

    @property
    def lacks(self) -> list[str]:
        return [role for role in LACKABLE if role not in self.models.profile.models]

    @property
    def languages(self) -> list[str]:
        llm = self.models.profile.llm
        return llm.languages if llm else []

    @property
    def llm(self) -> LanguageModel | None:
        return None if "llm" in self.lacks else self.models.llm

    @property
    def painter(self) -> Painter | None:
        return None if "painter" in self.lacks else self.models.painter

    @cached_property
    def prompts(self) -> PromptLibrary:
        return PromptLibrary.load(self.models.profile.prompts)

    @cached_property
    def user(self) -> User:
        settings = self.settings
        if not settings.target:
            return Person(self.paintings, settings.gallery)
        exact = SimulatedUser(self.models.vision, self.prompts, self._path_of(settings.target))
        if settings.manner == "exact":
            return exact
        return ClumsyUser(exact, settings.seed, settings.target, settings.max_rounds, self._path_of)

    @cached_property
    def captions(self) -> Captioning | None:
        vision = self.models.profile.vision
        if vision is None or self.settings.target or weights_missing(vision):
            return None
        search, prompt = self.search, self.prompts.render("caption")
        return Captioning(lambda: self.models.vision, vision.batch, prompt, search, self.written(search.gallery))

    def _path_of(self, id_: str) -> Path:
        return Path(self.search.record(id_).path)


def make_ready(toolbox: Toolbox, tools: Sequence[str] = TOOLS) -> Iterator[str]:
    """Load now what would be loaded at its first use, before somebody waits for an answer; yields each name once it is there.

    What is not on this machine is fetched first.
    """
    if isinstance(toolbox, ProfileToolbox):
        toolbox.require_memory(tools)
        toolbox.fetch(tools)
    for tool in tools:
        getattr(toolbox, tool)
        if tool == "search":
            toolbox.search.prepare()
        yield tool
    from sklearn.cluster import KMeans  # its first run loads libraries of its own

    KMeans(n_clusters=2, n_init=1).fit([[0.0], [1.0]])
