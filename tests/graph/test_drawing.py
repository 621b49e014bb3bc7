"""The graph as drawn: every edge by name, and the same drawing in the documentation."""

from __future__ import annotations

from pathlib import Path

from dir_tir.graph.drawing import drawn, page

D, P = "dialog_refiner:", "image_refiner:"
ALWAYS = {
    ("__start__", "open_round"),
    (f"{D}retrieve", f"{D}cluster_context"),
    (f"{D}rewrite", f"{D}__end__"),
    (f"{D}__end__", "merge"),
    (f"{P}generate", f"{P}critique"),
    (f"{P}re_prompt", f"{P}__end__"),
    (f"{P}__end__", "merge"),
}
SOMETIMES = {
    ("open_round", "merge"),
    ("open_round", f"{D}__start__"),
    ("open_round", f"{P}__start__"),
    (f"{D}__start__", f"{D}retrieve"),
    (f"{D}__start__", f"{D}ask"),
    (f"{D}__start__", f"{D}__end__"),
    (f"{P}__start__", f"{P}generate"),
    (f"{P}__start__", f"{P}__end__"),
    (f"{D}cluster_context", f"{D}ask"),
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


def test_the_graph_has_exactly_these_edges_and_is_drawn_without_any_tool() -> None:
    edges = {(edge.source, edge.target, edge.conditional) for edge in drawn().edges}
    assert edges == {(*edge, False) for edge in ALWAYS} | {(*edge, True) for edge in SOMETIMES}


def test_the_documentation_shows_the_graph_as_it_is() -> None:
    document = Path(__file__).parents[2] / "docs" / "graph.md"
    assert document.read_text(encoding="utf-8") == page(), "run: python -m dir_tir.graph.drawing > docs/graph.md"
