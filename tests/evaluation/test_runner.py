"""Conversations over a list of targets: written as they end, not run twice, the same as in one go."""

from __future__ import annotations

import _thread
import itertools
import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dying_evaluation
import pytest
from dir_tir.errors import BrokenReply, InputError
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.methods import METHODS, Method
from dir_tir.evaluation.report.summary import Ran, summarise
from dir_tir.evaluation.runner import read_tasks, run, untimed
from dir_tir.graph.config import Config
from dir_tir.store.pictures import content_id
from fakes import FakeLanguageModel, FakePainter, plausible
from PIL import Image

if TYPE_CHECKING:
    from fakes import FakeToolbox

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


def test_a_run_that_was_cut_off_goes_on_and_ends_as_one_in_one_go(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, "red") for id_ in toolbox.search.ids[:3]]
    whole = run(tasks, CONFIG, tmp_path / "whole" / "run" / "dir-tir.jsonl", lambda _: toolbox)
    lines = (tmp_path / "whole" / "run" / "dir-tir.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "cut" / "run").mkdir(parents=True)
    (tmp_path / "cut" / "run" / "dir-tir.jsonl").write_text(lines[0] + lines[1][:50])
    resumed: list[Config] = []
    again = run(tasks, CONFIG, tmp_path / "cut" / "run" / "dir-tir.jsonl", lambda config: resumed.append(config) or toolbox)
    assert [untimed(c) for c in again] == [untimed(c) for c in whole]
    assert {config.target for config in resumed} == {task.target for task in tasks[1:]}
    assert len((tmp_path / "cut" / "run" / "dir-tir.jsonl").read_text().splitlines()) == 3


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_as_one_that_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    died = subprocess.run([sys.executable, dying_evaluation.__file__, str(tmp_path)], check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    file = tmp_path / "run" / "dir-tir.jsonl"
    assert len(file.read_text().splitlines()) == 3
    toolbox = dying_evaluation.toolbox_in(tmp_path)
    tasks = dying_evaluation.tasks_for(toolbox)
    resumed = run(tasks, dying_evaluation.CONFIG, file, lambda _: toolbox)
    whole = run(tasks, dying_evaluation.CONFIG, tmp_path / "whole" / "dir-tir.jsonl", lambda _: toolbox)
    assert [untimed(c) for c in resumed] == [untimed(c) for c in whole]
    assert [untimed(json.loads(line)) for line in file.read_text().splitlines()] == [untimed(c) for c in whole]


def test_conversations_held_at_once_are_those_held_one_after_the_other(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:12]]
    one_by_one = run(tasks, CONFIG, tmp_path / "one" / "run" / "dir-tir.jsonl", lambda _: toolbox)
    at_once = run(tasks, CONFIG, tmp_path / "many" / "run" / "dir-tir.jsonl", lambda _: toolbox, at_once=6)
    assert [untimed(c) for c in at_once] == [untimed(c) for c in one_by_one]
    written = [json.loads(line) for line in (tmp_path / "many" / "run" / "dir-tir.jsonl").read_text().splitlines()]
    assert [line["target"] for line in written] == [task.target for task in tasks]


def test_the_summary_holds_the_run_as_it_was_and_every_other_share(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:8]]
    conversations = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox)
    summary = summarise([Ran("dir-tir", CONFIG, conversations)])
    curves = {method["method"]: method["rounds"] for method in summary["methods"]}
    assert [row["round"] for row in curves["dir-tir"]] == [0, 1, 2]
    for number, row in enumerate(curves["dir-tir"]):
        shown = [any(r["id"] == c["target"] for r in c["rounds"][number]["results"]) for c in conversations]
        assert row["recall@10"]["value"] == sum(shown) / 8
        alone = [toolbox.search.ranks_by_text(c["rounds"][number]["description"], [c["target"]])[0] for c in conversations]
        assert curves["drm"][number]["mean_rank"]["value"] == sum(alone) / 8
    assert curves["7:3"] == curves["dir-tir"]  # which is what was run
    assert curves["irm"] != curves["drm"]
    seconds = summary["methods"][0]["seconds"]
    assert seconds["all"] >= seconds["own"] > 0
    calls = summary["methods"][0]["calls"]
    asked = {what: round(8 * 2 * mean) for what, mean in calls.items()}  # in two rounds of eight conversations
    assert len(toolbox.llm.history) == sum(asked[what] for what in ("questions", "verdicts", "rewrites", "new prompts"))
    assert len(toolbox.painter.history) == asked["paintings"] == 16
    assert len(toolbox.user.history) == asked["answers"] + asked["comparisons"]


@pytest.mark.parametrize(("clicks", "answers"), [("alone", 0), ("also", 2)])
def test_the_clicks_of_the_simulated_user_are_counted_beside_its_answers(
    tmp_path: Path, toolbox: FakeToolbox, clicks: Any, answers: int
) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:4]]
    config = replace(CONFIG, max_rounds=3, clicks=clicks, exclude_shown=True)
    summary = summarise([Ran("dir-tir", config, run(tasks, config, tmp_path / "run.jsonl", lambda _: toolbox))])
    reached = {method["method"]: method["to_reach"] for method in summary["methods"]}
    assert ("sum" in reached) == (clicks == "also")  # where nothing is painted all fusions are alike
    for method in ("dir-tir", "slots+hubs", "paging"):  # after three rounds all of the gallery's forty pictures were shown
        rounds = reached[method]["round"]
        assert reached[method]["clicks"] == rounds
        assert reached[method]["answers"] == (0 if method == "paging" else answers * rounds)
    assert summary["methods"][0]["calls"]["results compared"] == 10
    assert reached["paging"]["seconds"] == 0 < reached["dir-tir"]["seconds"]


def test_a_conversation_that_fails_is_named_and_counted_and_the_others_go_on(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(toolbox.search.ids[0], "red"), Task("not-in-the-gallery", "blue"), Task(toolbox.search.ids[1], "green")]
    conversations = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox, at_once=2)
    summary = summarise([Ran("dir-tir", CONFIG, conversations)])
    (failed,) = summary["failed"]
    assert failed["target"] == "not-in-the-gallery"
    assert "holds no picture" in failed["error"]
    both = [c["rounds"][0]["ranks"]["dir-tir"] for c in conversations if "rounds" in c]
    assert summary["methods"][0]["rounds"][0]["mean_rank"]["value"] == sum(both) / 2
    with pytest.raises(InputError, match="no conversation came to its end; the first one said: the gallery holds no picture"):
        summarise([Ran("dir-tir", CONFIG, conversations[1:2])])
    raw = run(tasks, CONFIG, tmp_path / "raw.jsonl", lambda _: toolbox, method="zs")
    both_ways = summarise([Ran("dir-tir", CONFIG, conversations[1:2]), Ran("zs", CONFIG, raw)])
    assert [method["method"] for method in both_ways["methods"]] == ["zs", "paging"]
    assert [each["method"] for each in both_ways["failed"]] == ["dir-tir", "zs"]


@pytest.mark.parametrize("at_once", [1, 3])
def test_two_descriptions_of_one_picture_are_two_conversations_with_paintings_of_their_own(
    tmp_path: Path, toolbox: FakeToolbox, at_once: int
) -> None:
    target = toolbox.search.ids[0]
    tasks = [Task(target, "red"), Task(target, "a dark one"), Task(target, "red")]
    found = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox, at_once=at_once)
    assert [c["rounds"][0]["description"] for c in found] == ["red", "a dark one", "red"]
    assert len((tmp_path / "run.jsonl").read_text().splitlines()) == 3
    folders = {Path(record["painting"]["path"]).parent for c in found for record in c["rounds"][1:]}
    assert len(folders) == 3
    assert run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: pytest.fail("it is there already")) == found


def test_whatever_ends_a_conversation_is_tried_again_when_the_run_is_continued(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, "red") for id_ in toolbox.search.ids[:3]]

    class Panic(BaseException):
        """As bindings to Rust raise it: no Exception."""

    painted = iter([Panic("unwrapped\nNone")])

    def fail_once() -> None:
        for error in painted:
            raise error

    failing = replace(toolbox, painter=FakePainter(before=fail_once))
    first = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: failing)
    assert [c.get("error") for c in first] == ["the painting failed: Panic: unwrapped None", None, None]
    assert "in fail_once" in first[0]["traceback"]  # where it came from
    held: list[Config] = []
    again = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda config: held.append(config) or toolbox)
    assert not any("error" in c for c in again)
    assert {config.target for config in held} == {tasks[0].target}
    assert len((tmp_path / "run.jsonl").read_text().splitlines()) == 3


def test_replies_that_stay_broken_are_counted_by_reason(tmp_path: Path, toolbox: FakeToolbox) -> None:
    def broken_rewrites(prompt: str) -> str:
        if "exactly this one word" in prompt or "Reply with the question alone" in prompt:
            return plausible(prompt)
        raise BrokenReply("the model said nothing in 3 tries")

    mute = replace(toolbox, llm=FakeLanguageModel(broken_rewrites))
    conversations = run([Task(toolbox.search.ids[0], "red")], CONFIG, tmp_path / "run.jsonl", lambda _: mute)
    summary = summarise([Ran("dir-tir", CONFIG, conversations)])
    (broken,) = summary["broken"]
    assert (broken["reason"], broken["replies"]) == (
        "the model said nothing in 3 tries",
        4,
    )  # a rewrite and a re-prompt in each of two rounds
    assert summary["failed"] == []


def test_targets_are_drawn_by_seed_and_bad_lines_are_named(tmp_path: Path) -> None:
    for number in range(5):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}.png")
    file = tmp_path / "descriptions.jsonl"
    file.write_text("".join(json.dumps({"image": f"{n}.png", "description": f"number {n}"}) + "\n" for n in range(5)))
    tasks = read_tasks(file, 3, seed=1)
    assert tasks == read_tasks(file, 3, seed=1) != read_tasks(file, 3, seed=2)
    assert all(task.target == content_id(tmp_path / f"{task.description[-1]}.png") for task in tasks)
    with pytest.raises(InputError, match="describes 5 pictures, 6 targets"):
        read_tasks(file, 6, seed=0)
    file.write_text('{"image": "gone.png", "description": "x"}\n')
    with pytest.raises(InputError, match="line 1"):
        read_tasks(file, 1, seed=0)


def test_a_method_that_came_later_is_read_off_a_run_that_is_there(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, "red") for id_ in toolbox.search.ids[:2]]
    before = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox)
    last = Method("last of all", read_from="dir-tir", rank=lambda reading: len(reading.scores.text))
    METHODS.add("last", last)
    try:
        mute = replace(toolbox, llm=FakeLanguageModel([]))  # nothing is asked again
        after = run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: mute)
    finally:
        METHODS.remove("last")
    assert [record["ranks"]["last"] for c in after for record in c["rounds"]] == [40] * 6
    for one, other in zip(before, after, strict=True):
        assert [{**r, "ranks": {**r["ranks"], "last": 40}} for r in one["rounds"]] == other["rounds"]


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_interrupted_run_finishes_its_steps_and_goes_on_from_there(tmp_path: Path, toolbox: FakeToolbox, at_once: int) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:5]]
    config = replace(CONFIG, max_rounds=4)
    whole = run(tasks, config, tmp_path / "whole" / "run" / "dir-tir.jsonl", lambda _: toolbox, at_once=at_once)
    paintings = itertools.count(1)

    def interrupt() -> None:
        if next(paintings) == 7:
            _thread.interrupt_main()  # as Ctrl-C does, and SIGTERM

    stopped = replace(toolbox, llm=FakeLanguageModel(plausible), painter=FakePainter(before=interrupt))
    file = tmp_path / "cut" / "run" / "dir-tir.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(tasks, config, file, lambda _: stopped, at_once=at_once)
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    assert any("interrupted" in line.get("error", "") for line in kept)
    resumed = replace(toolbox, llm=FakeLanguageModel(plausible), painter=FakePainter())
    again = run(tasks, config, file, lambda _: resumed, at_once=at_once)
    assert [untimed(c) for c in again] == [untimed(c) for c in whole]
    assert len(stopped.painter.history) + len(resumed.painter.history) <= 5 * 4 + at_once  # a step that was cut off is made again
    assert [path.name for path in file.parent.iterdir()] == ["dir-tir.jsonl"]
