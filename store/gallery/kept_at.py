"""Where the galleries of a home are kept: in folders, unless it names a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chroma import ChromaStore
from .chroma_server import ChromaServerStore

if TYPE_CHECKING:
    from ...contracts import Store
    from ..home import Home


def store_of(home: Home) -> Store:
    """The store. Nothing is opened, and no server asked."""
    return ChromaServerStore(home.server, home.caches, beside=home.galleries) if home.server else ChromaStore(home.galleries)
