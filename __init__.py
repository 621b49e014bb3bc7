"""DIR-TIR: find a picture by talking about it. Two refiners, a dialogue and a painting, sharpen one search turn by turn.

The names below load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chat.library.conversation import Conversation
    from .chat.library.events import Difference, Event, Page, Progress, Question, Result
    from .chat.library.search import ImageSearch
    from .chat.library.snapshot import Snapshot
    from .errors import DirTirError
    from .tools.profiles.profile import Profile, load_profile
    from .tools.workspace import Workspace

__version__ = "0.1.0"
__all__ = [
    "Conversation",
    "Difference",
    "DirTirError",
    "Event",
    "ImageSearch",
    "Page",
    "Profile",
    "Progress",
    "Question",
    "Result",
    "Snapshot",
    "Workspace",
    "__version__",
    "load_profile",
]

_FACE = {
    "Conversation": "chat.library.conversation",
    **dict.fromkeys(["Difference", "Event", "Page", "Progress", "Question", "Result"], "chat.library.events"),
    "DirTirError": "errors",
    "ImageSearch": "chat.library.search",
    "Snapshot": "chat.library.snapshot",
    "Workspace": "tools.workspace",
    "Profile": "tools.profiles.profile",
    "load_profile": "tools.profiles.profile",
}


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FACE[name]}"), name)
