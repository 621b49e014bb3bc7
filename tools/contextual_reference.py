"""Algorithm 1 of the paper: which few captions stand for the many pictures that fit a description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


ROUNDS = 10  # in the paper


def narrowed_size(size: int, round_number: int, schedule: str, max_rounds: int = ROUNDS) -> int:
    """How many pictures round `round_number` (from 1) looks at: N_r = N - (r - 1) * N / R for "linear", N for "constant".

    R is ten as in the paper, and more in a conversation of more rounds, so that the last one still has N / R to look at. Algorithm 1 takes
    the round as an input and never uses it; narrowing with the dialogue is our reading of it. At least one; a search clamps it to the
    gallery.
    """
    shrunk = size - (round_number - 1) * size // max(ROUNDS, max_rounds) if schedule == "linear" else size
    return max(1, shrunk)


def entropies(sources: NDArray[np.float32], images: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Lines 9-14: entropy (nats) of softmax(source . images / temperature), one for each of the n pictures.

    sources: (n, d) unit rows, the embedded captions (or, as a variant, the images themselves); images: (n, d) unit rows.
    In float64: without a temperature the entropies of 500 pictures differ by no more than 1e-5 to 3e-4.
    """
    logits = sources.astype(np.float64) @ images.astype(np.float64).T / temperature
    logits -= logits.max(axis=1, keepdims=True)
    weights = np.exp(logits)
    totals = weights.sum(axis=1)
    # H = log Z - sum(p * logit): never takes the logarithm of a probability that has underflowed to zero.
    return np.asarray(np.log(totals) - (weights * logits).sum(axis=1) / totals)


def divergence(before: NDArray[np.float32], after: NDArray[np.float32], temperature: float = 1.0) -> float:
    """Kullback-Leibler divergence (nats) of softmax(after / temperature) from softmax(before / temperature), both (n,) cosines.

    What PlugIR chooses a question by (Lee et al. 2024, section 3.3). In float64, for the same reason as the entropies.
    """
    one, other = (scores.astype(np.float64) / temperature for scores in (before, after))
    one -= np.logaddexp.reduce(one)
    other -= np.logaddexp.reduce(other)
    return float(np.exp(one) @ (one - other))


def clusters(images: NDArray[np.float32], seed: int, count: int) -> NDArray[np.int32]:
    """Line 15: the k-means cluster, K = min(count, n), of each of the (n, d) image embeddings, L2-normalised first."""
    if len(images) <= count:
        return np.arange(len(images), dtype=np.int32)
    from sklearn.cluster import KMeans  # half a second of import, which `--help` and drawing the graph do without

    unit = images / np.linalg.norm(images, axis=1, keepdims=True)
    labels = KMeans(n_clusters=count, n_init=1, random_state=seed).fit_predict(unit)
    return np.asarray(labels, dtype=np.int32)


def least_uncertain(labels: NDArray[np.int32], entropy: NDArray[np.float64]) -> list[int]:
    """Lines 16-24: of every cluster the index with the smallest entropy, best-ranked first.

    labels, entropy: (n,), in the order of the ranking. A tie goes to the better rank; a cluster without members gives nothing.
    """
    return sorted(int(members[np.argmin(entropy[members])]) for label in np.unique(labels) for members in [np.flatnonzero(labels == label)])


def contextual_reference(
    images: NDArray[np.float32], sources: NDArray[np.float32], seed: int, count: int, temperature: float = 1.0
) -> list[int]:
    """Algorithm 1 from line 9: indices of the representative pictures among the top N, best-ranked first.

    images, sources: (N, d) embeddings of the top-N pictures and of their captions, in the order of the ranking.
    """
    if len(images) == 0:
        return []
    return least_uncertain(clusters(images, seed, count), entropies(sources, images, temperature))
