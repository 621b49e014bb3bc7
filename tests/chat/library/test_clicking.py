"""A round costs one click: who points at results and answers nothing is served at once, whatever is being asked or painted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Page, Progress, Question
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions
from fakes import FakeLanguageModel, FakePainter, RecordingSearch, plausible
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    search = RecordingSearch()
    with open_sessions(tmp_path / "sessions.sqlite") as saver:
        yield lambda **tools: talking(saver, tmp_path / "paintings", search=search, **tools)


def test_pointing_at_a_result_closes_the_round_and_skips_what_is_asked(make: Make) -> None:
    talk = make()
    third = talk.go_on().results[2]
    page = talk.reply(more_like=[third])
    (record,) = talk.rounds[1:]
    assert (page.round, record["answer"]["more_like"], record["answer"]["text"]) == (1, [third.id], "")
    assert (bool(record["question"]), record["critique"]["reply"]) == (True, {"text": "", "accepted": None})
    assert len(talk.asked) == 2


@pytest.mark.parametrize("kind", [Question, Difference])
def test_a_mark_alone_is_a_reply_to_both(make: Make, kind: type[Question | Difference]) -> None:
    talk = make()
    first = talk.go_on().results[0].id
    talk.answer(next(item for item in talk.asked if isinstance(item, kind)), {"more_like": [first]})
    talk.go_on()
    assert [record["answer"].get("more_like", []) for record in talk.rounds] == [[], [first]]


def test_nobody_waits_for_a_painting_who_has_pointed_at_a_result(make: Make) -> None:
    pointed = threading.Event()
    painter = FakePainter(before=lambda: pointed.wait(timeout=20))
    talk, seen = make(painter=painter), []
    for event in talk.events():
        seen.append(event)
        if isinstance(event, Question) and event.round == 1:
            talk.answer(event, {"more_like": [talk.results[4].id]})
            pointed.set()
        elif isinstance(event, Question):
            break
    assert not any(event == Progress(1, 2, 2) or isinstance(event, Difference) for event in seen if event.round == 1)
    assert [event.round for event in seen if isinstance(event, Page)] == [0, 1]
    assert (talk.rounds[1]["painting"], talk.rounds[1]["notes"]) == (None, [])


def test_nobody_waits_for_a_question_who_has_pointed_at_a_result(make: Make) -> None:
    talk = make()

    def click(prompt: str) -> str:
        if not talk.given and len(talk.rounds) == 1:
            talk.put(1, "click", {"more_like": [talk.results[0].id]})
        return plausible(prompt)

    talk = make(llm=FakeLanguageModel(click))
    events = list(talk.events())
    assert [event.round for event in events if isinstance(event, Page)] == [0, 1]
    assert {event.round for event in events if isinstance(event, Question)} == {2}
    assert (talk.rounds[1]["question"], talk.rounds[1]["tries"]) == ("", [])


def test_what_was_answered_before_is_worked_in_all_the_same(make: Make) -> None:
    asked = threading.Event()
    talk = make(painter=FakePainter(before=lambda: asked.wait(timeout=20)))
    for event in talk.events():
        if isinstance(event, Question) and event.round == 1:
            talk.answer(event, "a red one")
            talk.put(1, "click", {"not_these": [talk.results[1].id]})
            asked.set()
    record = talk.rounds[1]
    assert (record["answer"]["text"], len(record["answer"]["not_these"])) == ("a red one", 1)
    assert record["description"] != "a boat"


def test_a_click_outlives_the_process_that_it_was_given_to(make: Make) -> None:
    talk = make()
    second = talk.go_on().results[1].id
    talk.put(1, "click", {"more_like": [second]})
    again = make()  # in another process, which paints nothing for it
    assert again.given == {(1, "click"): {"more_like": [second]}}
    assert again.go_on().round == 1
    assert (again.rounds[1]["answer"]["more_like"], again.given) == ([second], {})


def test_after_a_click_the_round_takes_nothing_more_and_the_same_click_is_no_harm(make: Make) -> None:
    talk = make()
    talk.go_on()
    ids = [result.id for result in talk.results]
    for _ in range(2):
        talk.put(1, "click", {"more_like": ids[:1]})
    for kind, reply in (("question", "red"), ("click", {"more_like": ids[1:2]})):
        with pytest.raises(InputError, match="round 1 closes already"):
            talk.put(1, kind, reply)
    talk.go_on()
    with pytest.raises(InputError, match="round 1 is over"):
        talk.put(1, "click", {"more_like": ids[:1]})


def test_what_was_never_shown_cannot_be_pointed_at(make: Make) -> None:
    talk = make()
    talk.go_on()
    with pytest.raises(InputError, match="'elsewhere' is no result of this conversation"):
        talk.reply(more_like=["elsewhere"])
    assert (talk.given, len(talk.asked)) == ({}, 2)


def test_who_is_asked_nothing_and_points_is_not_asked_openly(make: Make) -> None:
    talk = make()
    refusing = FakeLanguageModel(lambda _: "Nothing is left to ask.")

    def click() -> None:
        if len(talk.rounds) == 1 and not talk.given:
            talk.put(1, "click", {"more_like": [talk.results[0].id]})

    talk = make(llm=refusing, painter=FakePainter(before=click))
    events = list(talk.events())
    assert {event.round for event in events if isinstance(event, Question | Difference | Progress)} == {1, 2}
    assert not any(event.round == 1 for event in events if isinstance(event, Question | Difference))


def test_what_was_shown_is_passed_over_until_it_is_wanted_again(make: Make) -> None:
    talk = make()
    first = {result.id for result in talk.go_on().results}
    second = {result.id for result in talk.reply("red").results}
    assert not first & second
    again = {result.id for result in talk.reply(show_again=True).results}
    assert talk.rounds[2]["answer"]["show_again"] is True
    assert again & (first | second)
    following = {result.id for result in make().reply("green").results}  # in another process
    assert not following & again
    assert talk.finished
