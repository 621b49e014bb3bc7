"""Every method is a setting of the one graph, or a reading of its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.methods import configs, ranks_of
from dir_tir.evaluation.runner import Task, run
from dir_tir.graph.config import Config

if TYPE_CHECKING:
    from pathlib import Path

    from fakes import FakeToolbox

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


def test_a_method_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match="no method 'zz': choose of dir-tir, zs"):
        configs(CONFIG, ["dir-tir", "zz"])


def test_raw_dialogue_asks_without_candidates_and_joins_what_was_said(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = configs(CONFIG, ["zs"])["zs"]
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "zs.jsonl", resolve=lambda _: toolbox)
    first, second = conversation["rounds"][1:]
    assert first["description"] == f"red, {first['question']} {first['answer']['text']}"
    assert second["description"].startswith(first["description"])
    assert not any(record["candidates"] or record["painting"] for record in conversation["rounds"])
    assert list(ranks_of("zs", config, [conversation])) == ["zs"]


def test_what_is_read_off_a_run_is_what_running_it_gives(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]
    read = ranks_of("dir-tir", CONFIG, run(tasks, CONFIG, tmp_path / "one.jsonl", resolve=lambda _: toolbox))
    for name, share in (("4:6", 4), ("drm", 10)):
        config = Config(gallery="colours", max_rounds=2, related_size=20, dialog_num=share, image_num=10 - share)
        conversations = run(tasks, config, tmp_path / f"{share}.jsonl", resolve=lambda _: toolbox)
        assert ranks_of("dir-tir", config, conversations)["dir-tir"].tolist() == read[name].tolist()
    text, picture = (toolbox.search._text("red"), toolbox.search._image(str(tmp_path / "007.png")))
    scores = toolbox.search._matrix.images @ (0.8 * text + 0.2 * picture)
    best = toolbox.search.ids[int(scores.argmax())]
    assert toolbox.search.ranks_fused("red", str(tmp_path / "007.png"), 0.8, [best]) == [1]
