"""Hubs: pictures that are near to whatever is asked for. One number a picture, worked out once, is taken from its scores.

The number is in standard deviations of cosines, so that it means the same with every encoder: 0 for an ordinary picture, higher the more of
a hub it is. It comes from a bank of captions (`from_bank`) or, without one, from the pictures alone (`from_crowding`).

A bank must never hold what is searched for: an evaluation whose first descriptions are the captions of the gallery takes other captions, or
none. Everything here is pure, and repeats itself to the last digit for the same input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fusion.order import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .fusion import Scores

WEIGHT = 0.75  # of a hub, in standard deviations of the scores that it is taken from
SHARPNESS = 3.0  # of the mean over a bank, in standard deviations of its cosines: a scale of 25 where that is 0.12
ENOUGH = 200  # captions make a bank; with fewer the pictures' crowding says more
NEAREST = 16  # pictures that crowding is measured by
_BANK, _PICTURES = 4096, 8192  # of a larger bank and a larger gallery so many, drawn with a seed, are looked at
_CELLS = 1 << 22  # cosines at a time: 16 MB


def hubs_of(images: NDArray[np.float32], bank: NDArray[np.float32] | None = None) -> tuple[NDArray[np.float32], str]:
    """(n,) from a bank that is large enough, otherwise from crowding; and which of the two: "bank" or "crowding"."""
    if bank is not None and len(bank) >= ENOUGH:
        return from_bank(images, bank), "bank"
    return from_crowding(images), "crowding"


def from_bank(images: NDArray[np.float32], bank: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near each picture is to captions that are not its own: the log-mean-exp of its cosines with them, (n,).

    h_i = log(mean over b of exp(β·cos(x_i, b))) / β, with β = 3 / (standard deviation of these cosines): nearest-neighbour normalisation
    (arXiv 2410.24114), and the denominator of QB-Norm's inverted softmax (arXiv 2112.12777). ``images`` is (n, d), ``bank`` (m, d), rows of
    unit length.
    """
    bank = _some(bank, _BANK)
    deviation = spread(_evenly(images, 1024) @ bank.T)
    found = np.empty(len(images), dtype=np.float32)
    for rows in _blocks(len(images), len(bank)):
        likeness = images[rows] @ bank.T
        likeness *= SHARPNESS / deviation
        top = likeness.max(axis=1)
        likeness -= top[:, None]
        found[rows] = (np.log(np.exp(likeness, out=likeness).mean(axis=1)) + top) / SHARPNESS
    return _centred(found)


def from_crowding(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near each picture is to the 16 pictures nearest to it: their mean cosine, (n,). ``images`` is (n, d), rows of unit length.

    Of a gallery of more than 8,192 pictures the nearest among so many of them count, so that time grows with n and not with n².
    """
    if len(images) < 2:
        return np.zeros(len(images), dtype=np.float32)
    drawn = _drawn(len(images), _PICTURES)
    others = images[drawn]
    column = np.full(len(images), -1)
    column[drawn] = np.arange(len(drawn))
    nearest = min(NEAREST, len(drawn) - 1)
    deviation = spread(_evenly(images, 1024) @ others.T)
    found = np.empty(len(images), dtype=np.float32)
    for rows in _blocks(len(images), len(others)):
        likeness = images[rows] @ others.T
        own = column[rows]
        likeness[np.flatnonzero(own >= 0), own[own >= 0]] = -np.inf  # itself is no neighbour
        likeness.partition(len(others) - nearest, axis=1)
        found[rows] = likeness[:, -nearest:].mean(axis=1) / deviation
    return _centred(found)


def corrected(scores: Scores, hubs: NDArray[np.float32]) -> Scores:
    """The scores less 0.75 of the hubs, in every list by its own spread over the gallery."""
    return scores.moved(-WEIGHT * hubs)


def _centred(found: NDArray[np.float32]) -> NDArray[np.float32]:
    found -= found.mean()
    return found


def _some(rows: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    return rows[_drawn(len(rows), most)]


def _drawn(count: int, most: int) -> NDArray[np.intp]:
    return np.arange(count) if count <= most else np.sort(np.random.default_rng(0).choice(count, most, replace=False))


def _evenly(rows: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    return rows[:: -(-len(rows) // most)]


def _blocks(count: int, width: int) -> Iterator[slice]:
    step = max(1, _CELLS // width)
    return (slice(start, start + step) for start in range(0, count, step))
