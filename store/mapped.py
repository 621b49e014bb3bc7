"""Memory-mapped arrays of which a few rows are read, here and there."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


@contextmanager
def few_rows(*arrays: NDArray[Any]) -> Iterator[None]:
    """While rows that lie far apart are read. Otherwise the system reads megabytes around each, and so all of a file of gigabytes."""
    bases: list[Any] = [array.base for array in arrays if isinstance(array, np.memmap)]
    mapped = [base for base in bases if isinstance(base, mmap.mmap)]
    try:
        for file in mapped:
            _advise(file, "MADV_RANDOM")
        yield
    finally:
        for file in mapped:
            _advise(file, "MADV_NORMAL")


def picked(matrix: NDArray[T], rows: Sequence[int] | NDArray[np.intp]) -> NDArray[T]:
    """A few rows of a matrix, in this order; a copy in memory."""
    with few_rows(matrix):
        return np.asarray(matrix[rows])


def _advise(file: mmap.mmap, how: str) -> None:
    if hasattr(mmap, how):  # not on Windows
        file.madvise(getattr(mmap, how))
