from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dir_tir.benchmarks.size.__main__ import as_line, bandwidth
from dir_tir.benchmarks.size.searching import exact, forget, opened, pages
from dir_tir.benchmarks.size.synthetic import BATCH, SyntheticEncoder, build, name_of, rows
from dir_tir.store.gallery.chroma import ChromaStore


def test_a_picture_is_drawn_from_its_number_and_has_a_caption_like_it() -> None:
    some, again = rows(range(100)), rows(range(100))
    assert [row.record for row in some] == [row.record for row in again]
    images, captions = np.array([row.image for row in some]), np.array([row.captions[0] for row in some])
    likeness = captions @ images.T
    assert (likeness.argmax(axis=1) == np.arange(100)).mean() > 0.9
    assert len({row.record.id for row in some}) == 100


def test_a_gallery_that_was_begun_is_gone_on_with_and_a_page_is_the_exact_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = BATCH + 20
    with ChromaStore(tmp_path).write(name_of(count), SyntheticEncoder.fingerprint, 512) as gallery:
        gallery.add(rows(range(BATCH))[:40])  # killed in the middle of a batch
    assert build(tmp_path, count).pictures == count
    monkeypatch.setattr(ChromaStore, "write", None)  # what is there is not built again
    assert build(tmp_path, count).seconds > 0
    forget(tmp_path, count)
    search, took = opened(tmp_path, count)
    assert len(search) == count
    assert took["opening"] > took["hubs"] > 0
    walls, works = pages(search, 2)
    assert len(walls) == len(works) == 8
    assert min(walls) > 0
    assert exact(search, 5) == 5


def test_a_line_says_what_a_gallery_costs() -> None:
    took = {"opening": 1.5}
    found = {"pictures": 10_000, "store_ms": 1.8, "disk_kb": 19.0, "first": took, "later": took, "memory": {"beside": 120.0}, "exact": 9}
    line = as_line({**found, "page": {"p50": 3.0, "p95": 4.0, "processor": 2.0}, "queries": 10, "read_gb_a_second": bandwidth(1 << 20)})
    assert line.startswith("   10,000     1.80     19.0")
    assert "9 of 10" in line
