"""The figures of a run, each per round and with a bootstrap interval.

Everything is computed from ``ranks``, (conversations, rounds 0 … n): where the target stands, from 1, in the merged ranking of that round
(the ten first, then the dialog's order).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import DegenerateDataWarning, bootstrap

Ranks = NDArray[np.int64]

K = 10
RESAMPLES = 1000
_CONFIDENCE = 0.95


def hits(ranks: Ranks) -> NDArray[np.float64]:
    """Hits@10 of each conversation and round, 0 or 1: among the ten in that round or any before; never falls (section 4.1)."""
    return np.maximum.accumulate(recall(ranks), axis=1)


def recall(ranks: Ranks) -> NDArray[np.float64]:
    """Recall@10 of each conversation and round, 0 or 1: among the ten in that very round. Elsewhere called Success@10 (section 4.1)."""
    return (ranks <= K).astype(np.float64)


def bri(ranks: Ranks) -> NDArray[np.float64]:
    """Best log Rank Integral of each conversation up to each round (PlugIR; natural logarithm, lower is better); NaN for round 0.

    With π_t the best rank up to round t: (1/2T)·log(π_0·π_T) + (1/T)·Σ log π_t over t = 1 … T-1.
    """
    logs = np.log(np.minimum.accumulate(ranks, axis=1))
    rounds = np.arange(1, ranks.shape[1])
    between = np.cumsum(logs[:, 1:], axis=1) - logs[:, 1:]
    later = ((logs[:, :1] + logs[:, 1:]) / 2 + between) / rounds
    return np.concatenate([np.full((len(ranks), 1), np.nan), later], axis=1)


def first_hits(ranks: Ranks) -> list[int | None]:
    """The first round in which each conversation's target is among the ten, or nothing."""
    return [int(np.argmax(found)) if found.any() else None for found in ranks <= K]


def figures(ranks: Ranks, seed: int = 0) -> list[dict[str, Any]]:
    """A row for each round: ``{"round", "hits@10": {"value", "low", "high"}, …}`` with 95 % bootstrap intervals over conversations."""
    columns = {
        "hits@10": hits(ranks),
        "recall@10": recall(ranks),
        "mrr": 1 / ranks,
        "mean_rank": ranks.astype(np.float64),
        "bri": bri(ranks),
    }
    estimated = {name: _estimated(values, np.mean, seed) for name, values in columns.items()}
    estimated["median_rank"] = _estimated(columns["mean_rank"], np.median, seed)
    return [
        {"round": number} | {name: column[number] for name, column in estimated.items() if not np.isnan(column[number]["value"])}
        for number in range(ranks.shape[1])
    ]


def difference(one: NDArray[np.float64], other: NDArray[np.float64], seed: int = 0) -> list[dict[str, float]]:
    """Mean of ``one`` minus ``other`` per round, both (conversations, rounds) over the same targets in the same order, with intervals."""
    if one.shape != other.shape:
        raise ValueError(f"two runs to be compared need the same targets and rounds; got {one.shape} and {other.shape}")
    return _estimated(one - other, np.mean, seed)


def _estimated(values: NDArray[np.float64], statistic: Any, seed: int) -> list[dict[str, float]]:
    """Statistic over the first axis with its percentile interval; for a single conversation the interval is the value itself."""
    value = statistic(values, axis=0)
    low = high = value
    if len(values) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DegenerateDataWarning)  # all conversations alike: the interval is that value, and is right
            resampled = bootstrap(
                (values,), statistic, axis=0, n_resamples=RESAMPLES, batch=100, confidence_level=_CONFIDENCE, method="percentile", rng=seed
            )
        low, high = resampled.confidence_interval
    return [{"value": float(v), "low": float(a), "high": float(b)} for v, a, b in zip(value, low, high, strict=True)]
