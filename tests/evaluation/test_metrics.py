"""The curves, by hand."""

from dir_tir.evaluation.metrics import hits, recall

FOUND = [[False, True, False], [False, False, False], [True, True, True], [False, False, True]]


def test_recall_counts_each_round_for_itself() -> None:
    assert recall(FOUND) == [0.25, 0.5, 0.5]


def test_a_hit_once_is_a_hit_in_every_later_round() -> None:
    assert hits(FOUND) == [0.25, 0.5, 0.75]
