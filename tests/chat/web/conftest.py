"""A server whose models are fakes: everything else about it is real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from quick_server import quick_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.chat.web.server_state import ServerState


@pytest.fixture
def quick_state(tmp_path: Path) -> Iterator[ServerState]:
    """What a server has open that searches the gallery "colours"."""
    with quick_server(tmp_path) as state:
        yield state
