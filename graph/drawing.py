"""Writes the page of the documentation that shows the graph: `python -m dir_tir.graph.drawing > docs/graph.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .build import build_graph

if TYPE_CHECKING:
    from langchain_core.runnables.graph import Graph

    from ..tools.workspace import Toolbox
    from .config import Config

PAGE = """# One turn

Drawn from the code, and held to it by a test (`tests/graph/test_drawing.py`). Solid arrows are always taken, dotted ones by a router
(`graph/routers.py`). The two refiners run side by side.

```mermaid
{drawing}```
"""


def drawn() -> Graph:
    """The graph with its two subgraphs laid open."""
    return build_graph(_nothing).get_graph(xray=True)


def page() -> str:
    """The page as markdown."""
    return PAGE.format(drawing=drawn().draw_mermaid())


def _nothing(config: Config) -> Toolbox:
    raise AssertionError("drawing needs no tools")


if __name__ == "__main__":
    print(page(), end="")
