"""Loading models with a progress bar: it takes seconds, most of them for the libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tqdm import tqdm

from ..tools.toolbox import TOOLS, make_ready

if TYPE_CHECKING:
    from ..tools.toolbox import Toolbox


def load(toolbox: Toolbox) -> None:
    """Load everything that a conversation needs."""
    for _ in tqdm(make_ready(toolbox), desc="loading", total=len(TOOLS), unit="part", leave=False):
        pass
