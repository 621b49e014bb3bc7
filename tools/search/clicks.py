"""What a click on the nearest of a page says of every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..fusion.order import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHT = 0.3  # of the log-likelihood, in standard deviations of the scores that it is added to
SHARPNESS = 2.0  # how surely the nearest of a page is the one clicked, in standard deviations of the likeness


def evidence(likeness: NDArray[np.float32], clicked: int) -> NDArray[np.float32]:
    """How well each picture of the gallery explains a click: (n,), in standard deviations of a list's scores, at most 0.

    ``likeness``, (k, n), has the cosines of the k pictures of a page with every picture, and the one at ``clicked`` was said to be nearest
    to what is looked for. Were it picture i, the k-th of the page would be clicked with the probability softmax over the page of
    cos(x_k, x_i) / τ, τ being half the standard deviation of these cosines; the weight is on its logarithm. This is PicHunter's model of
    a user (Cox and others, IEEE Transactions on Image Processing 9, 2000). Clicks on several pages add up.
    """
    scaled = SHARPNESS * likeness / spread(likeness)
    scaled = scaled - scaled.max(axis=0)
    found: NDArray[np.float32] = WEIGHT * (scaled[clicked] - np.log(np.exp(scaled).sum(axis=0)))
    return found
