"""Whole conversations over fakes: what a turn does, in which order, and what it leaves behind."""

from __future__ import annotations

import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import BrokenReply, ProfileError
from dir_tir.graph.build import ConversationGraph, build_graph
from dir_tir.graph.config import Config
from dir_tir.nodes.without_models import OPEN_QUESTION
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, FakeUser, RecordingSearch, plausible
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

PERSON = Person(Paintings(Path("unseen")))  # links to no painting
THREAD: Any = {"configurable": {"thread_id": "talk"}}
OPENING: Any = {"description": "a boat"}
SIMULATED = Config(user="simulated", target="x")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))


def _toolbox(**changes: Any) -> FakeToolbox:
    return FakeToolbox(**{"search": RecordingSearch(size=150), **changes})


def _graph(toolbox: FakeToolbox) -> ConversationGraph:
    return build_graph(lambda config: toolbox, InMemorySaver())


def _rounds(toolbox: FakeToolbox, config: Config = SIMULATED) -> list[Any]:
    rounds: list[Any] = _graph(toolbox).invoke(OPENING, THREAD, context=config)["rounds"]
    return rounds


def test_ten_rounds_with_the_simulated_user() -> None:
    search, painter, user = RecordingSearch(), FakePainter(), FakeUser()
    rounds = _rounds(_toolbox(search=search, painter=painter, user=user))
    assert [record["round"] for record in rounds] == list(range(11))
    assert all(len({result["id"] for result in record["results"]}) == 10 for record in rounds)
    assert [record["notes"] for record in rounds] == [[]] * 11
    assert sorted({entry[0] for entry in user.history}) == ["answer", "compare"]
    assert len(user.history) == 20
    assert json.loads(json.dumps(rounds)) == rounds


def test_the_prompt_of_a_painting_holds_the_differences_of_the_round_before() -> None:
    rounds = _rounds(_toolbox(), Config(user="simulated", target="x", max_rounds=3))
    assert rounds[1]["painting"]["prompt"] == "a boat"
    for before, record in itertools.pairwise(rounds[1:]):
        assert record["painting"]["prompt"] == before["prompt"] != before["painting"]["prompt"]


def test_the_image_list_of_a_round_is_searched_with_the_painting_of_that_round() -> None:
    search = RecordingSearch()
    rounds = _rounds(_toolbox(search=search), Config(user="simulated", target="x", max_rounds=3))
    assert [asked for kind, asked, _ in search.history if kind == "image"] == [record["painting"]["path"] for record in rounds[1:]]
    # The description is searched for when its round ends, and again when the next begins: the same text, so the same embedding.
    texts = [asked for kind, asked, _ in search.history if kind == "text"]
    descriptions = [record["description"] for record in rounds]
    assert texts == [text for description in descriptions for text in (description, description)][:-1]


@pytest.mark.parametrize("max_rounds", [0, 1])
def test_the_limit_of_rounds_holds(max_rounds: int) -> None:
    assert len(_rounds(_toolbox(), Config(user="simulated", target="x", max_rounds=max_rounds))) == max_rounds + 1


def test_when_every_question_is_turned_down_the_round_goes_on_without_one_and_says_so() -> None:
    def stubborn(prompt: str) -> str:
        said = plausible(prompt)
        return "red" if said == "Uncertain" else said

    llm, user = FakeLanguageModel(stubborn), FakeUser()
    record = _rounds(_toolbox(llm=llm, user=user), Config(user="simulated", target="x", max_rounds=1))[1]
    assert [attempt["with_candidates"] for attempt in record["tries"]] == [True, True, True, False]
    assert [attempt["reason"] for attempt in record["tries"]] == ["already_known"] * 4
    assert (record["question"], record["answer"]["text"], record["description"]) == ("", "", "a boat")
    assert record["notes"] == ["all_turned_down"]
    assert [entry[0] for entry in user.history] == ["compare"]
    assert len(record["results"]) == 10


def test_who_says_that_nothing_is_left_to_ask_is_not_pressed() -> None:
    llm, user = FakeLanguageModel(lambda _: "Nothing is left to ask."), FakeUser()
    record = _rounds(_toolbox(llm=llm, user=user), Config(user="simulated", target="x", max_rounds=1, dialog_num=10, image_num=0))[1]
    assert [attempt["reason"] for attempt in record["tries"]] == ["nothing_left"]
    assert record["notes"] == ["nothing_left"]
    assert not user.history


@pytest.mark.parametrize(("dialog", "asked", "painted"), [(10, True, False), (0, False, True), (7, True, True)])
def test_a_refiner_without_a_share_of_the_page_does_nothing(dialog: int, asked: bool, painted: bool) -> None:
    toolbox = _toolbox()
    rounds = _rounds(toolbox, Config(user="simulated", target="x", max_rounds=2, dialog_num=dialog, image_num=10 - dialog))
    assert [bool(record["question"]) for record in rounds] == [False, asked, asked]
    assert [bool(record["painting"]) for record in rounds] == [False, painted, painted]
    assert bool(toolbox.painter.history) == painted
    assert all(len(record["results"]) == 10 for record in rounds)


def test_models_that_only_give_broken_replies_do_not_end_a_conversation() -> None:
    def broken(prompt: str) -> str:
        raise BrokenReply("the model said nothing")

    rounds = _rounds(_toolbox(llm=FakeLanguageModel(broken)))
    assert len(rounds) == 11
    assert {record["description"] for record in rounds} == {"a boat"}  # nothing was asked
    assert {record["prompt"] for record in rounds} == {"a boat", "a boat, the boat is red"}  # the differences as they were said, once


def test_the_question_reaches_the_person_while_the_painting_is_still_under_way() -> None:
    asked = threading.Event()
    waited: list[bool] = []
    painter = FakePainter(before=lambda: waited.append(asked.wait(timeout=20)))
    graph = _graph(_toolbox(painter=painter, user=PERSON))
    seen = []
    for _, chunk in graph.stream(OPENING, THREAD, context=Config(), stream_mode="updates", subgraphs=True):
        for stop in chunk.get("__interrupt__", ()):
            if stop.value["kind"] not in seen:
                seen.append(stop.value["kind"])
            asked.set()  # the painter waits for this: it comes only when the question is out
    assert waited == [True]
    assert seen == ["question", "difference"]


def _pending(graph: ConversationGraph) -> dict[str, Any]:
    return {stop.value["kind"]: stop for stop in graph.get_state(THREAD).interrupts}


def test_a_person_answers_both_questions_of_a_round_one_after_the_other() -> None:
    graph = _graph(_toolbox(user=PERSON))
    graph.invoke(OPENING, THREAD, context=Config())
    pending = _pending(graph)
    assert pending["question"].value.keys() == {"kind", "round", "question"}
    assert Path(pending["difference"].value["painting"]).is_file()
    graph.invoke(Command(resume={pending["question"].id: {"text": "red"}}), THREAD, context=Config())
    assert _pending(graph).keys() == {"difference"}
    graph.invoke(Command(resume={_pending(graph)["difference"].id: "it is red"}), THREAD, context=Config())
    state = graph.get_state(THREAD).values
    assert (state["round"], len(state["rounds"])) == (2, 2)
    assert state["rounds"][1]["answer"] == {"text": "red", "accepted": None}
    assert state["rounds"][1]["critique"]["reply"] == {"text": "it is red", "accepted": None}


@pytest.mark.parametrize(("paint_all", "painted"), [(None, "a boat, rainy, a red car on the left"), (False, "a boat, rainy")])
def test_a_person_sees_painted_all_that_is_understood_unless_they_want_the_papers_way(paint_all: bool | None, painted: str) -> None:
    def say(prompt: str) -> str:
        if "Prompt of the painting" in prompt:
            return "a boat, rainy"
        return "a boat, a red car on the left" if "Description so far" in prompt else plausible(prompt)

    config = Config(paint_all=paint_all)
    graph = _graph(_toolbox(user=PERSON, llm=FakeLanguageModel(say)))
    graph.invoke(OPENING, THREAD, context=config)
    replies = {"question": "a red car on the left", "difference": "it should be rainy"}
    graph.invoke(Command(resume={stop.id: replies[kind] for kind, stop in _pending(graph).items()}), THREAD, context=config)
    records = graph.get_state(THREAD).values["rounds"]
    graph.invoke(Command(resume={stop.id: {"skip": True} for stop in _pending(graph).values()}), THREAD, context=config)
    second = graph.get_state(THREAD).values["rounds"][2]
    assert records[1]["prompt"] == second["painting"]["prompt"] == painted
    assert second["description"] == "a boat, a red car on the left"


def test_who_wants_no_paintings_is_asked_about_none_and_nothing_is_painted() -> None:
    painter = FakePainter()
    graph = _graph(_toolbox(user=PERSON, painter=painter))
    config = Config(painting=False)
    graph.invoke(OPENING, THREAD, context=config)
    assert _pending(graph).keys() == {"question"}
    graph.invoke(Command(resume="red"), THREAD, context=config)
    assert len(graph.get_state(THREAD).values["rounds"]) == 2
    assert painter.history == []


def _resume_all(graph: ConversationGraph, value: Any) -> None:
    graph.invoke(Command(resume={stop.id: value for stop in _pending(graph).values()}), THREAD, context=Config())


def test_skipping_leaves_description_and_prompt_as_they_are_and_the_question_is_not_asked_again() -> None:
    llm = FakeLanguageModel(lambda prompt: "Uncertain" if "exactly this one word" in prompt else "What colour?")
    graph = _graph(_toolbox(user=PERSON, llm=llm))
    graph.invoke(OPENING, THREAD, context=Config())
    _resume_all(graph, {"skip": True})
    state = graph.get_state(THREAD).values
    assert (state["description"], state["prompt"], state["rounds"][1]["answer"]["text"]) == ("a boat", "a boat", "")
    # Round 2: the model can think of nothing else, so only the painting is asked about.
    assert _pending(graph).keys() == {"difference"}
    assert "- What colour? (skipped by the user)" in llm.history[-1]


def test_the_person_says_which_result_it_is_and_the_conversation_ends() -> None:
    graph = _graph(_toolbox(user=PERSON))
    graph.invoke(OPENING, THREAD, context=Config())
    shown = graph.get_state(THREAD).values["rounds"][0]["results"]
    _resume_all(graph, {"accept": shown[2]["id"]})
    state = graph.get_state(THREAD)
    assert state.next == ()
    assert (state.values["rounds"][-1]["accepted"], state.values["rounds"][-1]["results"]) == (shown[2]["id"], shown)


def test_an_id_that_is_no_result_is_asked_for_again_and_ends_nothing() -> None:
    graph = _graph(_toolbox(user=PERSON))
    graph.invoke(OPENING, THREAD, context=Config())
    for value in ({"accept": "anything"}, {"more_like": ["anything"], "text": "red"}):
        graph.invoke(Command(resume={_pending(graph)["question"].id: value}), THREAD, context=Config())
        assert "'anything' is no result of this conversation" in _pending(graph)["question"].value["problem"]
    assert graph.get_state(THREAD).values["rounds"][-1]["accepted"] is None


def test_the_pictures_a_question_is_made_for_are_in_no_checkpoint() -> None:
    saver = InMemorySaver()
    build_graph(lambda config: _toolbox(search=RecordingSearch(300)), saver).invoke(OPENING, THREAD, context=SIMULATED, durability="sync")
    kept = list(saver.list(None))
    channels = {name for entry in kept for name in entry.checkpoint["channel_values"]} | {
        name for entry in kept for _, name, _ in entry.pending_writes or ()
    }
    assert "candidates" in channels
    assert "related" not in channels


def test_what_is_not_understood_is_asked_for_again() -> None:
    graph = _graph(_toolbox(user=PERSON))
    graph.invoke(OPENING, THREAD, context=Config())
    graph.invoke(Command(resume={_pending(graph)["question"].id: {"colour": 3}}), THREAD, context=Config())
    question = _pending(graph)["question"]
    assert question.value["problem"].startswith("Not understood; expected")
    graph.invoke(Command(resume={question.id: {"text": "red"}}), THREAD, context=Config())
    assert _pending(graph).keys() == {"difference"}


def _failing(prompt: str) -> str:
    raise RuntimeError("the device\nis gone")


def test_a_painter_that_fails_ends_neither_the_round_nor_the_conversation() -> None:
    graph = _graph(_toolbox(user=PERSON, painter=FakePainter(before=lambda: _failing(""))))
    graph.invoke(OPENING, THREAD, context=Config())
    assert _pending(graph).keys() == {"question"}
    _resume_all(graph, {"text": "red"})
    state = graph.get_state(THREAD).values
    assert state["rounds"][1]["notes"] == ["painter_failed: RuntimeError: the device is gone"]
    assert len(state["rounds"][1]["results"]) == 10
    assert _pending(graph).keys() == {"question"}
    assert state["round"] == 2


def test_a_language_model_that_fails_is_done_without() -> None:
    graph = _graph(_toolbox(user=PERSON, llm=FakeLanguageModel(_failing)))
    graph.invoke(OPENING, THREAD, context=Config())
    assert _pending(graph)["question"].value["question"] == OPEN_QUESTION
    graph.invoke(Command(resume={_pending(graph)["question"].id: {"text": "it is red"}}), THREAD, context=Config())
    _resume_all(graph, {"skip": True})
    record = graph.get_state(THREAD).values["rounds"][1]
    assert record["notes"] == ["language_model_failed: RuntimeError: the device is gone"]
    assert record["description"] == "a boat, it is red"
    assert record["results"]
    assert _pending(graph).keys() == {"question", "difference"}


def test_what_somebody_must_put_right_is_noted_in_the_words_of_the_error() -> None:
    def refusing(prompt: str) -> str:
        raise ProfileError("the endpoint knows no such model: check `model` in the profile")

    graph = _graph(_toolbox(user=PERSON, llm=FakeLanguageModel(refusing)))
    graph.invoke(OPENING, THREAD, context=Config(image_num=0))
    _resume_all(graph, "red")
    (note,) = graph.get_state(THREAD).values["rounds"][1]["notes"]
    assert note == "language_model_failed: the endpoint knows no such model: check `model` in the profile"


def test_a_question_that_cannot_be_judged_is_asked() -> None:
    llm = FakeLanguageModel(lambda prompt: _failing(prompt) if "exactly this one word" in prompt else "What colour?")
    graph = _graph(_toolbox(user=PERSON, llm=llm))
    graph.invoke(OPENING, THREAD, context=Config())
    assert _pending(graph)["question"].value["question"] == "What colour?"


def test_the_simulated_user_who_only_points_is_asked_nothing_and_nothing_is_painted() -> None:
    user, painter, llm = FakeUser(), FakePainter(), FakeLanguageModel(plausible)
    config = Config(user="simulated", target="x", max_rounds=3, clicks="alone", exclude_shown=True)
    rounds = _rounds(_toolbox(user=user, painter=painter, llm=llm), config)
    assert [entry[0] for entry in user.history] == ["point"] * 3
    assert (painter.history, llm.history, {record["description"] for record in rounds}) == ([], [], {"a boat"})
    pages = [[result["id"] for result in record["results"]] for record in rounds]
    assert [entry[1] for entry in user.history] == pages[:3]
    assert [record["answer"].get("more_like") for record in rounds] == [None, *([page[2]] for page in pages[:3])]
    assert len({id_ for page in pages for id_ in page}) == 40


def test_the_simulated_user_who_points_beside_answering_does_both() -> None:
    user = FakeUser()
    rounds = _rounds(_toolbox(user=user), Config(user="simulated", target="x", max_rounds=2, clicks="also"))
    assert sorted(entry[0] for entry in user.history) == ["answer", "answer", "compare", "compare", "point", "point"]
    assert [(record["answer"]["text"], len(record["answer"]["more_like"])) for record in rounds[1:]] == [("a red one", 1)] * 2
    assert all("own" in record["seconds"]["click"] for record in rounds[1:])


def test_a_person_points_unasked_whatever_the_settings_of_an_evaluation() -> None:
    graph = _graph(_toolbox(user=PERSON))
    state = graph.invoke(OPENING, THREAD, context=Config(clicks="alone"))
    assert len(state["__interrupt__"]) == 2
