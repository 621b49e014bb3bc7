"""Which words of a vocabulary a picture shows, by dot products alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEW = 10  # pictures of which the mean counts half: of fewer it is more of them than of what all pictures share
NONE = -1
_ROWS = 1024  # pictures at a time


def pursue(
    images: NDArray[np.float32], embedded: NDArray[np.float32], group_of: NDArray[np.intp], most: Sequence[int], least: float = 0.0
) -> NDArray[np.int32]:
    """The words of each picture, best first: (n, k) columns of the vocabulary, k being the sum of ``most``; `NONE` where there is no more.

    images: (n, d), of unit length. embedded: (v, d), what an encoder makes of each word. group_of: (v,), the group of each word.
    most: how many words a picture may have of each group. least: the part of the score of a picture's first word that a further one needs.

    A word that is near to every picture says nothing, and neither does what all words of a group share: from the pictures their mean is
    taken, from the words that of their group, as in SpLiCE (arXiv 2402.10376). Of n pictures the mean counts n / (n + 10). Then, as in
    matching pursuit, the nearest word is taken, what it says is taken from the picture, and the nearest to the rest is next: so that
    words which say the same do not stand beside each other. Both are of unit length, so scores are cosines with the whole picture.
    """
    picked = np.full((len(images), sum(most)), NONE, dtype=np.int32)
    if not len(images):
        return picked
    words = _of_unit_length(embedded - _group_means(embedded, group_of))
    likeness = words @ words.T
    mean = images.mean(axis=0, dtype=np.float64).astype(np.float32) * np.float32(len(images) / (len(images) + FEW))
    for start in range(0, len(images), _ROWS):
        some = _of_unit_length(images[start : start + _ROWS] - mean)
        picked[start : start + _ROWS] = _picked(some @ words.T, likeness, group_of, most, least)
    return picked


def _picked(
    scores: NDArray[np.float32], likeness: NDArray[np.float32], group_of: NDArray[np.intp], most: Sequence[int], least: float
) -> NDArray[np.int32]:
    """The same for the scores of some pictures, (m, v), which are used up."""
    rows = np.arange(len(scores))
    left = np.tile(np.asarray(most), (len(scores), 1))
    picked = np.full((len(scores), sum(most)), NONE, dtype=np.int32)
    enough = np.zeros(len(scores), dtype=np.float32)
    for step in range(picked.shape[1]):
        best = scores.argmax(axis=1)
        score = scores[rows, best]
        if step == 0:
            enough = np.maximum(least * score, 0)
        going = score > enough
        picked[going, step] = best[going]
        scores -= np.where(going, score, 0)[:, None] * likeness[best]
        scores[rows, best] = -np.inf
        left[rows, group_of[best]] -= 1
        for group in range(len(most)):
            full = np.flatnonzero(left[:, group] <= 0)
            scores[np.ix_(full, np.flatnonzero(group_of == group))] = -np.inf
        scores[~going] = -np.inf
    return picked


def _group_means(embedded: NDArray[np.float32], group_of: NDArray[np.intp]) -> NDArray[np.float32]:
    means = np.empty_like(embedded)
    for group in np.unique(group_of):
        means[group_of == group] = embedded[group_of == group].mean(axis=0)
    return means


def _of_unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
