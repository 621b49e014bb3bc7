from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from dir_tir.store.mapped import few_rows, picked


def flags(file: Path) -> list[str]:
    """What Linux knows of how the mapping of a file is read."""
    lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.endswith(str(file)))
    return next(line for line in lines[at:] if line.startswith("VmFlags:")).split()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    np.save(tmp_path / "matrix.npy", np.arange(40, dtype=np.float32).reshape(10, 4))
    return tmp_path / "matrix.npy"


def test_a_few_rows_are_a_copy_of_those_of_a_mapped_matrix_and_of_one_in_memory(file: Path) -> None:
    mapped, held = np.load(file, mmap_mode="r"), np.load(file)
    for matrix in (mapped, held):
        rows = picked(matrix, [7, 2])
        assert type(rows) is np.ndarray
        assert rows.tolist() == [[28, 29, 30, 31], [8, 9, 10, 11]]
        assert not np.shares_memory(rows, matrix)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how a file is read")
def test_what_lies_around_a_few_rows_is_not_read_and_afterwards_files_are_read_ahead_again(file: Path) -> None:
    matrix = np.load(file, mmap_mode="r")
    with few_rows(matrix, np.zeros(3)):
        assert "rr" in flags(file)
    assert "rr" not in flags(file)
