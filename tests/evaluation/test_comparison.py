"""Two runs are compared on the targets that both came to an end with."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.comparison import compare, format_comparison
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from dir_tir.store.home import Home

if TYPE_CHECKING:
    from fakes import FakeToolbox

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


@pytest.fixture
def runs(tmp_path: Path, toolbox: FakeToolbox) -> list[Path]:
    """Two runs of dir-tir over eight targets, seven of them in common, with other first descriptions."""
    folders = []
    for name, word, targets in (("one", "red", toolbox.search.ids[:8]), ("other", "blue", [*toolbox.search.ids[1:8], "gone"])):
        folders.append(tmp_path / name)
        run([Task(id_, f"{word} {id_}") for id_ in targets], CONFIG, tmp_path / name / "dir-tir.jsonl", lambda _: toolbox)
        (tmp_path / name / "manifest.json").write_text(json.dumps({"setting": {"config": asdict(CONFIG)}, "also": []}))
    return folders


def test_the_difference_is_that_of_the_common_targets(runs: list[Path]) -> None:
    found = {each.one: each for each in compare(Home.of(), *map(str, runs))}
    assert {"dir-tir", "drm", "irm", "dar", "4:6"} <= found.keys()
    assert (found["dir-tir"].targets, found["dir-tir"].left_out) == (7, 1)
    ranks = []
    for folder in runs:
        lines = [json.loads(line) for line in (folder / "dir-tir.jsonl").read_text().splitlines()]
        ranks.append({line["target"]: [record["ranks"]["dir-tir"] for record in line["rounds"]] for line in lines if "rounds" in line})
    both = ranks[0].keys() & ranks[1].keys()
    by_hand = sum((ranks[0][t][1] <= 10) - (ranks[1][t][1] <= 10) for t in both) / 7
    row = found["dir-tir"].rounds[1]
    assert row["recall@10"]["value"] == pytest.approx(by_hand)
    assert row["recall@10"]["low"] <= by_hand <= row["recall@10"]["high"]
    assert "bri" in row and "bri" not in found["dir-tir"].rounds[0]


def test_runs_with_another_user_are_called_by_it(runs: list[Path]) -> None:
    (runs[1] / "manifest.json").write_text(json.dumps({"setting": {"config": asdict(replace(CONFIG, manner="clumsy"))}, "also": []}))
    found = compare(Home.of(), *map(str, runs))
    assert format_comparison(found[0])[0] == "dir-tir minus dir-tir, clumsy user, 7 targets, 1 left out"


def test_one_method_is_compared_with_another_and_a_run_with_itself_is_nothing_apart(runs: list[Path]) -> None:
    (found,) = compare(Home.of(), f"{runs[0]}:drm", f"{runs[1]}:irm")
    assert (found.one, found.other) == ("drm", "irm")
    (same,) = compare(Home.of(), f"{runs[0]}:drm", str(runs[0]))
    assert {row["mrr"]["value"] for row in same.rounds} == {0.0}
    first, head, *rows = format_comparison(same)
    assert first == "drm minus drm, 8 targets"
    assert head.split() == ["round", "Hits@10", "Recall@10", "MRR", "BRI", "Mean", "rank"]
    assert rows[1].split("  ")[-1].strip() == "+0.0 (+0.0 +0.0)"


def test_what_cannot_be_compared_is_said(runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no finished run: give the folder"):
        compare(Home.of(), str(tmp_path / "nowhere"), str(runs[0]))
    with pytest.raises(InputError, match="has no method 'zs': choose of dir-tir, drm"):
        compare(Home.of(), f"{runs[0]}:zs", str(runs[1]))
    lines = (runs[0] / "dir-tir.jsonl").read_text().replace('"target": "', '"target": "x')
    (runs[1] / "dir-tir.jsonl").write_text(lines)
    with pytest.raises(InputError, match="no target in common"):
        compare(Home.of(), *map(str, runs))
    (runs[1] / "dir-tir.jsonl").write_text('{"target": "a", "rounds": [{"rank": 1, "lists": {}}]}\n')
    with pytest.raises(InputError, match="was written by an earlier version of dir-tir"):
        compare(Home.of(), *map(str, runs))


def test_each_description_of_a_picture_is_compared_with_the_same_one_of_the_other_run(tmp_path: Path, toolbox: FakeToolbox) -> None:
    target = toolbox.search.ids[0]
    for name in ("one", "other"):
        tasks = [Task(target, "red"), Task(target, "dark"), Task(target, "wide")]
        run(tasks, CONFIG, tmp_path / name / "dir-tir.jsonl", lambda _: toolbox)
        (tmp_path / name / "manifest.json").write_text("{}")
    found = compare(Home.of(), str(tmp_path / "one"), str(tmp_path / "other"))
    assert {each.targets for each in found} == {3}
    assert {row["mean_rank"]["value"] for each in found for row in each.rounds} == {0.0}
