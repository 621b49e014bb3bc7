"""Conversations with a profile that lacks a language model, a painter, or both: nothing fails, and it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Question
from dir_tir.errors import InputError, ProfileError
from dir_tir.evaluation.command import evaluate
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.nodes.without_models import SAY_MORE
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, RecordingSearch, plausible
from langgraph.checkpoint.memory import InMemorySaver
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    search = RecordingSearch()
    with open_sessions(tmp_path / "sessions.sqlite") as saver:

        def conversation(description: str = "a boat", **tools: Any) -> Conversation:
            return talking(
                saver, tmp_path / "paintings", description=description, **{"search": search, "llm": None, "painter": None, **tools}
            )

        yield conversation


def test_without_language_model_and_painter_a_round_is_one_click_and_no_question_is_made_up(make: Make) -> None:
    talk = make()
    first = talk.go_on()
    assert first.notes == ("no_language_model", "no_painter")
    assert talk.asked == (Question(1, ""),)
    page = talk.reply(more_like=[first.results[2]])
    (record,) = talk.rounds[1:]
    assert (page.round, page.notes) == (1, ())
    assert (record["lacks"], record["question"], record["tries"], record["painting"]) == (["llm", "painter"], "", [], None)
    assert record["answer"]["more_like"] == [first.results[2].id]
    assert talk.asked == (Question(2, ""),)
    assert talk.snapshot().lacks == ("llm", "painter")


def test_without_language_model_what_is_said_is_added_as_it_was_and_denials_are_ruled_out(make: Make) -> None:
    talk = make()
    talk.go_on()
    assert talk.reply("a red house").description == "a boat, a red house"
    page = talk.reply("no dogs")
    assert (page.description, page.ruled_out) == ("a boat, a red house", ("dogs",))
    assert [record["description_written"]["by"] for record in talk.rounds[1:]] == ["joined", "kept"]
    assert talk.reply(None).description == "a boat, a red house"
    assert talk.finished


def test_without_language_model_a_first_description_is_still_listened_to(make: Make) -> None:
    page = make("a boat, no dogs").go_on()
    assert (page.description, page.ruled_out) == ("a boat", ("dogs",))


def test_without_painter_the_question_is_asked_all_the_same_and_nothing_else(make: Make) -> None:
    talk = make(llm=FakeLanguageModel(plausible))
    assert talk.go_on().notes == ("no_painter",)
    assert [type(item) for item in talk.asked] == [Question]
    assert talk.asked[0].question.startswith("What colour is ")
    talk.reply("red")
    assert (talk.rounds[1]["painting"], talk.rounds[1]["critique"]) == (None, None)


def test_without_language_model_a_painting_is_painted_and_its_differences_added(make: Make) -> None:
    talk = make(painter=FakePainter())
    assert talk.go_on().notes == ("no_language_model",)
    assert {type(item) for item in talk.asked} == {Question, Difference}
    page = talk.reply(None, "the house is red")
    assert (page.description, page.prompt) == ("a boat", "a boat, the house is red")


def test_a_round_without_a_question_is_gone_back_to(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.reply("a red house")
    talk.back(1)
    assert talk.asked == (Question(1, ""),)
    assert talk.reply("a green house").description == "a boat, a green house"


def test_a_client_that_only_sends_messages_is_told_what_it_may_do(tmp_path: Path) -> None:
    toolbox = FakeToolbox(llm=None, painter=None, user=Person(Paintings(tmp_path)))
    graph = build_graph(lambda _: toolbox, InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    told = graph.invoke({"messages": [("user", "a boat")]}, thread, context=Config(max_rounds=2))
    assert told["messages"][-1].text.endswith(SAY_MORE)
    told = graph.invoke({"messages": [("user", "a red house")]}, thread, context=Config(max_rounds=2))
    assert (told["description"], told["messages"][-1].text.endswith(SAY_MORE)) == ("a boat, a red house", True)


def test_the_simulated_user_is_asked_nothing_where_nobody_asks() -> None:
    toolbox = FakeToolbox(llm=None, painter=None)
    graph = build_graph(lambda _: toolbox)
    rounds = graph.invoke({"description": "a boat"}, context=Config(user="simulated", target="picture-001", max_rounds=1))["rounds"]
    assert (rounds[1]["question"], toolbox.user.history) == ("", [])


def test_an_evaluation_says_in_one_line_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "dumb.toml").write_text(
        'prompts = "paper"\n[encoder]\nkind = "open_clip"\npath = "e"\n[vision]\nkind = "transformers"\npath = "v"\n'
    )
    with Workspace(tmp_path) as workspace:
        with pytest.raises(InputError, match=r"^profile 'photos' has no vision model, which the simulated user is: [^\n]+$"):
            evaluate(workspace, [Config(profile="photos")], [])
        with pytest.raises(InputError, match=r"^profile 'dumb' has no language model to ask with: say --clicks, [^\n]+$"):
            evaluate(workspace, [Config(profile=str(tmp_path / "dumb.toml"))], [])


def test_a_model_that_a_profile_lacks_is_asked_for_in_vain() -> None:
    with pytest.raises(ProfileError, match=r"^profile 'photos' has no model for painter: take profile 'laptop', or [^\n]+$"):
        _ = Models(load_profile("photos")).painter


def test_words_that_split_the_candidates_are_offered_to_take_or_to_rule_out(make: Make) -> None:
    talk = make(search=RecordingSearch(words=("dog", "snow", "hydrangea")))
    talk.go_on()
    assert talk.question == Question(1, "", words=("dog", "snow"))  # the third is told by the other two
    page = talk.reply("snow")
    assert (page.description, page.record["offered"], page.record["question"]) == ("a boat, snow", ["dog", "snow"], "")
    assert page.record["description_written"] == {"by": "joined", "faults": []}
    assert talk.question == Question(2, "", words=("hydrangea",))  # nothing is offered twice
    page = talk.correct(ruled_out=["hydrangea"])
    assert (page.description, page.ruled_out) == ("a boat, snow", ("hydrangea",))
    assert talk.question == Question(3, "")


def test_a_word_that_the_encoder_takes_to_pieces_is_taken_all_the_same(make: Make) -> None:
    talk = make(search=RecordingSearch(words=("Hüttensänger", "snow")))
    talk.go_on()
    assert talk.question and "Hüttensänger" in talk.question.words
    assert talk.reply("Hüttensänger").description == "a boat, Hüttensänger"


def test_what_was_offered_is_offered_again_when_the_round_is_asked_again(make: Make) -> None:
    talk = make(search=RecordingSearch(words=("dog", "snow")))
    talk.go_on()
    before = talk.question
    talk.reply("dog")
    talk.back(1)
    assert talk.question == before
    assert talk.question.words
