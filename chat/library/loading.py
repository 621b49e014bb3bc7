"""Loading models with a progress bar: it takes seconds, most of them for the libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tqdm import tqdm

from ...tools.toolbox import TOOLS, make_ready

if TYPE_CHECKING:
    from ...contracts import StepProgress
    from ...graph.config import Config
    from ...tools.toolbox import Toolbox


def load(toolbox: Toolbox, config: Config) -> None:
    """Load everything that a conversation with these settings needs."""
    with tqdm(desc="loading", total=len(TOOLS), unit="part", leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        load_telling(toolbox, config, show)


def load_telling(toolbox: Toolbox, config: Config, progress: StepProgress) -> None:
    """As `load`, telling ``progress`` how many parts are there, of how many."""
    tools = [tool for tool in TOOLS if tool not in toolbox.lacks and (tool != "painter" or config.paints)]
    for done, _ in enumerate(make_ready(toolbox, tools), start=1):
        progress(done, len(tools))
