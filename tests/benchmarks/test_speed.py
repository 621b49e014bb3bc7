from __future__ import annotations

from pathlib import Path

import pytest
from dir_tir.benchmarks.speed import draw_photos, measure_searching, memory_of
from dir_tir.store.pictures import content_id

pytestmark = pytest.mark.slow


def test_what_is_exact_finds_all_of_the_first_and_what_is_not_says_how_many() -> None:
    measured = {line["way"]: line for line in measure_searching(3000, 16, chroma=True)}
    assert measured["ours (exact)"]["recall"] == measured["FAISS flat (exact)"]["recall"] == 1
    for way in ("FAISS HNSW", "Chroma HNSW"):
        assert 0.3 < measured[way]["recall"] <= 1
    assert all(line["ms"] > 0 for line in measured.values())


def test_photos_to_measure_with_are_all_different(tmp_path: Path) -> None:
    draw_photos(tmp_path, 9, (80, 60))
    assert len({content_id(path) for path in tmp_path.iterdir()}) == 9


def test_the_memory_of_an_indexing_is_measured() -> None:
    measured = memory_of(9)
    assert measured["pictures"] == 9
    assert measured["peak"] >= measured["before"] > 100
    assert measured["rate"] > 0
