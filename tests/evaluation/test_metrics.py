"""The figures by hand, and beside another implementation."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from dir_tir.evaluation.metrics import METRICS, bri, definitions, differences, figures, first_hits, hits, recall, wilson
from ir_measures import RR, Qrel, ScoredDoc, Success
from scipy.stats import binomtest, bootstrap

RANKS = np.array([[40, 10, 11], [30, 20, 12], [1, 1, 2], [500, 90, 3]])


def test_recall_counts_each_round_for_itself() -> None:
    assert recall(RANKS).mean(0).tolist() == [0.25, 0.5, 0.5]


def test_a_hit_once_is_a_hit_in_every_later_round() -> None:
    assert hits(RANKS).mean(0).tolist() == [0.25, 0.5, 0.75]
    assert first_hits(RANKS) == [1, None, 0, 2]


def test_bri_by_hand() -> None:
    # Best ranks so far of the first conversation: 40, 10, 10.
    first = bri(RANKS)[0]
    assert math.isnan(first[0])
    assert first[1] == pytest.approx(0.5 * math.log(40 * 10))
    assert first[2] == pytest.approx(0.25 * math.log(40 * 10) + 0.5 * math.log(10))
    assert bri(np.ones((1, 11), dtype=np.int64))[0, 1:].tolist() == [0.0] * 10


def test_success_and_reciprocal_rank_agree_with_ir_measures() -> None:
    rows = figures(RANKS)
    qrels = [Qrel(str(c), "target", 1) for c in range(len(RANKS))]
    for number, row in enumerate(rows):
        run = [
            ScoredDoc(str(c), "target" if place == rank else f"other {place}", -float(place))
            for c, rank in enumerate(RANKS[:, number])
            for place in range(1, 601)
        ]
        theirs = ir_measures.calc_aggregate([Success @ 10, RR], qrels, run)
        assert row["recall@10"]["value"] == pytest.approx(theirs[Success @ 10])
        assert row["mrr"]["value"] == pytest.approx(theirs[RR])


def test_every_figure_lies_in_its_interval_and_the_same_seed_gives_the_same() -> None:
    ranks = np.random.default_rng(1).geometric(0.1, size=(60, 4))
    rows = figures(ranks)
    assert rows == figures(ranks)
    assert rows != figures(ranks, seed=1)
    assert [set(row) - set(rows[0]) for row in rows] == [set(), {"bri"}, {"bri"}, {"bri"}]
    for row in rows:
        assert all(f["low"] <= f["value"] <= f["high"] for name, f in row.items() if name != "round")
    assert rows[0]["mean_rank"]["high"] - rows[0]["mean_rank"]["low"] == pytest.approx(4 * 9.5 / 60**0.5, rel=0.4)
    assert rows[-1]["median_rank"]["value"] == np.median(ranks[:, -1])


def test_shares_have_intervals_of_wilsons_and_the_rest_of_a_bootstrap() -> None:
    low, high = wilson(0.25, 40)
    theirs = binomtest(10, 40).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-6)
    (row,) = figures(np.ones((6, 1), dtype=np.int64))
    assert row["hits@10"] == {"value": 1.0, "low": pytest.approx(0.61, abs=0.001), "high": 1.0}  # six of six are not all there are
    assert figures(np.full((6, 1), 11))[0]["recall@10"] == {"value": 0.0, "low": 0.0, "high": pytest.approx(0.39, abs=0.001)}
    ranks = np.random.default_rng(2).geometric(0.05, size=(80, 3))
    theirs = bootstrap((1 / ranks,), np.mean, n_resamples=1000, method="percentile", rng=0).confidence_interval
    assert [row["mrr"]["low"] for row in figures(ranks)] == pytest.approx(theirs.low.tolist(), rel=0.08)
    assert [row["mrr"]["high"] for row in figures(ranks)] == pytest.approx(theirs.high.tolist(), rel=0.08)


def test_of_one_conversation_a_mean_has_no_width() -> None:
    (row,) = figures(RANKS[:1, :1])
    assert row["mean_rank"] == {"value": 40.0, "low": 40.0, "high": 40.0}
    assert row["recall@10"]["high"] > 0.7


def test_every_metric_of_ours_is_defined() -> None:
    assert len(definitions()) == len(METRICS)
    assert definitions()[0] == "Hits@10: the target was among the ten in this round or any before; higher is better"


def test_two_runs_on_the_same_targets_are_compared_target_by_target() -> None:
    rows = differences(RANKS // 3 + 1, RANKS)
    assert [row["recall@10"]["value"] for row in rows] == pytest.approx((recall(RANKS // 3 + 1) - recall(RANKS)).mean(0))
    assert all(row["mean_rank"]["value"] < 0 for row in rows)
    assert not any("median_rank" in row for row in rows)  # the difference of two medians is not the median of the differences
    assert {figure["high"] for row in differences(RANKS, RANKS) for name, figure in row.items() if name != "round"} == {0.0}
    with pytest.raises(ValueError, match="the same targets and rounds"):
        differences(RANKS, RANKS[:2])
