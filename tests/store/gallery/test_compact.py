from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dir_tir.store.gallery.compact import Compact, compact_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray


def pictures(count: int, seed: int, *, twins: bool = False) -> NDArray[np.float32]:
    """In a cone, wider in some dimensions than in others, as embeddings are; with twins every second is as the one before."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 48)) * np.linspace(0.2, 2, 48) + 6 * (np.arange(48) == 3)
    if twins:
        rows[1::2] = rows[: len(rows[1::2]) * 2 : 2]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def made(images: NDArray[np.float32], folder: Path) -> Compact:
    compact = compact_of(images, folder)
    assert compact
    return compact


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40), twins=st.booleans())
def test_whoever_is_among_the_first_is_in_the_head(tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, twins: bool) -> None:
    images, rng = pictures(9000, seed, twins=twins), np.random.default_rng(seed + 1)
    compact = made(images, tmp_path_factory.mktemp("c"))
    vector = rng.normal(size=48) if seed % 2 else images[seed % 9000].astype(np.float64)
    added, skipped = rng.normal(size=9000).astype(np.float32) / 50, rng.random(9000) < 0.3
    rows = compact.head(images, vector, float(np.linalg.norm(vector)), count, added, skipped)
    by = np.einsum("nd,d->n", images, vector.astype(np.float32)) + added
    by[skipped] = -np.inf
    assert rows is not None
    assert set(np.flatnonzero(by >= np.partition(by, -count)[-count]).tolist()) <= set(rows.tolist())
    assert (np.diff(rows) > 0).all()
    assert len(rows) < 1200


def test_what_is_lost_by_rounding_is_never_more_than_is_said(tmp_path: Path) -> None:
    images = pictures(3000, 1)
    compact = made(images, tmp_path)
    for seed in range(5):
        vector = np.random.default_rng(seed).normal(size=48)
        rough, off = compact.rough(vector)
        missed = np.abs(rough - images.astype(np.float64) @ vector).max()
        assert off / 50 < missed <= off


def test_mean_spread_and_correlation_of_the_cosines_are_known_without_them(tmp_path: Path) -> None:
    images = pictures(9000, 2)
    compact, (one, other) = made(images, tmp_path), pictures(2, 3)
    by = images.astype(np.float64) @ one
    np.testing.assert_allclose(compact.scale(one), (by.mean(), by.std()), rtol=1e-4)
    np.testing.assert_allclose(compact.correlation(one, other), np.corrcoef(by, images @ other)[0, 1], rtol=1e-3)
    flat = np.ones((100, 4), dtype=np.float32) / 2
    assert made(flat, tmp_path).scale(np.ones(4, np.float32))[1] > 0


def test_no_head_is_given_where_there_is_none_or_nearly_all_would_be_in_it(tmp_path: Path) -> None:
    images = pictures(300, 4)
    compact = made(images, tmp_path)
    assert compact.head(images, images[0].astype(np.float64), 1.0, 10, None, np.arange(300) > 5) is None
    assert compact.head(images, images[0].astype(np.float64), 1e6, 10) is None
    assert compact.head(images, images[0].astype(np.float64), 1.0, 301) is None


def test_codes_are_made_once_and_anew_where_they_are_damaged_or_of_others(tmp_path: Path) -> None:
    images = pictures(9000, 5)
    first = made(images, tmp_path)
    codes, table = tmp_path / "compact.npy", tmp_path / "compact.npz"
    before = table.stat().st_mtime_ns
    assert np.array_equal(made(images, tmp_path).codes, first.codes)
    assert table.stat().st_mtime_ns == before
    expected = np.array(first.codes)
    for file, content in ((codes, codes.read_bytes()[:-9]), (table, b""), (codes, bytes(codes.stat().st_size))):
        file.unlink()
        file.write_bytes(content)
        assert np.array_equal(made(images, tmp_path).codes, expected)
    others = pictures(9000, 6)
    assert not np.array_equal(made(others, tmp_path).codes, expected)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compact.npy", "compact.npz"]


def test_nothing_is_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    assert compact_of(pictures(10, 7), tmp_path / "gone") is None
