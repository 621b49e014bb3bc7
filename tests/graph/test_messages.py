"""A client that sends nothing but messages: the first is the description, later ones answer what the assistant asked last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.graph.config import Config
from dir_tir.nodes.hear import ENDED, HOW, WHAT
from dir_tir.nodes.say import USED_UP
from dir_tir.nodes.without_models import OPEN_QUESTION
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakeToolbox, RecordingSearch
from langgraph.checkpoint.memory import InMemorySaver

THREAD: Any = {"configurable": {"thread_id": "chat"}}
SERVER = "http://127.0.0.1:2024"


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConversationGraph:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    paintings = Paintings(tmp_path, SERVER)
    toolbox = FakeToolbox(search=RecordingSearch(150), user=Person(paintings), paintings=paintings)
    toolbox.search.gallery = "boats"
    return build_graph(lambda config: toolbox, InMemorySaver())


def _send(graph: ConversationGraph, text: str | list[dict[str, Any]], config: Config = Config()) -> str:  # noqa: B008
    """What the assistant says to a message."""
    message: Any = {"messages": [{"type": "human", "content": text}]}
    state = graph.invoke(message, THREAD, context=config)
    assert "__interrupt__" not in state
    said: str = state["messages"][-1].text
    return said if state["messages"][-1].type == "ai" else ""


def _state(graph: ConversationGraph) -> dict[str, Any]:
    return graph.get_state(THREAD).values


def test_a_round_is_a_question_then_a_painting_then_the_next_page(graph: ConversationGraph) -> None:
    first = _send(graph, "a boat")
    results = _state(graph)["rounds"][0]["results"]
    assert first.startswith(f"1\\. {results[0]['caption']}\n\n![number 1]({SERVER}/pictures/boats/{results[0]['id']}.webp)")
    assert first.count("![number") == 10
    assert first.endswith("?")

    second = _send(graph, "it is red")
    painting = Path(_state(graph)["painting"]["path"])
    assert second.startswith(f"![painting]({SERVER}/paintings/chat/{painting.name})\n\n")
    assert "/pictures/" not in second

    third = _send(graph, "the sea is missing")
    record = _state(graph)["rounds"][1]
    assert third.count("![number") == 10
    assert record["answer"] == {"text": "it is red", "accepted": None}
    assert record["critique"]["reply"] == {"text": "the sea is missing", "accepted": None}
    assert record["description"] != "a boat"
    assert record["prompt"] != "a boat"
    assert record["notes"] == []
    assert [message.type for message in _state(graph)["messages"]] == ["human", "ai"] * 3


def test_skipping_and_pointing_are_understood_as_in_the_terminal(graph: ConversationGraph) -> None:
    _send(graph, "a boat")
    _send(graph, "skip")
    assert _send(graph, "that's number 11").startswith("There is no number 11")
    said = _send(graph, "that's number 3")
    record = _state(graph)["rounds"][-1]
    assert record["accepted"] == _state(graph)["rounds"][0]["results"][2]["id"]
    assert said.startswith("Found, number 3:")
    assert _send(graph, "another one") == ENDED


def test_it_ends_when_the_rounds_are_used_up(graph: ConversationGraph) -> None:
    config = Config(max_rounds=1, image_num=0)
    _send(graph, "a boat", config)
    assert _send(graph, "it is red", config).endswith(USED_UP)
    assert len(_state(graph)["rounds"]) == 2


@pytest.mark.parametrize(("text", "said"), [("  ", "What does the picture show?"), ("x" * 501, "501 characters")])
def test_a_first_message_that_is_no_description_is_answered_in_words(graph: ConversationGraph, text: str, said: str) -> None:
    assert said in _send(graph, text)
    assert "?" in _send(graph, "a boat")
    assert _state(graph)["rounds"][0]["description"] == "a boat"


def test_a_message_in_parts_is_read_by_its_text(graph: ConversationGraph) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    assert "![number 10]" in _send(graph, [picture, {"type": "text", "text": "a boat"}])
    assert _state(graph)["rounds"][0]["description"] == "a boat"
    _send(graph, [{"type": "text", "text": "it is "}, {"type": "text", "text": "red"}])
    assert _state(graph)["answer"]["text"] == "it is red"


def test_where_nothing_is_left_to_ask_the_page_comes_with_an_open_question(tmp_path: Path) -> None:
    toolbox = FakeToolbox(llm=FakeLanguageModel(lambda _: "Nothing is left to ask."), user=Person(Paintings(tmp_path)))
    graph, config = build_graph(lambda config: toolbox, InMemorySaver()), Config(image_num=0, max_rounds=2)
    assert _send(graph, "a boat", config).endswith(OPEN_QUESTION)
    assert len(_state(graph)["rounds"]) == 1
    assert _send(graph, "it is red", config).endswith(OPEN_QUESTION)
    assert _send(graph, "skip", config).endswith(USED_UP)
    assert [record["answer"]["text"] for record in _state(graph)["rounds"]] == ["", "it is red", ""]


def test_a_picture_that_nobody_captioned_is_said_to_look_like_its_words(tmp_path: Path) -> None:
    search = RecordingSearch(caption=lambda _: "", words=["o*x"])
    graph = build_graph(lambda config: FakeToolbox(search=search, user=Person(Paintings(tmp_path))), InMemorySaver())
    assert _send(graph, "a boat", Config(image_num=0)).startswith("1\\. looks like: an o\\*x\n")


def test_a_caption_is_never_markup(tmp_path: Path) -> None:
    search = RecordingSearch(caption=lambda _: "![](http://evil/x.png) [here](http://evil) <b>\n# big")
    graph = build_graph(lambda config: FakeToolbox(search=search, user=Person(Paintings(tmp_path))), InMemorySaver())
    said = _send(graph, "a boat", Config(image_num=0))
    assert said.startswith("1\\. \\!\\[\\](http://evil/x.png) \\[here\\](http://evil) \\<b\\> \\# big")


def test_who_resumes_leaves_no_message_in_the_state(graph: ConversationGraph) -> None:
    graph.invoke({"description": "a boat"}, THREAD, context=Config())
    assert not _state(graph).get("messages")
    assert {stop.value["kind"] for stop in graph.get_state(THREAD).interrupts} == {"question", "difference"}
    # Who then writes a message instead is asked again by messages.
    assert _send(graph, "it is red").endswith("?")


def test_a_message_that_points_at_a_number_brings_the_next_page_at_once(graph: ConversationGraph) -> None:
    _send(graph, "a boat")
    third = _state(graph)["rounds"][0]["results"][2]["id"]
    assert _send(graph, "more 3").count("![number") == 10
    record = _state(graph)["rounds"][1]
    assert (record["answer"]["more_like"], record["critique"]) == ([third], None)


def test_who_asks_a_chat_client_for_help_gets_it_and_may_edit_what_is_understood(graph: ConversationGraph) -> None:
    assert _send(graph, "help") == WHAT
    _send(graph, "a boat")
    assert _send(graph, " ? ") == HOW
    _send(graph, "edit a red duck")
    record = _state(graph)["rounds"][1]
    assert (record["description"], record["description_written"]["by"], record["answer"]["text"]) == ("a red duck", "person", "")
    _send(graph, "it swims")
    assert _send(graph, "Help") == HOW  # while the painting is asked about
    _send(graph, "edit painting a duck in fog")
    assert (_state(graph)["rounds"][2]["prompt"], _state(graph)["rounds"][2]["answer"]["text"]) == ("a duck in fog", "it swims")
