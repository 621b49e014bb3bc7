"""All embeddings of a large gallery in 8 bits: a pass over them finds the few pictures that can be among the first, to be scored exactly.

    <cache>/matrix/<revision>/compact.npy   (n, d) codes, memory-mapped: a quarter of the matrix they are of
    <cache>/matrix/<revision>/compact.npz   what they stand for, and how far they may be off

A number x of dimension j is kept as the whole number c nearest to (x - offset_j) / step_j, within ±127. So a picture's cosine with a
vector v is offset·v + Σ c_j·(step_j·v_j) and what is lost by rounding, at most |v| times the length of what the picture lost. The vector
step·v is rounded too, to the whole numbers that a processor multiplies fastest; that loses at most the length of its loss times that of
the codes. Both are known, so whoever cannot be among the first for certain is passed over, and nobody else.

Mean and covariance of all embeddings are kept as well. With them mean and spread of the cosines with any vector are known without a pass.
"""

from __future__ import annotations

import io
import math
import os
import secrets
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ...contracts import unwatched
from ...errors import DiskFullError
from ..disk import plain_when_full
from ..mapped import few_rows, picked
from ..writing import DRAFT, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ...contracts import StepProgress

FROM = 50_000  # pictures; of fewer, scoring all of them is as quick
_CODES, _TABLE = "compact.npy", "compact.npz"
_FORMULA = 1  # another number, and what was kept is worked out anew
_LARGEST = 127  # code
_AT_ONCE = 8192  # rows
_CHECKED = 64  # rows whose codes are worked out once more when they are opened
_BLOCK = 256  # rows of which the best one stands for all
_ROUNDING = 5e-5  # of float32, over as many dimensions as encoders have, of a sum whose terms have length 1 together
_LOOSE = 8  # where a bound lets more than one in so many through, it is no help
_FLAT = 1e-9  # a spread below this is none
_THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Compact:
    """lost: the longest that any row lost by rounding. longest: the length of the longest row of codes."""

    codes: NDArray[np.int8]  # (n, d)
    offset: NDArray[np.float64]  # (d,), the mean of all rows
    step: NDArray[np.float64]  # (d,)
    covariance: NDArray[np.float64]  # (d, d)
    lost: float
    longest: float

    def scale(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """Mean and standard deviation of the products of all rows with a vector, (d,)."""
        exact = vector.astype(np.float64)
        return float(exact @ self.offset), max(math.sqrt(max(float(exact @ self.covariance @ exact), 0.0)), _FLAT)

    def correlation(self, one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
        """Of the products of all rows with two vectors."""
        return float(one.astype(np.float64) @ self.covariance @ other) / (self.scale(one)[1] * self.scale(other)[1])

    def head(
        self,
        images: NDArray[np.float32],
        vector: NDArray[np.float64],
        size: float,
        count: int,
        added: NDArray[np.float32] | None = None,
        skipped: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.intp] | None:
        """The rows that can be among the first ``count`` by ``images @ vector + added``, ascending: a few more than these are. None where
        the bound is of no help.

        ``size``: the lengths of all vectors that were added up to ``vector``, together, for what float32 loses in adding their products.
        ``skipped``, (n,): which rows do not count.
        """
        by, off = self.rough(vector)
        off += 2 * _ROUNDING * size
        if added is not None:
            by += added
            off += 1e-6 * float(np.abs(added).max())
        if skipped is not None:
            by[skipped] = -np.inf
        least = self._least(by, count)
        best = np.flatnonzero(by >= least)
        if len(best) < count or not np.isfinite(least):
            return None
        exact = picked(images, best).astype(np.float64) @ vector
        exact = exact if added is None else exact + added[best]
        certain = float(np.partition(exact, -count)[-count])  # so many are as good as that
        rows = np.flatnonzero(by >= certain - off)
        return rows if len(rows) <= max(len(by) // _LOOSE, count) else None

    def rough(self, vector: NDArray[np.float64]) -> tuple[NDArray[np.float32], float]:
        """(n,) products of all rows with a vector, and how far they may be off."""
        import numkong

        scaled = vector * self.step
        unit = max(float(np.abs(scaled).max()) / _LARGEST, 1e-30)
        whole = np.rint(scaled / unit).astype(np.int8)
        found = np.empty(len(self.codes), dtype=np.float32)

        def products(some: slice) -> None:
            dots = numkong.cdist(whole[None], self.codes[some], "dot", dtype="int8", out_dtype="float32")
            np.multiply(np.asarray(dots)[0], np.float32(unit), out=found[some])

        step = max(-(-len(found) // _THREADS), _AT_ONCE)
        parts = [slice(start, start + step) for start in range(0, len(found), step)]
        with ThreadPoolExecutor(len(parts)) as threads:
            list(threads.map(products, parts))
        found += np.float32(vector @ self.offset)
        off = float(np.linalg.norm(vector)) * self.lost + float(np.linalg.norm(scaled - unit * whole)) * self.longest
        return found, off * 1.0001

    @staticmethod
    def _least(by: NDArray[np.float32], count: int) -> float:
        """A number that at least ``count`` of these reach, and not many more."""
        blocks = len(by) // _BLOCK
        if blocks < 4 * count:
            return float(np.partition(by, -count)[-count]) if count <= len(by) else -np.inf
        return float(np.partition(by[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1), -count)[-count])


def compact_of(images: NDArray[np.float32], folder: Path, progress: StepProgress = unwatched) -> Compact | None:
    """The codes that are kept in a folder, or worked out and then kept; none where they cannot be. ``progress`` is told how many rows are
    done."""
    if kept := _kept(images, folder):
        return kept
    with suppress(OSError, DiskFullError), plain_when_full(folder):
        _keep(images, folder, progress)
    return _kept(images, folder)


def _keep(images: NDArray[np.float32], folder: Path, progress: StepProgress) -> None:
    """Two passes: what the codes stand for, then the codes. Raises OSError or DiskFullError."""
    count, dimension = images.shape
    total, low, high = np.zeros(dimension), np.full(dimension, np.inf), np.full(dimension, -np.inf)
    for some in _blocks(images):
        total += some.sum(axis=0, dtype=np.float64)
        low, high = np.minimum(low, some.min(axis=0)), np.maximum(high, some.max(axis=0))
    offset = total / count
    step = np.maximum(np.maximum(high - offset, offset - low) / _LARGEST, 1e-30)
    squares = np.zeros((dimension, dimension))
    lost, longest, done = 0.0, 0.0, 0
    draft = folder / f".{_CODES}.{secrets.token_hex(8)}{DRAFT}"
    try:
        with draft.open("wb") as file:
            header = {"descr": "|i1", "fortran_order": False, "shape": (count, dimension)}
            np.lib.format.write_array_header_1_0(file, header)
            for some in _blocks(images):
                centred = (some - offset).astype(np.float32)
                codes = _codes(some, offset, step)
                squares += centred.T @ centred
                lost = max(lost, float(np.linalg.norm(centred - codes * step.astype(np.float32), axis=1).max()))
                longest = max(longest, float(np.linalg.norm(codes.astype(np.float32), axis=1).max()))
                file.write(codes.tobytes())
                done += len(codes)
                progress(done, count)
        draft.replace(folder / _CODES)
    finally:
        draft.unlink(missing_ok=True)
    content = io.BytesIO()
    table = {
        "offset": offset,
        "step": step,
        "covariance": squares / count,
        "lost": np.array(lost * 1.001 + 1e-6),
        "longest": np.array(longest),
    }
    np.savez(content, **table, formula=np.array(_FORMULA), stamp=_stamp(folder))
    write_whole(folder / _TABLE, content.getvalue(), durable=False)


def _kept(images: NDArray[np.float32], folder: Path) -> Compact | None:
    """None when they are not there, damaged, or by another formula."""
    try:
        with (folder / _TABLE).open("rb") as stream, np.load(stream, allow_pickle=False) as there:
            if int(there["formula"]) != _FORMULA or there["stamp"].tolist() != _stamp(folder).tolist():
                return None
            table = {field.name: there[field.name] for field in fields(Compact) if field.name != "codes"}
        codes = np.load(folder / _CODES, mmap_mode="r")
    except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError, SyntaxError, zipfile.BadZipFile, zlib.error):
        return None
    dimension = images.shape[1]
    shapes = {"offset": (dimension,), "step": (dimension,), "covariance": (dimension, dimension), "lost": (), "longest": ()}
    if codes.shape != images.shape or codes.dtype != np.int8 or any(table[name].shape != shape for name, shape in shapes.items()):
        return None
    rows = slice(None, None, max(1, len(images) // _CHECKED))
    with few_rows(codes, images):
        if not np.array_equal(codes[rows], _codes(images[rows], table["offset"], table["step"])):
            return None
    lost, longest = (float(table[name]) for name in ("lost", "longest"))
    return Compact(codes, table["offset"], table["step"], table["covariance"], lost, longest)


def _codes(rows: NDArray[np.float32], offset: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.int8]:
    return np.clip(np.rint((rows - offset) / step), -_LARGEST, _LARGEST).astype(np.int8)


def _blocks(rows: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _stamp(folder: Path) -> NDArray[np.int64]:
    """Size and time of writing of the codes."""
    status = (folder / _CODES).stat()
    return np.array([status.st_size, status.st_mtime_ns], dtype=np.int64)
