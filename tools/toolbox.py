"""Everything the nodes of one conversation may hold in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..prompts.library import PromptLibrary
    from .interfaces import LanguageModel, Painter, User
    from .search import Search


@dataclass(frozen=True)
class Toolbox:
    """A node is handed what it names of these, and nothing else. The vision model is not here: only the user may look at the target."""

    search: Search
    llm: LanguageModel
    painter: Painter
    user: User
    prompts: PromptLibrary
