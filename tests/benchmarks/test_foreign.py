"""The bench judges rightly; and, where its model is installed, ten prompts of it go through every node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.benchmarks.foreign.asking import kept_facts, parts
from dir_tir.benchmarks.foreign.conversing import Counted, spoken, transcripts, whole
from dir_tir.benchmarks.foreign.reading import read_question
from dir_tir.benchmarks.foreign.weights import converted, lacking
from dir_tir.miniature.world.questions import Question
from dir_tir.prompts.library import PromptLibrary
from fakes import FakeLanguageModel, RecordingSearch
from given import given
from states import proposed, record, said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("What is on the left?", Question("content", "left")),
        ("What is in the centre of the picture?", Question("content", "middle")),
        ("What colour are the ships?", Question("colour", "boat")),
        ("How many cats are there on the left?", Question("count", "cat")),
        ("How many people are there?", None),
        ("Where is the kitten?", Question("position", "cat", several=False)),
        ("Where is the picture?", Question("place")),
        ("What time of day is it in the city?", Question("time")),
        ("What is the weather like on the beach?", Question("weather")),
        ("Is there a tent on the right?", Question("presence", "tent", several=False)),
        ("Is there a white person?", None),
        ("What is the scene?", None),
        ("What colour is it", None),
    ],
)
def test_a_question_is_read_as_the_world_knows_it(text: str, question: Question | None) -> None:
    assert read_question(text) == question


def test_facts_are_counted_by_their_stems_and_what_was_denied_may_go() -> None:
    assert kept_facts("two red boats, a cat", "a red boat", "", "A kite.") == (2, 4)
    assert kept_facts("two red boats, a cat", "two red boats", "Is there a cat?", "No.") == (3, 3)


def test_every_figure_of_the_parts_is_that_of_the_real_nodes() -> None:
    llm = FakeLanguageModel(lambda _: "What is on the left?")
    checks = {check.check: check for check in parts(llm, PromptLibrary.load("paper"), RecordingSearch(), 4)}
    assert checks["question well formed, at the first try"].value == 1.0
    assert checks["filter: a question that is open stands"].value == 0.0  # it never said that it is uncertain
    assert checks["rewrite: facts kept"].value == 1.0  # such replies are turned down
    assert checks["re-prompt: everything that was said is there"].value == 0.0


def test_the_figures_of_conversations_are_those_of_their_records() -> None:
    tries = [proposed("Nice.", "not_a_question"), proposed("What is on the left?")]
    good = record(1, question="What is on the left?", tries=tries, answer=said("A cat."), description="a boat, a cat", ranks={})
    bad = record(2, description="cat cat cat", prompt="a boat", ranks={})
    rounds = [record(0, ranks={}), good, bad]
    for each, own, paging in zip(rounds, (30, 4, 40), (30, 20, 10), strict=True):
        each["ranks"] = {"dir-tir": own, "paging": paging}
    found = [{"image": "a.png", "rounds": rounds}]
    checks = {check.check.partition(", and")[0]: check for check in whole(found, calls=12, seconds=3.0)}
    assert checks["rounds with a valid question"].value == 0.5
    assert checks["calls of the language model a round"].value == 6.0
    assert checks["degenerate descriptions and prompts"].value == 0.25
    assert checks["facts of the description kept"].value == 2 / 3
    assert [checks[f"Hits@10 at round {number}"].value for number in range(3)] == [0.0, 1.0, 1.0]
    assert [checks[f"Hits@10 at round {number}"].bar for number in range(3)] == [None, 0.0, 1.0]
    assert "“Nice.” (not_a_question); “What is on the left?”" in transcripts(found, 10)


def test_the_miniatures_vision_model_keeps_its_own_prompts() -> None:
    mixed = spoken("compact")
    assert mixed.render("answer", question="Where?") == "Where?"
    assert mixed.asking("ask_without_candidates", description="", dialogue="", rejected="").form.begins


@pytest.mark.skipif(bool(lacking()), reason=lacking())
def test_ten_prompts_of_a_foreign_model_come_back_in_form(tmp_path: Path) -> None:
    from dir_tir.tools.models.kinds.transformers_llm import TransformersLanguageModel
    from dir_tir.tools.models.transformers_loading import TransformersOptions

    folder = converted(tmp_path / "smollm2")
    options = TransformersOptions(path=str(folder), dtype="bfloat16", generation={"max_new_tokens": 24, "do_sample": False})
    llm = Counted(TransformersLanguageModel(options, given(folder)))
    prompts = PromptLibrary.load("compact")
    known = {"description": "a boat on a lake", "dialogue": "none", "rejected": "none"}
    asked = {prompts.asking("ask_without_candidates", **known).reply(llm, number=number) for number in range(8)}
    assert len(asked) == 8
    assert all(question.endswith("?") for question in asked)
    judged = prompts.asking("filter_uncertain", description="a boat on a lake", dialogue="none", question="What is on the left?")
    assert judged.reply(llm) in ("Uncertain", "Known")
    added = prompts.asking("rewrite", description="", ruled_out="", dialogue="", question="What is on the left?", answer="Two white cats.")
    assert {"two", "white", "cats"} <= set(added.reply(llm).split())
    assert llm.calls.total() == 10
