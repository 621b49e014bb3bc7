"""The graph as drawn: every edge by name, and the same drawing in the documentation."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
D, P = "dialog_refiner:", "image_refiner:"
ALWAYS = {
    (f"{D}rewrite", f"{D}__end__"),
    (f"{P}re_prompt", f"{P}__end__"),
    (f"{D}__end__", "both"),
    (f"{P}__end__", "both"),
    ("rewrite", "merge"),
    ("re_prompt", "merge"),
    ("point", "merge"),
    ("listen", "merge"),
}
SOMETIMES = {
    ("__start__", "open_round"),
    ("__start__", "hear"),
    ("hear", "open_round"),
    ("hear", "say"),
    ("hear", "merge"),
    ("hear", f"{D}__start__"),
    ("hear", f"{P}__start__"),
    ("hear", "__end__"),
    ("say", "merge"),
    ("say", "__end__"),
    ("merge", "say"),
    ("both", "merge"),
    ("both", "point"),
    ("open_round", "point"),
    ("both", "say"),
    ("both", "ask_openly"),
    ("ask_openly", "say"),
    ("ask_openly", "answer"),
    ("answer", "rewrite"),
    ("answer", "both"),
    ("both", "rewrite"),
    ("both", "re_prompt"),
    (f"{D}__start__", f"{D}rewrite"),
    (f"{D}__start__", f"{D}answer"),
    (f"{D}__start__", f"{D}offer"),
    (f"{D}offer", f"{D}answer"),
    (f"{D}offer", f"{D}__end__"),
    (f"{P}__start__", f"{P}re_prompt"),
    (f"{P}__start__", f"{P}critique"),
    (f"{D}retrieve", f"{D}__end__"),
    (f"{D}cluster_context", f"{D}__end__"),
    ("open_round", "merge"),
    ("open_round", "listen"),
    ("open_round", f"{D}__start__"),
    ("open_round", f"{P}__start__"),
    (f"{D}__start__", f"{D}retrieve"),
    (f"{D}__start__", f"{D}ask"),
    (f"{D}__start__", f"{D}__end__"),
    (f"{P}__start__", f"{P}generate"),
    (f"{P}__start__", f"{P}__end__"),
    (f"{D}retrieve", f"{D}cluster_context"),
    (f"{D}retrieve", f"{D}answer"),
    (f"{D}cluster_context", f"{D}answer"),
    (f"{D}cluster_context", f"{D}ask"),
    (f"{D}ask", f"{D}answer"),
    (f"{P}generate", f"{P}critique"),
    (f"{P}generate", f"{P}__end__"),
    (f"{D}cluster_context", f"{D}ask_several"),
    (f"{D}ask_several", f"{D}answer"),
    (f"{D}ask_several", f"{D}__end__"),
    (f"{D}ask", f"{D}ask"),
    (f"{D}ask", f"{D}filter_uncertain"),
    (f"{D}ask", f"{D}__end__"),
    (f"{D}filter_uncertain", f"{D}ask"),
    (f"{D}filter_uncertain", f"{D}answer"),
    (f"{D}filter_uncertain", f"{D}__end__"),
    (f"{D}answer", f"{D}rewrite"),
    (f"{D}answer", f"{D}__end__"),
    (f"{P}critique", f"{P}re_prompt"),
    (f"{P}critique", f"{P}__end__"),
    ("merge", "open_round"),
    ("merge", "__end__"),
}


def _drawing() -> Any:
    """The script, which is part of the documentation and of no package."""
    spec = spec_from_file_location("draw_graph", DOCS / "draw_graph.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_graph_has_exactly_these_edges_and_is_drawn_without_any_tool() -> None:
    edges = {(edge.source, edge.target, edge.conditional) for edge in _drawing().drawn().edges}
    assert edges == {(*edge, False) for edge in ALWAYS} | {(*edge, True) for edge in SOMETIMES}


def test_the_documentation_shows_the_graph_as_it_is() -> None:
    document = (DOCS / "graph.md").read_text(encoding="utf-8")
    assert document == _drawing().page(), "run: python docs/draw_graph.py > docs/graph.md"
