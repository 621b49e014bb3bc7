"""What is understood can be changed by hand: alone it is enough for the round, beside an answer it comes first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Question
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions
from fakes import FakeLanguageModel, FakePainter, RecordingSearch, plausible
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None
PERSON = {"by": "person", "faults": []}


@pytest.fixture
def search() -> RecordingSearch:
    return RecordingSearch()


@pytest.fixture
def make(tmp_path: Path, search: RecordingSearch) -> Iterator[Make]:
    with open_sessions(tmp_path / "sessions.sqlite") as saver:
        yield lambda **given: talking(saver, tmp_path / "paintings", search=search, **given)


def test_a_corrected_description_is_searched_and_painted_next_and_the_record_says_who_wrote_it(make: Make, search: RecordingSearch) -> None:
    talk = make()
    talk.go_on()
    page = talk.correct("  a red\tduck ")
    record = talk.rounds[1]
    assert (page.round, page.description, record["description_written"]) == (1, "a red duck", PERSON)
    assert [text for kind, text, _ in search.history if kind == "text"][-2:] == ["a red duck", "a red duck"]  # the page, the next question
    assert (record["prompt"], record["prompt_written"]) == ("a red duck", PERSON)  # the prompt was the description still
    assert (record["answer"]["text"], record["critique"]["reply"]["text"], page.notes) == ("", "", ())
    assert len(talk.asked) == 2


def test_the_prompt_is_corrected_by_itself_and_takes_in_what_the_description_says_afterwards(make: Make) -> None:
    painter = FakePainter()
    talk = make(painter=painter)
    talk.go_on()
    page = talk.correct(prompt="a boat in fog")
    assert (page.description, page.prompt, talk.rounds[1]["description_written"]) == ("a boat", "a boat in fog", None)
    assert painter.history[-1][0] == "a boat in fog"
    page = talk.correct("a ship")
    assert (page.description, page.prompt, talk.rounds[2]["prompt_written"]) == ("a ship", "in fog, a ship", None)


def test_what_is_ruled_out_is_the_list_that_is_given_and_an_empty_one_takes_all_back(make: Make, search: RecordingSearch) -> None:
    talk = make()
    talk.go_on()
    assert talk.correct(ruled_out=["rain", "a dog", "rain"]).ruled_out == ("rain", "a dog")
    assert search.ruled_out[-1] == ["rain", "a dog"]
    record = talk.rounds[1]
    assert (record["ruled_out"], record["ruled_out_of_prompt"], record["description_written"]) == (
        ["rain", "a dog"],
        ["rain", "a dog"],
        None,
    )
    assert talk.correct("a boat in the rain").ruled_out == ("a dog",)  # who says a thing rules it out no more
    assert talk.correct(ruled_out=[]).ruled_out == ()


def test_an_answer_beside_a_correction_is_worked_into_the_corrected_text(make: Make) -> None:
    llm = FakeLanguageModel(plausible)
    talk = make(llm=llm)
    talk.go_on()
    asked = len(llm.history)
    page = talk.reply("it is red", "too dark", description="a duck", prompt="a duck swimming", ruled_out=["fog"])
    record = talk.rounds[1]
    assert not any("a boat" in prompt for prompt in llm.history[asked:])
    assert page.description.startswith("a duck, with ")
    assert page.prompt.startswith("a duck swimming, with ")
    assert (record["description_written"]["by"], record["answer"]["description"]) == ("model", "a duck")
    assert page.ruled_out == ("fog",)


def test_what_was_answered_before_the_correction_is_worked_into_the_corrected_text_too(make: Make) -> None:
    asked = threading.Event()
    talk = make(painter=FakePainter(before=lambda: asked.wait(timeout=20)))
    for event in talk.events():
        if isinstance(event, Question) and event.round == 1:
            talk.answer(event, "a red one")
            asked.set()
        elif isinstance(event, Difference) and event.round == 1:
            talk.put(1, "click", {"description": "a duck"})
    assert talk.rounds[1]["answer"]["text"] == "a red one"
    assert talk.rounds[1]["description"].startswith("a duck, with ")


def test_nobody_waits_for_a_painting_of_what_was_corrected(make: Make) -> None:
    corrected = threading.Event()
    talk = make(painter=FakePainter(before=lambda: corrected.wait(timeout=20)))
    for event in talk.events():
        if isinstance(event, Question) and event.round == 1:
            talk.answer(event, {"description": "a duck"})
            corrected.set()
        elif isinstance(event, Question):
            break
    assert (talk.rounds[1]["painting"], talk.rounds[1]["description"]) == (None, "a duck")


def test_a_correction_beside_a_skipped_question_leaves_the_other_question(make: Make) -> None:
    talk = make()
    talk.go_on()
    talk.put(1, "question", {"skip": True, "description": "a duck"})
    list(talk.events())
    assert [type(item) for item in talk.asked] == [Difference]
    talk.put(1, "difference", {"text": "too dark", "description": "a goose"})  # a later one, to the other question
    assert talk.go_on().description == "a duck"  # what the question was given counts


def test_who_is_asked_openly_may_correct_and_point_as_well(make: Make) -> None:
    talk = make(llm=FakeLanguageModel(lambda _: "Nothing is left to ask."), painter=FakePainter(before=lambda: 1 / 0))
    talk.go_on()
    assert [type(item) for item in talk.asked] == [Question]
    third = talk.results[2].id
    page = talk.reply(more_like=[third], description="a duck")
    assert (page.description, talk.rounds[1]["answer"]["more_like"]) == ("a duck", [third])
    talk.reply("it is red", description="a goose")
    assert talk.rounds[2]["description"] == "a goose, it is red"  # the model says nothing usable
    assert talk.rounds[2]["answer"]["description"] == "a goose"


def test_a_correction_outlives_the_process_that_it_was_given_to(make: Make) -> None:
    make().go_on()
    make().put(1, "question", {"ruled_out": []})
    assert make().given == {(1, "click"): {"ruled_out": []}}
    make().put(1, "click", {"ruled_out": []})  # said twice, it is no harm
    assert make().go_on().round == 1


def test_a_description_that_the_encoder_cannot_read_is_noted(make: Make) -> None:
    talk = make()
    talk.go_on()
    assert talk.correct("два корабля").notes == ("description_unread",)


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        ({"description": " "}, "The description is empty"),
        ({"prompt": ""}, "The prompt is empty"),
        ({"description": "x" * 501}, "501 characters"),
        ({"description": 3}, "expected a text for description"),
        ({"description": "a\x1bboat"}, "cannot be kept"),
        ({"ruled_out": "rain"}, "expected a list of texts"),
        ({"ruled_out": ["rain", " "]}, "expected a list of texts"),
        ({"ruled_out": ["rain", 3]}, "expected a list of texts"),
        ({"ruled_out": ["x" * 81]}, "at most 80"),
        ({"ruled_out": [str(number) for number in range(21)]}, "at most 20"),
        ({}, "nothing is corrected"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence_and_leaves_nothing_behind(make: Make, correction: dict[str, Any], said: str) -> None:
    talk = make()
    talk.go_on()
    with pytest.raises(InputError, match=said) as caught:
        talk.correct(**correction)
    assert "\n" not in str(caught.value)
    assert (talk.given, len(talk.asked), talk.snapshot().open_round) == ({}, 2, 1)
