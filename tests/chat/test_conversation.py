from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.conversation import Conversation
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.sessions import open_sessions
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeSearch, FakeToolbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    toolbox = FakeToolbox(search=FakeSearch(size=150), user=Person())
    with open_sessions() as saver:
        yield Conversation(build_graph(lambda config: toolbox, saver), Config(max_rounds=2), "talk")


def _kinds(events: list[Any]) -> set[str]:
    return {event.value["kind"] if hasattr(event, "value") else f"round {event['round']}" for event in events}


def test_the_first_page_and_both_questions_come_out(conversation: Conversation) -> None:
    assert not conversation.begun
    events = list(conversation.open("a boat"))
    assert _kinds(events) == {"round 0", "question", "difference"}
    assert len(events) == 3
    assert (conversation.begun, conversation.finished, len(conversation.rounds)) == (True, False, 1)


def test_after_a_crash_the_pending_questions_come_out_again(conversation: Conversation) -> None:
    before = [event for event in conversation.open("a boat") if hasattr(event, "value")]
    again = list(conversation.go_on())
    assert _kinds(again) == {"question", "difference"}
    assert {event.id for event in again} == {event.id for event in before}  # type: ignore[union-attr]


def test_all_replies_close_the_round_and_the_last_round_ends_it(conversation: Conversation) -> None:
    events = list(conversation.open("a boat"))
    for closed in (1, 2):
        replies = {event.id: {"text": f"red {closed}"} for event in events if hasattr(event, "value")}
        events = list(conversation.reply(replies))
        assert f"round {closed}" in _kinds(events)
    assert conversation.finished
    assert len(conversation.rounds) == 3


def test_the_question_comes_out_before_the_painting_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    asked = threading.Event()
    painter = FakePainter(before=lambda: asked.wait(timeout=20))
    toolbox = FakeToolbox(search=FakeSearch(), user=Person(), painter=painter)
    with open_sessions() as saver:
        talk = Conversation(build_graph(lambda config: toolbox, saver), Config(), "talk")
        for event in talk.open("a boat"):
            if hasattr(event, "value") and event.value["kind"] == "question":
                assert painter.history == []
                asked.set()
    assert len(painter.history) == 1
