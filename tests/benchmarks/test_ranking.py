"""The measurement of rankings runs, and measures every fusion."""

from __future__ import annotations

from dir_tir.benchmarks.ranking import measure_ranking
from dir_tir.tools.fusion import FUSIONS


def test_hubs_rankings_and_a_page_by_every_fusion_are_timed() -> None:
    measured = measure_ranking(300, dimension=16)
    assert measured["pictures"] == 300
    assert measured.keys() >= {f"page by {name}, ms" for name in FUSIONS} | {"hubs from bank, s", "hubs from crowding, s"}
    assert all(value > 0 for value in measured.values())
