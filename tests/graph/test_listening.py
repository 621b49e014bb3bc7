"""What a person rules out, through the whole graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakeToolbox, plausible
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

THREAD: Any = {"configurable": {"thread_id": "talk"}}
DENYING: Any = {"description": "a boat on the meadow, no rain"}


def _graph(tmp_path: Path, first: str | Exception) -> ConversationGraph:
    def says(prompt: str) -> str:
        if "What does the picture show?" not in prompt:
            return plausible(prompt)
        if isinstance(first, Exception):
            raise first
        return first

    toolbox = FakeToolbox(llm=FakeLanguageModel(says), user=Person(Paintings(tmp_path)), paintings=Paintings(tmp_path))
    return build_graph(lambda _: toolbox, InMemorySaver())


@pytest.mark.parametrize("first", ["a boat on the meadow\nNot: rain", "a boat on the meadow in the rain", RuntimeError("gone")])
def test_a_first_description_is_searched_without_what_it_rules_out(first: str | Exception, tmp_path: Path) -> None:
    state = _graph(tmp_path, first).invoke(DENYING, THREAD)
    (record,) = state["rounds"]
    assert (record["description"], record["prompt"]) == ("a boat on the meadow", "a boat on the meadow")
    assert (record["ruled_out"], record["ruled_out_of_prompt"]) == (["rain"], ["rain"])
    written = {"by": "model", "faults": []} if first == "a boat on the meadow\nNot: rain" else {"by": "kept"}
    assert record["description_written"].items() >= written.items()
    assert [note.partition(":")[0] for note in record["notes"]] == (["language_model_failed"] if isinstance(first, Exception) else [])


def test_what_answers_and_differences_rule_out_is_in_the_record_of_their_round(tmp_path: Path) -> None:
    graph = _graph(tmp_path, "")
    opening: Any = {"description": "a boat"}
    stops = graph.invoke(opening, THREAD)["__interrupt__"]
    said = {"question": "There are no trees.", "difference": "it should not be snowy"}
    resumed: Any = Command(resume={stop.id: said[stop.value["kind"]] for stop in stops})
    record = graph.invoke(resumed, THREAD)["rounds"][-1]
    assert record["ruled_out"] == ["trees"]
    assert record["ruled_out_of_prompt"] == ["snowy"]
    again = graph.invoke(Command(resume={stop.id: {"skip": True} for stop in graph.get_state(THREAD).interrupts}), THREAD)["rounds"][-1]
    assert again["ruled_out"] == ["trees"]  # it stays so
