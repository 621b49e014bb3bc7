"""Conversations in other languages: understood in English, asked in the person's, where the language model reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.models.kinds.openai import OpenAIModel, OpenAIOptions
from dir_tir.tools.translating import AS_WRITTEN, into_english, language_of, perhaps_foreign
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakeToolbox, plausible
from langgraph.checkpoint.memory import InMemorySaver
from scripted import says, scripted
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None
GERMAN = {
    "ein Boot auf dem Meer": "a boat at sea",
    "ein rotes": "a red one",
    "das Haus ist blau": "the house is blue",
    "ein Boot, keine Hunde": "a boat, no dogs",
}


def german(prompt: str) -> str:
    """A language model that knows these sentences, puts "auf Deutsch" before a question, and otherwise replies as `plausible` does."""
    if text := re.search(r"^Translate into English.*?\nText:\n(?P<text>.*?)\n\n", prompt, re.DOTALL):
        return GERMAN.get(text["text"], text["text"])
    if question := re.search(r"^Translate a question.*?\nQuestion:\n(?P<text>.*?)\n\n", prompt, re.DOTALL):
        return f"auf Deutsch: {question['text']}"
    return plausible(prompt)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with open_sessions(tmp_path / "sessions.sqlite") as saver:

        def conversation(description: str, llm: Any, languages: tuple[str, ...] = ("German",), **settings: Any) -> Conversation:
            return talking(saver, tmp_path / "paintings", description=description, settings=settings, llm=llm, languages=languages)

        yield conversation


def test_what_is_said_is_searched_in_english_and_questions_come_as_the_person_writes(make: Make) -> None:
    talk = make("ein Boot auf dem Meer", llm := FakeLanguageModel(german))
    page = talk.go_on()
    assert (page.description, page.record["said"], page.notes) == ("a boat at sea", "ein Boot auf dem Meer", ())
    assert talk.question and talk.question.question.startswith("auf Deutsch: What colour is ")
    assert talk.difference and talk.difference.question.startswith("auf Deutsch: This is how I picture it")
    page = talk.reply("ein rotes", "das Haus ist blau")
    record = page.record
    assert (record["answer"]["text"], record["answer"]["english"]) == ("ein rotes", "a red one")
    assert record["critique"] and record["critique"]["reply"]["english"] == "the house is blue"
    assert record["question"] == talk.rounds[1]["tries"][-1].get("asked")  # as it was put
    assert not any("ein rotes" in prompt for prompt in llm.history if not prompt.startswith("Translate"))
    assert any("Q: What colour is" in prompt and "A: a red one" in prompt for prompt in llm.history)
    assert talk.question and talk.question.question.startswith("auf Deutsch")


def test_what_a_foreign_description_denies_is_ruled_out(make: Make) -> None:
    page = make("ein Boot, keine Hunde", FakeLanguageModel(german)).go_on()
    assert (page.record["said"], page.ruled_out) == ("ein Boot, keine Hunde", ("dogs",))


def test_english_costs_no_reply_of_the_model(make: Make) -> None:
    talk = make("a boat at sea", llm := FakeLanguageModel(german))
    assert (talk.go_on().record["said"], talk.question and talk.question.question[:15]) == ("", "What colour is ")
    assert not any(prompt.startswith("Translate") for prompt in llm.history)


def test_english_that_looks_like_something_else_stays_english(make: Make) -> None:
    talk = make("a boat in la Rochelle", llm := FakeLanguageModel(german))
    page = talk.go_on()
    assert (page.description, page.record["said"]) == ("a boat in la Rochelle", "")
    assert sum(prompt.startswith("Translate") for prompt in llm.history) == 1
    assert talk.question and talk.question.question.startswith("What colour")


def test_questions_come_in_the_language_that_the_setting_names(make: Make) -> None:
    talk = make("a boat at sea", llm := FakeLanguageModel(german), language="German")
    talk.go_on()
    assert talk.question and talk.question.question.startswith("auf Deutsch: What")
    assert any("into this language: German" in prompt for prompt in llm.history)
    english = make("ein Boot auf dem Meer", FakeLanguageModel(german), language="English")
    assert language_of("ein Boot auf dem Meer", "English", ["German"]) == ""
    assert english.config.language == "English"


def test_with_a_model_that_reads_english_alone_it_is_searched_as_it_is(make: Make) -> None:
    talk = make("ein Boot auf dem Meer", llm := FakeLanguageModel(german), languages=())
    page = talk.go_on()
    assert (page.description, page.record["said"]) == ("ein Boot auf dem Meer", "")
    assert not any(prompt.startswith("Translate") for prompt in llm.history)
    assert make("小船在海上的早晨", FakeLanguageModel(german), languages=()).config  # and that is noted: tests/graph/test_listening.py


def test_an_endpoint_is_asked_for_translations(make: Make) -> None:
    with scripted(lambda body: says(german(body["messages"][-1]["content"]))) as server:
        llm = OpenAIModel(OpenAIOptions(url=server.url, model="m", tries=2, timeout=10.0))
        talk = make("ein Boot auf dem Meer", llm)
        assert talk.go_on().description == "a boat at sea"
        assert talk.question and talk.question.question.startswith("auf Deutsch: What colour is ")
        assert talk.reply("ein rotes").record["answer"] == {"text": "ein rotes", "accepted": None, "english": "a red one"}
    asked = [body["messages"][-1]["content"] for body in server.bodies]
    assert sum(prompt.startswith("Translate into English") for prompt in asked) == 2


def test_a_client_that_only_sends_messages_is_asked_in_its_language(tmp_path: Path) -> None:
    toolbox = FakeToolbox(llm=FakeLanguageModel(german), languages=("German",), user=Person(Paintings(tmp_path)))
    graph = build_graph(lambda _: toolbox, InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    told = graph.invoke({"messages": [("user", "ein Boot auf dem Meer")]}, thread, context=Config(max_rounds=2))
    assert "auf Deutsch: What colour" in told["messages"][-1].text
    told = graph.invoke({"messages": [("user", "ein rotes")]}, thread, context=Config(max_rounds=2))
    assert "auf Deutsch: This is how I picture it" in told["messages"][-1].text


@pytest.mark.parametrize(
    ("text", "suspected"),
    [
        ("a dog on the beach", False),
        ("a café at noon", False),
        ("I'm in the white van", False),
        ("ein Hund am Strand", True),
        ("un chien sur la plage", True),
        ("собака на пляже", True),
        ("海边的狗", True),
        ("", False),
    ],
)
def test_another_language_is_suspected(text: str, suspected: bool) -> None:
    assert perhaps_foreign(text) is suspected
    assert language_of(text, "", ["German"]) == (AS_WRITTEN if suspected else "")


@pytest.mark.parametrize("reply", ["", "的狗的狗的狗的狗的狗 海边海边海边海边", "a dog " * 30, "one two three four " * 8])
def test_a_translation_that_cannot_be_searched_for_is_turned_down(reply: str) -> None:
    toolbox = FakeToolbox()
    assert into_english(FakeLanguageModel([reply] * 3), toolbox.prompts, "ein Hund", toolbox.search) == "ein Hund"
