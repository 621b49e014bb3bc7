"""Loading models with a progress bar: it takes seconds, most of them for the libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tqdm import tqdm

from ..tools.toolbox import TOOLS, make_ready

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..tools.toolbox import Toolbox


def load(toolbox: Toolbox, config: Config) -> None:
    """Load everything that a conversation with these settings needs."""
    tools = [tool for tool in TOOLS if tool != "painter" or config.image_num]
    for _ in tqdm(make_ready(toolbox, tools), desc="loading", total=len(tools), unit="part", leave=False):
        pass
