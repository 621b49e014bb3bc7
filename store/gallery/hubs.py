"""Hubs: pictures that are near to whatever is asked for. One number a picture, kept with the gallery, is taken from its scores.

The number is in standard deviations of cosines, so that it means the same with every encoder: 0 for an ordinary picture, higher the more of
a hub it is. It comes from a bank of captions (`from_bank`) or, without one, from the pictures alone (`from_crowding`).

A bank must never hold what is searched for: an evaluation whose first descriptions are captions of the gallery leaves these out. The same
input gives the same numbers to the last digit.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...contracts import unwatched
from ..writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ...contracts import StepProgress

SHARPNESS = 3.0  # of the mean over a bank, in standard deviations of its cosines: a scale of 25 where that is 0.12
NOISE = 0.3  # spread of the numbers, in standard deviations of cosines, at which half of each is left
ALIKE_CAPTIONS, ALIKE_PICTURES = 4.0, 5.0  # standard deviations above the mean cosine from which on two say or show almost the same,
SAME = 0.95  # at most this cosine
_FORMULA = 1  # another number, and what was kept is worked out anew
_FLAT = 1e-6  # a spread below this is none
FEW = 500  # pictures of which crowding counts half
ENOUGH = 200  # captions make a bank; with fewer the pictures' crowding says more
NEAREST = 16  # pictures that crowding is measured by
BANK, _PICTURES = 4096, 8192  # of a larger bank and a larger gallery so many, drawn with a seed, are looked at
_CELLS = 1 << 22  # cosines at a time: 16 MB


@dataclass(frozen=True)
class Hubs:
    """How much of a hub each picture of a gallery is, and what it was worked out from."""

    values: NDArray[np.float32]  # (n,)
    source: Literal["bank", "crowding"]
    captions: int = 0  # in the bank


def hubs_of(
    images: NDArray[np.float32],
    bank: NDArray[np.float32] | None = None,
    captions: NDArray[np.float32] | None = None,
    progress: StepProgress = unwatched,
) -> Hubs:
    """From a bank that is large enough, otherwise from crowding; `shrunk`. The arguments are those of `from_bank`.

    Crowding counts times n² / (n² + 500²): of few pictures, the sixteen nearest say little.
    """
    if bank is not None and len(bank) >= ENOUGH:
        return Hubs(shrunk(from_bank(images, bank, captions, progress)), "bank", len(bank))
    count = len(images)
    return Hubs(shrunk(from_crowding(images, progress)) * np.float32(count**2 / (count**2 + FEW**2)), "crowding")


def shrunk(hubs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The numbers times v / (v + 0.09), v being their variance: where pictures hardly differ in it there are no hubs, only noise.

    Of photos the numbers spread by 0.84 and keep 89 %; of postcards, where correction loses, by 0.15 and keep 21 %
    (docs/log/2026-11-25-ranking.md).
    """
    variance = float(hubs.var())
    return hubs * np.float32(variance / (variance + NOISE**2))


def from_bank(
    images: NDArray[np.float32],
    bank: NDArray[np.float32],
    captions: NDArray[np.float32] | None = None,
    progress: StepProgress = unwatched,
) -> NDArray[np.float32]:
    """How near each picture is to captions that say something else: the log-mean-exp of its cosines with them, (n,).

    h_i = log(mean over b of exp(β·cos(x_i, b))) / β, with β = 3 / (standard deviation of these cosines): nearest-neighbour normalisation
    (arXiv 2410.24114), and the denominator of QB-Norm's inverted softmax (arXiv 2112.12777). ``images`` is (n, d), ``bank`` (m, d), rows of
    unit length. ``captions``, (n, d), are what the pictures' own say, where the bank may hold them: a picture's own caption does not count,
    nor do those that say almost the same, or all pictures of a series would be hubs. A row that is no caption is like none.
    """
    bank = bank[drawn(len(bank), BANK)]
    deviation = _spread(_evenly(images, 1024) @ bank.T)
    if deviation <= _FLAT:
        return np.zeros(len(images), dtype=np.float32)
    same = None if captions is None else _alike(_evenly(bank, 1024) @ bank.T, ALIKE_CAPTIONS)
    found = np.empty(len(images), dtype=np.float32)
    for rows in _blocks(len(images), len(bank)):
        likeness = images[rows] @ bank.T
        likeness *= SHARPNESS / deviation
        if captions is not None and same is not None:
            likeness[captions[rows] @ bank.T > same] = -np.inf
        count, top = np.isfinite(likeness).sum(axis=1), likeness.max(axis=1)
        top[count == 0] = 0
        total = np.exp(np.subtract(likeness, top[:, None], out=likeness), out=likeness).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[rows] = (np.log(total / count) + top) / SHARPNESS
        progress(min(rows.stop, len(images)), len(images))
    return _centred(found)


def from_crowding(images: NDArray[np.float32], progress: StepProgress = unwatched) -> NDArray[np.float32]:
    """How near each picture is to the 16 pictures nearest to it: their mean cosine, (n,). ``images`` is (n, d), rows of unit length.

    Pictures that show almost the same are passed over: a series of shots is no hub. Of a gallery of more than 8,192 pictures the nearest
    among so many of them count, so that time grows with n and not with n².
    """
    if len(images) < 2:
        return np.zeros(len(images), dtype=np.float32)
    those = drawn(len(images), _PICTURES)
    others = images[those]
    column = np.full(len(images), -1)
    column[those] = np.arange(len(those))
    nearest = min(NEAREST, len(those) - 1)
    sample = _evenly(images, 1024) @ others.T
    deviation, same = _spread(sample), _alike(sample, ALIKE_PICTURES)
    if deviation <= _FLAT:
        return np.zeros(len(images), dtype=np.float32)
    found = np.empty(len(images), dtype=np.float32)
    for rows in _blocks(len(images), len(others)):
        likeness = images[rows] @ others.T
        own = column[rows]
        likeness[np.flatnonzero(own >= 0), own[own >= 0]] = -np.inf  # itself is no neighbour
        likeness[likeness > same] = -np.inf
        likeness.partition(len(others) - nearest, axis=1)
        near = likeness[:, -nearest:]
        counted = np.isfinite(near)
        with np.errstate(invalid="ignore"):
            found[rows] = np.where(counted, near, 0).sum(axis=1) / counted.sum(axis=1) / deviation
        progress(min(rows.stop, len(images)), len(images))
    return _centred(found)


def keep_hubs(file: Path, hubs: Hubs) -> None:
    """Write hubs down. Raises DiskFullError or OSError."""
    content = io.BytesIO()
    np.savez(content, values=hubs.values, source=np.array(hubs.source), captions=np.array(hubs.captions), formula=np.array(_FORMULA))
    write_whole(file, content.getvalue(), durable=False)


def kept_hubs(file: Path, count: int) -> Hubs | None:
    """What was written down for so many pictures; nothing when it is not there, damaged, or worked out by another formula."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as there:
            values, source, captions, formula = there["values"], str(there["source"]), int(there["captions"]), int(there["formula"])
    except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error):
        return None
    sound = formula == _FORMULA and values.shape == (count,) and values.dtype == np.float32 and bool(np.isfinite(values).all())
    return Hubs(values, "bank" if source == "bank" else "crowding", captions) if sound else None


def _centred(found: NDArray[np.float32]) -> NDArray[np.float32]:
    """With the mean taken off; a picture that nothing could be said of is an ordinary one."""
    known = np.isfinite(found)
    found -= found[known].mean() if known.any() else 0
    found[~known] = 0
    return found


def _alike(cosines: NDArray[np.float32], deviations: float) -> float:
    """The cosine above which two say or show almost the same."""
    return min(float(cosines.mean()) + deviations * _spread(cosines), SAME)


def _spread(cosines: NDArray[np.float32]) -> float:
    return max(float(cosines.std()), 1e-9)  # one may divide by it


def drawn(count: int, most: int) -> NDArray[np.intp]:
    """Which of so many are looked at: all, or so many of them, the same each time."""
    return np.arange(count) if count <= most else np.sort(np.random.default_rng(0).choice(count, most, replace=False))


def _evenly(rows: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    return rows[:: -(-len(rows) // most)]


def _blocks(count: int, width: int) -> Iterator[slice]:
    step = max(1, _CELLS // width)
    return (slice(start, start + step) for start in range(0, count, step))
