"""Models that raise whatever they like: a person goes on without, figures are never made of it, and nothing runs away by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dir_tir.contracts import StepProgress, unwatched
from dir_tir.errors import BrokenReply, ModelError
from dir_tir.graph.build import ConversationGraph, build_graph, ended
from dir_tir.graph.config import Config
from dir_tir.nodes.without_models import OPEN_QUESTION
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.models.retrying import noting
from dir_tir.tools.search import Search
from dir_tir.tools.user import Person
from fakes import FakeEncoder, FakeLanguageModel, FakePainter, FakeToolbox, FakeUser, plausible, vectors
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from PIL import Image

PERSON = Person(Paintings(Path("unseen")))
THREAD: Any = {"configurable": {"thread_id": "talk"}}
OPENING: Any = {"description": "a boat"}
SIMULATED = Config(user="simulated", target="x", max_rounds=2)
ONLY_PAINTINGS = Config(dialog_num=0, image_num=10, max_rounds=3)


class Panic(BaseException):
    """As bindings to Rust raise it: no Exception."""


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


class Reading(FakeEncoder):
    """An encoder that cannot read some words."""

    def encode_texts(self, texts: Any) -> Any:
        if any("unreadable" in text for text in texts):
            raise IndexError("index out of range in self")
        if any("nowhere" in text for text in texts):
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)
        return super().encode_texts(texts)


ERRORS = [
    RuntimeError("the device\nis gone"),
    RuntimeError("x" * 100_000),
    ValueError("\x1b[2J\x1b]0;owned\x07 \ud83d \u202e"),
    UnicodeDecodeError("utf-8", b"\xf6", 0, 1, "invalid"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    StopIteration(),
    OSError(28, "No space left on device"),
    ExceptionGroup("several", [ValueError("one")]),
    Mute(),
    Panic("called `Option::unwrap()` on a `None` value"),
    SystemExit(3),
    GeneratorExit(),
]
IDS = [f"{type(error).__name__} {number}" for number, error in enumerate(ERRORS)]


def _graph(**tools: Any) -> ConversationGraph:
    toolbox = FakeToolbox(**{"user": PERSON, **tools})
    return build_graph(lambda _: toolbox, InMemorySaver())


def _raising(error: BaseException) -> Any:
    def raises(*_: Any) -> Any:
        raise error

    return raises


def _reply(graph: ConversationGraph, value: Any, config: Config) -> None:
    """The same reply to everything that is asked."""
    graph.invoke(Command(resume={stop.id: value for stop in graph.get_state(THREAD).interrupts}), THREAD, context=config)


def _asked(graph: ConversationGraph) -> dict[str, str]:
    return {stop.value["kind"]: stop.value["question"] for stop in graph.get_state(THREAD).interrupts}


def _clean(note: str) -> bool:
    note.encode()
    return note.isprintable() and len(note) < 600


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))


@pytest.mark.parametrize("error", ERRORS, ids=IDS)
def test_whatever_a_model_raises_a_person_goes_on_and_reads_one_clean_line_of_it(error: BaseException) -> None:
    graph, config = _graph(llm=FakeLanguageModel(_raising(error)), painter=FakePainter(before=_raising(error))), Config(max_rounds=3)
    graph.invoke(OPENING, THREAD, context=config)
    for answer in ("it is red", "it is red", "a tall mast"):
        assert _asked(graph) == {"question": OPEN_QUESTION}
        _reply(graph, answer, config)
    state = graph.get_state(THREAD)
    assert ended(state)
    for record in state.values["rounds"][1:]:
        assert [note.partition(":")[0] for note in record["notes"]] == ["language_model_failed", "painter_failed"]
        assert all(map(_clean, record["notes"]))
        assert len(record["results"]) == 10
    assert state.values["description"] == "a boat, it is red, a tall mast"  # nothing twice


@pytest.mark.parametrize("error", ERRORS, ids=IDS)
def test_for_the_simulated_user_a_failure_stays_an_error_and_the_conversation_can_be_resumed(error: BaseException) -> None:
    broken = [error]
    graph = _graph(user=FakeUser(), painter=FakePainter(before=lambda: _raising(broken[0])() if broken else None))
    with pytest.raises(OSError if isinstance(error, OSError) else ModelError) as raised:
        graph.invoke(OPENING, THREAD, context=SIMULATED)
    assert isinstance(error, OSError) or _clean(str(raised.value))
    assert isinstance(error, OSError) or str(raised.value).startswith("the painting failed: ")
    broken.clear()
    graph.invoke(None, THREAD, context=SIMULATED)
    assert graph.get_state(THREAD).values["rounds"][-1]["round"] == 2


def test_an_interrupting_keyboard_is_no_failure_of_a_model() -> None:
    for tools in (
        {"llm": FakeLanguageModel(_raising(KeyboardInterrupt()))},
        {"painter": FakePainter(before=_raising(KeyboardInterrupt()))},
    ):
        with pytest.raises(KeyboardInterrupt):
            _graph(**tools).invoke(OPENING, THREAD, context=Config())


def test_a_painter_that_fails_where_only_paintings_are_asked_about_is_no_dead_end() -> None:
    graph = _graph(painter=FakePainter(before=_raising(RuntimeError("no device"))))
    graph.invoke(OPENING, THREAD, context=ONLY_PAINTINGS)
    assert _asked(graph) == {"question": OPEN_QUESTION}
    _reply(graph, "it is red", ONLY_PAINTINGS)
    record = graph.get_state(THREAD).values["rounds"][1]
    assert record["notes"] == ["painter_failed: RuntimeError: no device"]
    assert record["description"] != "a boat"
    assert len(record["results"]) == 10


@pytest.mark.parametrize("config", [Config(image_num=0), Config(image_num=0, questions=3)], ids=["one question", "several"])
def test_where_nothing_is_left_to_ask_a_person_is_asked_openly_in_every_round(config: Config) -> None:
    def nothing_left(prompt: str) -> str:
        return "Nothing is left to ask." if "Reply with the question alone" in prompt else plausible(prompt)

    graph = _graph(llm=FakeLanguageModel(nothing_left))
    graph.invoke(OPENING, THREAD, context=config)
    for number in (1, 2):
        state = graph.get_state(THREAD)
        assert (state.values["round"], len(state.values["rounds"])) == (number, number)
        assert _asked(graph) == {"question": OPEN_QUESTION}
        _reply(graph, "it is red", config)
    record = graph.get_state(THREAD).values["rounds"][1]
    assert (record["question"], record["answer"]["text"], record["notes"]) == (OPEN_QUESTION, "it is red", [])


def test_where_nothing_is_left_to_ask_a_painting_is_enough() -> None:
    graph = _graph(llm=FakeLanguageModel(lambda _: "Nothing is left to ask."))
    graph.invoke(OPENING, THREAD, context=Config())
    assert _asked(graph).keys() == {"difference"}


def test_for_the_simulated_user_nobody_asks_openly() -> None:
    user = FakeUser()
    graph = _graph(llm=FakeLanguageModel(lambda _: "Nothing is left to ask."), user=user)
    rounds = graph.invoke(OPENING, THREAD, context=Config(user="simulated", target="x", image_num=0, max_rounds=2))["rounds"]
    assert ([record["notes"] for record in rounds[1:]], user.history) == ([["nothing_left"]] * 2, [])


@pytest.mark.parametrize("word", ["unreadable", "nowhere"], ids=["raises", "gives no numbers"])
def test_a_description_that_the_encoder_cannot_read_is_given_up_and_the_page_stays(word: str) -> None:
    encoder = Reading()
    search = Search(encoder, vectors(encoder, [f"picture-{number}" for number in range(30)], str))
    graph = _graph(search=search, llm=FakeLanguageModel(lambda prompt: f"a {word} boat" if "over there" in prompt else plausible(prompt)))
    config = Config(image_num=0, questions=1, with_context=False)
    graph.invoke(OPENING, THREAD, context=config)
    _reply(graph, "over there", config)
    state = graph.get_state(THREAD).values
    first, second = state["rounds"]
    assert second["results"] == first["results"]
    assert second["answer"]["text"] == "over there"
    assert [note.partition(":")[0] for note in second["notes"]] == ["search_failed"]
    assert state["description"] == second["description"] == "a boat"
    _reply(graph, {"accept": first["results"][0]["id"]}, config)
    assert ended(graph.get_state(THREAD))


def test_a_first_search_that_fails_is_an_error_and_can_be_tried_again() -> None:
    encoder, broken = FakeEncoder(), [True]
    search = Search(encoder, vectors(encoder, [f"picture-{number}" for number in range(30)], str))
    graph = _graph(search=search)
    encode, encoder.encode_texts = encoder.encode_texts, lambda texts: _raising(Panic("no"))() if broken else encode(texts)  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="the search failed: Panic: no"):
        graph.invoke(OPENING, THREAD, context=Config())
    broken.clear()
    graph.invoke(None, THREAD, context=Config())
    assert _asked(graph).keys() == {"question", "difference"}


class Black(FakePainter):
    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        raise BrokenReply("the painter gave a picture of a single colour")


@pytest.mark.parametrize("config", [SIMULATED, Config(max_rounds=2)])
def test_a_painting_that_shows_nothing_is_none_and_the_record_says_why(config: Config) -> None:
    toolbox: dict[str, Any] = {"painter": Black(), "llm": FakeLanguageModel(plausible)}
    graph = _graph(**toolbox, **({"user": FakeUser()} if config.user == "simulated" else {}))
    with noting() as broken:
        graph.invoke(OPENING, THREAD, context=config)
        while graph.get_state(THREAD).interrupts:
            _reply(graph, {"text": "a red one"}, config)
    records = graph.get_state(THREAD).values["rounds"]
    assert len(records) == 3
    for record in records[1:]:
        assert record["painting"] is None
        assert "painter_failed: the painter gave a picture of a single colour" in record["notes"]
        assert record["results"]
        assert {result["source"] for result in record["results"]} == {"dialog"}
    assert broken == ["the painter gave a picture of a single colour"] * 2
