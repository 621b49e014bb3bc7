"""What is ruled out ("no boats", "the cat is not red") takes from the scores of pictures that show it.

Encoders do not read "no": a text with "no boats" in it lies nearest to pictures of boats. So what is ruled out is a text of its own, and
how near a picture is to it counts against the picture. No word lists: it holds for whatever an encoder knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..fusion.order import spread, standardised

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHT = 1.0  # of what a picture shows of it, in standard deviations of the scores that it is taken from
THRESHOLD = 0.25  # standard deviations above the gallery's mean, below which a picture shows nothing of it
FAINT = 0.5  # of the spread of a description's cosines: where a text has that, half of what it says counts


def noun_of(ruled_out: str) -> str:
    """The last of several words, in English mostly what the others are said of: "cat" of "red cat". Nothing of a single word."""
    words = ruled_out.split()
    return words[-1] if len(words) > 1 else ""


def push(ruled_out: NDArray[np.float32], described: NDArray[np.float32], noun: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """By how much each picture falls, (n,): at most 0, in standard deviations of a list's scores.

    All are cosines of the gallery's n pictures: ``ruled_out`` with the text that is ruled out, ``described`` with the description,
    ``noun`` with the noun alone where the text has more words. z(·) is in standard deviations from the gallery's mean, σ(·) the deviation.

        s = min(z(ruled_out), z(ruled_out - noun))      a blue cat is near to "red cat" too, but hardly nearer than to "cat"
        e = s - max(mean(s·q), 0)·q, q = z(described)   what the description explains already is no sign of what is ruled out
        push = -k·max(e - 0.25, 0)                      with k = r⁴ / (r⁴ + 0.5⁴), r = σ(ruled_out) / σ(described)

    k is there for encoders that cannot see what a text says: its cosines then hardly differ, and what they differ by is noise.
    What all of this gains and what else was tried: docs/log/2026-11-28-ruling-out.md.
    """
    signs = standardised(ruled_out)
    if noun is not None:
        signs = np.minimum(signs, standardised(ruled_out - noun))
    fits = standardised(described)
    signs = signs - max(float((signs * fits).mean()), 0.0) * fits
    found: NDArray[np.float32] = np.float32(-WEIGHT * _heard(ruled_out, described)) * np.maximum(signs - np.float32(THRESHOLD), 0)
    return found


def _heard(ruled_out: NDArray[np.float32], described: NDArray[np.float32]) -> float:
    """How much of a text counts, from 0 to 1."""
    ratio = (spread(ruled_out) / spread(described)) ** 4
    return ratio / (ratio + FAINT**4)
