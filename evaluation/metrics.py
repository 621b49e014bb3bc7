"""The figures of a run, each per round and with a 95 % interval: Wilson's for shares of conversations, a bootstrap's for the rest.

Everything is computed from ``ranks``, (conversations, rounds 0 … n): where the target stands, from 1, in the order of that round. The table
`METRICS` is the only place that names them: tables, CSV, curves, page, comparison and replay read it. Another package adds one by an entry
point of the group ``dir_tir.metrics``:

    METRICS.add("top3", Metric("Top 3", lambda ranks: ranks <= 3, percent=True))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contracts import PAGE
from ..registry import Registry

Ranks = NDArray[np.int64]

RESAMPLES = 1000
_TAILS = (0.025, 0.975)
_Z = 1.959964  # of the normal distribution, at the same tails


@dataclass(frozen=True)
class Metric:
    """A figure: of each conversation and round by ``of``, then over the conversations by ``over``."""

    title: str
    of: Callable[[Ranks], NDArray[Any]]  # (conversations, rounds) → the same shape; NaN where there is none
    over: Callable[..., Any] = np.mean  # with an `axis`; two runs are compared by figures that are means
    means: str = ""  # in words, for whoever reads the table
    percent: bool = False  # a share, printed in per cent
    decimals: int = 2
    lower_is_better: bool = False
    drawn: bool = False  # has panels of its own among the curves

    def format(self, value: float, *, signed: bool = False) -> str:
        """The number alone, without a unit."""
        return f"{100 * value if self.percent else value:{'+' if signed else ''}.{self.decimals}f}"

    def format_with_interval(self, figure: dict[str, float], *, signed: bool = False) -> str:
        """The value and its interval."""
        value, low, high = (self.format(figure[part], signed=signed) for part in ("value", "low", "high"))
        between = " " if signed else "-"
        return f"{value}{' %' if self.percent else ''} ({low}{between}{high})"


METRICS: Registry[Metric] = Registry("metric", "dir_tir.metrics")


def hits(ranks: Ranks) -> NDArray[np.float64]:
    """Hits@10 of each conversation and round, 0 or 1: among the ten in that round or any before; never falls (section 4.1)."""
    return np.maximum.accumulate(recall(ranks), axis=1)


def recall(ranks: Ranks) -> NDArray[np.float64]:
    """Recall@10 of each conversation and round, 0 or 1: among the ten in that very round. Elsewhere called Success@10 (section 4.1)."""
    return (ranks <= PAGE).astype(np.float64)


def bri(ranks: Ranks) -> NDArray[np.float64]:
    """Best log Rank Integral of each conversation up to each round (PlugIR; natural logarithm, lower is better); NaN for round 0.

    With π_t the best rank up to round t: (1/2T)·log(π_0·π_T) + (1/T)·Σ log π_t over t = 1 … T-1.
    """
    logs = np.log(np.minimum.accumulate(ranks, axis=1))
    rounds = np.arange(1, ranks.shape[1])
    between = np.cumsum(logs[:, 1:], axis=1) - logs[:, 1:]
    later = ((logs[:, :1] + logs[:, 1:]) / 2 + between) / rounds
    return np.concatenate([np.full((len(ranks), 1), np.nan), later], axis=1)


METRICS.add(
    "hits@10",
    Metric("Hits@10", hits, means="the target was among the ten in this round or any before", percent=True, decimals=1, drawn=True),
)
METRICS.add(
    "recall@10",
    Metric(
        "Recall@10",
        recall,
        means="the target is among the ten in this very round (also called Success@10)",
        percent=True,
        decimals=1,
        drawn=True,
    ),
)
METRICS.add("mrr", Metric("MRR", lambda ranks: 1 / ranks, means="mean of one divided by the target's rank in this round"))
METRICS.add("bri", Metric("BRI", bri, means="area below the logarithm of the best rank so far, by rounds (PlugIR)", lower_is_better=True))
METRICS.add(
    "mean_rank", Metric("Mean rank", lambda ranks: ranks, means="of the target in this round, from 1", decimals=1, lower_is_better=True)
)
METRICS.add(
    "median_rank",
    Metric("Median rank", lambda ranks: ranks, np.median, means="of the target in this round, from 1", decimals=1, lower_is_better=True),
)


def definitions() -> list[str]:
    """A line for each metric: what it means and which way is better."""
    return [
        f"{metric.title}: {metric.means}; {'lower' if metric.lower_is_better else 'higher'} is better"
        for metric in METRICS.values()
        if metric.means
    ]


def first_hits(ranks: Ranks) -> list[int | None]:
    """The first round in which each conversation's target is among the ten, or nothing."""
    return [int(np.argmax(found)) if found.any() else None for found in ranks <= PAGE]


def figures(ranks: Ranks, seed: int = 0) -> list[dict[str, Any]]:
    """A row for each round: ``{"round", "hits@10": {"value", "low", "high"}, …}`` with 95 % intervals over conversations."""
    return _rows({name: _figure(metric, _values(metric, ranks), seed) for name, metric in METRICS.items()})


def differences(one: Ranks, other: Ranks, seed: int = 0) -> list[dict[str, Any]]:
    """Rows as of `figures`, of each metric that is a mean: that of ``one`` minus that of ``other``, target by target.

    Both are (conversations, rounds) over the same targets in the same order. Raises ValueError when they cannot be.
    """
    if one.shape != other.shape:
        raise ValueError(f"two runs to be compared need the same targets and rounds; got {one.shape} and {other.shape}")
    means = {name: metric for name, metric in METRICS.items() if metric.over is np.mean}
    apart = {name: _values(metric, one) - _values(metric, other) for name, metric in means.items()}
    return _rows({name: _bootstrapped(values, np.mean, seed) for name, values in apart.items()})


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``count`` (1927): that of 6 of 6 is 61 to 100 %, where a bootstrap would say 100 to 100."""
    middle = share + _Z**2 / (2 * count)
    aside = _Z * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    low, high = ((middle + sign * aside) / (1 + _Z**2 / count) for sign in (-1, 1))
    return min(float(low), share), max(float(high), share)  # at 0 and 1 rounding would push the ends past the share itself


def _values(metric: Metric, ranks: Ranks) -> NDArray[np.float64]:
    return np.asarray(metric.of(ranks), dtype=np.float64)


def _rows(columns: dict[str, list[dict[str, float]]]) -> list[dict[str, Any]]:
    """Figures by metric as figures by round; what there is none of is left out."""
    rounds = len(next(iter(columns.values())))
    return [
        {"round": number} | {name: column[number] for name, column in columns.items() if not np.isnan(column[number]["value"])}
        for number in range(rounds)
    ]


def _figure(metric: Metric, values: NDArray[np.float64], seed: int) -> list[dict[str, float]]:
    if metric.over is np.mean and np.isin(values, (0, 1)).all():
        shares = values.mean(axis=0).tolist()
        return [dict(zip(("value", "low", "high"), (share, *wilson(share, len(values))), strict=True)) for share in shares]
    return _bootstrapped(values, metric.over, seed)


def _bootstrapped(values: NDArray[np.float64], statistic: Any, seed: int) -> list[dict[str, float]]:
    """Statistic over the first axis with its percentile interval; for a single conversation the interval is the value itself."""
    drawn, times = _resamples(len(values), seed)
    mean = statistic is np.mean
    resampled = times @ values / len(values) if mean else np.stack([statistic(values[rows], axis=0) for rows in drawn])
    low, high = np.quantile(resampled, _TAILS, axis=0)
    value = statistic(values, axis=0)
    return [{"value": float(v), "low": float(a), "high": float(b)} for v, a, b in zip(value, low, high, strict=True)]


@lru_cache(maxsize=2)
def _resamples(count: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Conversations drawn with replacement, (resamples, count), and how often each was, (resamples, count)."""
    drawn = np.random.default_rng(seed).integers(0, count, (RESAMPLES, count))
    times = np.stack([np.bincount(rows, minlength=count) for rows in drawn]).astype(np.float64)
    return drawn, times
