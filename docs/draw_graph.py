"""Writes the page that shows the graph: `python docs/draw_graph.py > docs/graph.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dir_tir.graph.build import build_graph

if TYPE_CHECKING:
    from dir_tir.graph.config import Config
    from dir_tir.tools.toolbox import Toolbox
    from langchain_core.runnables.graph import Graph

PAGE = """# One turn

Drawn from the code by `docs/draw_graph.py`; a test compares the two (`tests/graph/test_drawing.py`). Solid arrows are always taken, dotted
ones by a router (`graph/routers.py`). The two refiners run at the same time.

```mermaid
{drawing}```
"""


def drawn() -> Graph:
    """The graph with its two subgraphs opened."""
    return build_graph(_nothing).get_graph(xray=True)


def page() -> str:
    """The page as markdown."""
    return PAGE.format(drawing=drawn().draw_mermaid())


def _nothing(config: Config) -> Toolbox:
    raise AssertionError("drawing needs no tools")


if __name__ == "__main__":
    print(page(), end="")
