"""Everything the nodes of one conversation may hold in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from ..prompts.library import PromptLibrary
from ..store.home import gallery_folder
from .registry import Models, models_of
from .search import Search
from .user import Person, SimulatedUser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .interfaces import LanguageModel, Painter, User

TOOLS = ("search", "llm", "painter", "user", "prompts")
_opening = Lock()


class Toolbox(Protocol):
    """A node is handed what it names of these, and nothing else. The vision model is not here: only the user may look at the target."""

    @property
    def search(self) -> Search: ...
    @property
    def llm(self) -> LanguageModel: ...
    @property
    def painter(self) -> Painter: ...
    @property
    def user(self) -> User: ...
    @property
    def prompts(self) -> PromptLibrary: ...


@dataclass(frozen=True)
class ProfileToolbox:
    """The models of a profile over one gallery; each is loaded when a node first wants it: a page of results waits for no painter."""

    models: Models
    gallery: Path
    target: str  # id of the picture the simulated user holds; empty: a person answers

    def require_memory(self, tools: Sequence[str]) -> None:
        """Raise ProfileError when the models behind these tools will not fit together."""
        behind = {"search": "encoder", "llm": "llm", "painter": "painter", **({"user": "vision"} if self.target else {})}
        self.models.require_memory([behind[tool] for tool in tools if tool in behind])

    @property
    def search(self) -> Search:
        return _open_search(self.gallery, self.models)

    @property
    def llm(self) -> LanguageModel:
        return self.models.llm

    @property
    def painter(self) -> Painter:
        return self.models.painter

    @cached_property
    def prompts(self) -> PromptLibrary:
        return PromptLibrary.load(self.models.profile.prompts)

    @cached_property
    def user(self) -> User:
        if not self.target:
            return Person()
        return SimulatedUser(self.models.vision, self.prompts, Path(self.search.record(self.target).path))


@lru_cache(maxsize=64)
def open_toolbox(profile: str, gallery: str, target: str) -> ProfileToolbox:
    """The tools for these settings. Loads nothing; models are shared by all conversations of the process."""
    return ProfileToolbox(models_of(profile), gallery_folder(gallery), target)


def make_ready(toolbox: Toolbox, tools: Sequence[str] = TOOLS) -> Iterator[str]:
    """Load now what would be loaded at its first use, before somebody waits for an answer; yields each name once it is there."""
    if isinstance(toolbox, ProfileToolbox):
        toolbox.require_memory(tools)
    for tool in tools:
        getattr(toolbox, tool)
        yield tool
    from sklearn.cluster import KMeans  # its first run loads libraries of its own

    KMeans(n_clusters=2, n_init=1).fit([[0.0], [1.0]])


def _open_search(gallery: Path, models: Models) -> Search:
    with _opening:
        return _search(gallery, models)


@lru_cache(maxsize=8)
def _search(gallery: Path, models: Models) -> Search:
    return Search.open(gallery, models.encoder)
