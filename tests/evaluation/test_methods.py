"""Every method is a setting of the one graph, or a reading of its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.methods import configs, ranks_of
from dir_tir.evaluation.runner import Task, run
from dir_tir.graph.config import Config
from dir_tir.store.pictures import content_id
from fakes import FakeEncoder
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fakes import FakeToolbox
    from numpy.typing import NDArray

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


def test_a_method_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match="no method 'zz': choose of dir-tir, zs, plugir, drm, irm, ft, 9:1"):
        configs(CONFIG, ["dir-tir", "zz"])


def test_what_can_be_read_off_a_run_is_not_run_again() -> None:
    assert list(configs(CONFIG, ["zs", "drm", "dar"])) == ["dir-tir", "zs"]
    assert list(configs(CONFIG, ["drm", "zs", "dir-tir", "irm"])) == ["zs", "dir-tir"]
    assert list(configs(CONFIG, ["ft", "zs"])) == list(configs(CONFIG, ["ft"])) == ["zs"]
    alone = configs(CONFIG, ["drm"])
    assert list(alone) == ["drm"]
    assert (alone["drm"].dialog_num, alone["drm"].image_num) == (10, 0)


def test_without_an_encoder_tuned_on_dialogues_nothing_can_be_read_by_one() -> None:
    with pytest.raises(InputError, match=r"ft needs an encoder that is tuned on dialogues: profile 'laptop' has no \[dialogue_encoder\]"):
        configs(replace(CONFIG, profile="laptop"), ["ft"])


def test_where_shown_pictures_are_passed_over_only_runs_as_they_were_count() -> None:
    passing = replace(CONFIG, exclude_shown=True)
    assert list(configs(passing, ["dir-tir", "drm", "irm"])) == ["dir-tir", "drm", "irm"]
    with pytest.raises(InputError, match="dar is read off a run in which nothing is passed over"):
        configs(passing, ["dir-tir", "dar"])


def test_pages_do_not_repeat_what_was_shown_and_missed(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = replace(CONFIG, exclude_shown=True)
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "run.jsonl", lambda _: toolbox)
    shown = [result["id"] for record in conversation["rounds"] for result in record["results"]]
    assert len(set(shown)) == len(shown) == 30
    assert list(ranks_of("dir-tir", config, [conversation])) == ["dir-tir"]


def test_plugir_chooses_of_five_questions_and_paints_nothing(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = configs(CONFIG, ["plugir"])["plugir"]
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "plugir.jsonl", lambda _: toolbox)
    for record in conversation["rounds"][1:]:
        assert [attempt["reason"] for attempt in record["tries"]] == ["another_chosen"] * 4 + [""]
        assert record["candidates"] and record["question"] and not record["painting"]


def test_raw_dialogue_asks_without_candidates_and_joins_what_was_said(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = configs(CONFIG, ["zs"])["zs"]
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "zs.jsonl", lambda _: toolbox)
    first, second = conversation["rounds"][1:]
    assert first["description"] == f"red, {first['question']} {first['answer']['text']}"
    assert second["description"].startswith(first["description"])
    assert not any(record["candidates"] or record["painting"] for record in conversation["rounds"])
    assert list(ranks_of("zs", config, [conversation])) == ["zs"]


def test_the_tuned_encoder_reads_what_raw_dialogue_said(tmp_path: Path, toolbox: FakeToolbox) -> None:
    class Sighted(FakeEncoder):
        """Whose text tower makes of any dialogue what the picture tower makes of the first target."""

        def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.repeat(self.encode_images([Image.new("RGB", (8, 8), (0, 0, 0))]), len(texts), axis=0)

    first = content_id(tmp_path / "000.png")
    tasks = [Task(first, "black"), Task(content_id(tmp_path / "001.png"), "nearly black")]
    config = configs(CONFIG, ["ft"])["zs"]
    tuned = toolbox.search.read_by(Sighted())
    conversations = run(tasks, config, tmp_path / "zs.jsonl", lambda _: toolbox, tuned=tuned)
    read = ranks_of("zs", config, conversations)
    assert list(read) == ["zs", "ft"]
    assert read["ft"].tolist() == [[1, 1, 1], tuned.ranks_by_text("any", [tasks[1].target]) * 3]
    assert read["zs"].tolist() != read["ft"].tolist()


def test_what_is_read_off_a_run_is_what_running_it_gives(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]
    read = ranks_of("dir-tir", CONFIG, run(tasks, CONFIG, tmp_path / "one.jsonl", lambda _: toolbox))
    for name, share in (("4:6", 4), ("drm", 10)):
        config = Config(gallery="colours", max_rounds=2, related_size=20, dialog_num=share, image_num=10 - share)
        conversations = run(tasks, config, tmp_path / f"{share}.jsonl", lambda _: toolbox)
        assert ranks_of("dir-tir", config, conversations)["dir-tir"].tolist() == read[name].tolist()
    by_text, by_image = (toolbox.search.by_text("red", 40), toolbox.search.by_image(str(tmp_path / "007.png"), 40))
    added = {hit["id"]: 0.8 * hit["score"] for hit in by_text}
    for hit in by_image:
        added[hit["id"]] += 0.2 * hit["score"]
    best = max(added, key=added.__getitem__)
    assert toolbox.search.ranks_fused("red", str(tmp_path / "007.png"), 0.8, [best]) == [1]
