"""Every method is a setting of the one graph, or a reading of its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.methods import known_methods, methods_to_run, settings_of
from dir_tir.evaluation.report.summary import ranks_of
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from dir_tir.store.gallery.hubs import Hubs
from dir_tir.store.pictures import content_id
from dir_tir.tools.fusion import FUSIONS
from dir_tir.tools.search import Search
from fakes import FakeEncoder, FakeMatcher
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fakes import FakeToolbox
    from numpy.typing import NDArray

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


def _some_hubs(count: int) -> Hubs:
    """Of so few pictures, crowding says next to nothing."""
    return Hubs(np.random.default_rng(0).normal(size=count).astype(np.float32), "bank", 200)


def test_a_method_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"no method 'zz': choose of dir-tir, drm, irm, plugir, zs, ft, paging, 9:1, .*, dar"):
        methods_to_run(CONFIG, ["dir-tir", "zz"])


def test_what_can_be_read_off_a_run_is_not_run_again() -> None:
    assert list(methods_to_run(CONFIG, ["zs", "drm", "dar"])) == ["zs", "dir-tir"]
    assert list(methods_to_run(CONFIG, ["drm", "zs", "dir-tir", "irm"])) == ["zs", "dir-tir"]
    assert list(methods_to_run(CONFIG, ["ft", "zs"])) == list(methods_to_run(CONFIG, ["ft"])) == ["zs"]
    assert list(methods_to_run(CONFIG, ["4:6", "dar"])) == ["dir-tir"]
    alone = methods_to_run(CONFIG, ["drm"])
    assert list(alone) == ["drm"]
    assert (alone["drm"].dialog_num, alone["drm"].image_num) == (10, 0)


def test_without_an_encoder_tuned_on_dialogues_nothing_can_be_read_by_one() -> None:
    with pytest.raises(InputError, match="ft needs what profile 'laptop' lacks: dialogue_encoder"):
        methods_to_run(replace(CONFIG, profile="laptop"), ["ft"])


def test_what_was_shown_is_passed_over_in_what_is_read_off_too() -> None:
    passing = replace(CONFIG, exclude_shown=True)
    assert list(methods_to_run(passing, ["dir-tir", "dar", "sum", "9:1", "paging"])) == ["dir-tir"]
    assert list(methods_to_run(passing, ["ft"])) == ["zs"]
    assert list(methods_to_run(CONFIG, ["sum+exclude-shown", "newest"])) == ["dir-tir"]
    alone = methods_to_run(passing, ["sum+exclude-shown"])  # every method is one with it, so the name is no other's reading
    assert (alone["sum+exclude-shown"].fusion, alone["sum+exclude-shown"].exclude_shown) == ("sum", True)


def test_where_hubs_are_corrected_they_are_in_what_is_read_off_too(tmp_path: Path, toolbox: FakeToolbox) -> None:
    toolbox.search.hubs = _some_hubs(len(toolbox.search))
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]
    plain = ranks_of(run(tasks, CONFIG, tmp_path / "plain.jsonl", lambda _: toolbox))
    config = methods_to_run(replace(CONFIG, hubs=True), ["dir-tir", "sum", "paging"])["dir-tir"]
    corrected = ranks_of(run(tasks, config, tmp_path / "corrected.jsonl", lambda _: toolbox))
    assert corrected["dir-tir"].tolist() == plain["slots+hubs"].tolist()
    assert corrected["sum"].tolist() == plain["sum+hubs"].tolist()
    assert corrected["sum+exclude-shown"].tolist() == plain["sum+hubs+exclude-shown"].tolist()
    assert corrected["paging"][:, 0].tolist() == corrected["drm"][:, 0].tolist() != plain["paging"][:, 0].tolist()
    assert not any("+hubs" in name for name in corrected)


def test_pages_do_not_repeat_what_was_shown_and_missed(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = replace(CONFIG, exclude_shown=True)
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "run.jsonl", lambda _: toolbox)
    shown = [result["id"] for record in conversation["rounds"] for result in record["results"]]
    assert len(set(shown)) == len(shown) == 30
    assert not any(name.endswith("+exclude-shown") for name in ranks_of([conversation]))


@pytest.mark.parametrize("more", ["+exclude-shown", "+hubs", "+hubs+exclude-shown"])
def test_what_is_read_off_with_hubs_or_what_was_shown_is_what_running_it_gives(tmp_path: Path, toolbox: FakeToolbox, more: str) -> None:
    toolbox.search.hubs = _some_hubs(len(toolbox.search))
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]
    read = ranks_of(run(tasks, CONFIG, tmp_path / "free.jsonl", lambda _: toolbox))
    for fusion in FUSIONS:
        name = fusion + more
        own = run(tasks, settings_of(CONFIG, name), tmp_path / f"{fusion}.jsonl", lambda _: toolbox, method=name)
        assert read[name].tolist() != read.get(fusion, read["dir-tir"]).tolist()
        assert ranks_of(own)[name].tolist() == read[name].tolist()
        for conversation, ranks in zip(own, read[name].tolist(), strict=True):
            for record, rank in zip(conversation["rounds"], ranks, strict=True):
                page = [result["id"] for result in record["results"]]
                assert (page.index(conversation["target"]) + 1 if conversation["target"] in page else 11) == min(rank, 11)
                if rank <= 10:
                    break  # it is found, and nothing more is missed


def test_what_the_matching_head_makes_of_a_run_is_read_off_only_where_it_is_asked_for(tmp_path: Path, toolbox: FakeToolbox) -> None:
    encoder = FakeMatcher(rerank=15)
    toolbox = replace(toolbox, search=Search(encoder, toolbox.search.vectors))
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:3]]
    plain = ranks_of(run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox))
    assert not any("+rerank" in name for name in plain) and not encoder.matched
    asked = ["slots+rerank", "sum+hubs+exclude-shown+rerank"]
    read = ranks_of(run(tasks, CONFIG, tmp_path / "run.jsonl", lambda _: toolbox, asked=asked))  # the same run, and nothing is said again
    assert [name for name in read if "+rerank" in name] == asked
    assert {name: read[name].tolist() for name in plain} == {name: ranks.tolist() for name, ranks in plain.items()}
    for name in asked:
        config = settings_of(CONFIG, name)
        own = run(tasks, config, tmp_path / f"{name[:5]}.jsonl", lambda _: toolbox, method=name)
        assert ranks_of(own)[name].tolist() == read[name].tolist()
        assert read[name].tolist() != read[name.removesuffix("+rerank") if "+hubs" in name else "dir-tir"].tolist()


def test_without_a_matching_head_nothing_is_ordered_by_one() -> None:
    with pytest.raises(InputError, match=r"^slots\+rerank needs what profile 'miniature' lacks: rerank$"):
        methods_to_run(CONFIG, ["slots+rerank"])
    with pytest.raises(InputError, match=r"^there is no matching head to rerank with: profile 'miniature' has no `rerank` [^\n]+$"):
        methods_to_run(replace(CONFIG, rerank=True), ["dir-tir"])


def test_paging_is_read_off_every_run_and_goes_down_the_first_order_ten_at_a_time(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:12]]
    conversations = run(tasks, settings_of(CONFIG, "zs"), tmp_path / "zs.jsonl", lambda _: toolbox, method="zs")
    for conversation, ranks in zip(conversations, ranks_of(conversations)["paging"].tolist(), strict=True):
        first = toolbox.search.ranks_by_text(conversation["description"], [conversation["target"]])[0]
        assert ranks == [first, first - 10 if first > 10 else first, first - 20 if first > 20 else first - 10 if first > 10 else first]
    assert methods_to_run(CONFIG, ["paging", "zs"]).keys() == {"zs"}
    assert methods_to_run(CONFIG, ["paging"]).keys() == {"dir-tir"}


def test_plugir_chooses_of_five_questions_and_paints_nothing(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = methods_to_run(CONFIG, ["plugir"])["plugir"]
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "plugir.jsonl", lambda _: toolbox)
    for record in conversation["rounds"][1:]:
        assert [attempt["reason"] for attempt in record["tries"]] == ["another_chosen"] * 4 + [""]
        assert record["candidates"] and record["question"] and not record["painting"]


def test_raw_dialogue_asks_without_candidates_and_joins_what_was_said(tmp_path: Path, toolbox: FakeToolbox) -> None:
    config = methods_to_run(CONFIG, ["zs"])["zs"]
    (conversation,) = run([Task(toolbox.search.ids[3], "red")], config, tmp_path / "zs.jsonl", lambda _: toolbox, method="zs")
    first, second = conversation["rounds"][1:]
    assert first["description"] == f"red, {first['question']} {first['answer']['text']}"
    assert second["description"].startswith(first["description"])
    assert not any(record["candidates"] or record["painting"] for record in conversation["rounds"])
    assert list(ranks_of([conversation])) == ["zs", "paging"]


def test_the_tuned_encoder_reads_what_raw_dialogue_said(tmp_path: Path, toolbox: FakeToolbox) -> None:
    class Sighted(FakeEncoder):
        """Whose text tower makes of any dialogue what the picture tower makes of the first target."""

        def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.repeat(self.encode_images([Image.new("RGB", (8, 8), (0, 0, 0))]), len(texts), axis=0)

    first = content_id(tmp_path / "000.png")
    tasks = [Task(first, "black"), Task(content_id(tmp_path / "001.png"), "nearly black")]
    config = methods_to_run(CONFIG, ["ft"])["zs"]
    tuned = toolbox.search.read_by(Sighted())
    conversations = run(tasks, config, tmp_path / "zs.jsonl", lambda _: toolbox, method="zs", tuned=tuned)
    read = ranks_of(conversations)
    assert list(read) == ["zs", "ft", "paging"]
    assert read["ft"].tolist() == [[1, 1, 1], tuned.ranks_by_text("any", [tasks[1].target]) * 3]
    assert read["zs"].tolist() != read["ft"].tolist()


def test_what_is_read_off_a_run_is_what_running_it_gives(tmp_path: Path, toolbox: FakeToolbox) -> None:
    tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:6]]
    read = ranks_of(run(tasks, CONFIG, tmp_path / "one.jsonl", lambda _: toolbox))
    assert {"dir-tir", "drm", "irm", "dar", "9:1", "1:9"} <= read.keys()
    assert read["7:3"].tolist() == read["dir-tir"].tolist()
    for name in ("4:6", "drm", "dar"):
        conversations = run(tasks, settings_of(CONFIG, name), tmp_path / f"{name}.jsonl", lambda _: toolbox, method=name)
        assert ranks_of(conversations)[name].tolist() == read[name].tolist()
        for conversation, ranks in zip(conversations, read[name].tolist(), strict=True):
            for record, rank in zip(conversation["rounds"], ranks, strict=True):
                page = [result["id"] for result in record["results"]]
                assert page.index(conversation["target"]) + 1 == rank if conversation["target"] in page else rank > 10


def test_every_fusion_is_a_method_of_its_name() -> None:
    for name, fusion in FUSIONS.items():
        if name != "slots":  # whose shares are methods
            assert known_methods()[name].label == fusion.label
            assert settings_of(CONFIG, name).fusion == name
