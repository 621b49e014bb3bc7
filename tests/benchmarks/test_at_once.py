"""What a benchmark says of the two ways to hold the same conversations."""

from __future__ import annotations

from dir_tir.benchmarks.at_once import Pass, format_passes

TOOLS = {"search": 1.0, "llm": 2.0, "painter": 3.0, "user": 4.0}
ROUND = {"round": 1, "painting": {"path": "/somewhere/round-01.png"}, "seconds": {"dialog": {"own": 1.0}}}


def test_the_ratio_is_that_of_the_seconds_and_all_is_accounted_for() -> None:
    here = [{"target": "a", "rounds": [ROUND]}]
    there = [{"target": "a", "rounds": [{**ROUND, "painting": {"path": "/elsewhere/round-01.png"}, "seconds": {}}]}]
    one, many = Pass(30.0, 20.0, TOOLS, here), Pass(8.0, 11.0, TOOLS, there)
    *table, verdict = format_passes(one, many, count=2, rounds=5, at_once=2)
    assert "3.75 times as fast" in verdict
    assert "the same word for word" in verdict
    assert ["everything", "else", "1.000", "0.100"] in [line.split() for line in table]
    other = [{"target": "a", "rounds": [{**ROUND, "round": 2}]}]
    assert "NOT the same" in format_passes(one, Pass(8.0, 11.0, TOOLS, other), count=2, rounds=5, at_once=2)[-1]
