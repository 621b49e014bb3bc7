"""Paintings can be switched off in a conversation, and on again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Question
from dir_tir.errors import InputError
from dir_tir.store.conversations.sessions import open_sessions
from fakes import FakePainter, RecordingSearch
from talks import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Make = Callable[..., Conversation] if TYPE_CHECKING else None


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    search = RecordingSearch()
    with open_sessions(tmp_path / "sessions.sqlite") as saver:

        def conversation(painter: FakePainter, **settings: Any) -> Conversation:
            return talking(saver, tmp_path / "paintings", search=search, painter=painter, settings={"max_rounds": 4, **settings})

        yield conversation


def _kinds(talk: Conversation) -> list[type]:
    return [type(item) for item in talk.asked]


def test_a_painting_that_is_asked_about_is_passed_over_and_none_is_made_until_it_is_wanted_again(make: Make) -> None:
    painter = FakePainter()
    talk = make(painter)
    talk.go_on()
    talk.paint(False)
    assert (_kinds(talk), talk.snapshot().config.paints) == ([Question], False)
    assert talk.reply("red").round == 1
    assert (talk.rounds[1]["critique"]["reply"]["text"], _kinds(talk), len(painter.history)) == ("", [Question], 1)
    again = make(painter)  # another process knows of it, and going back leaves it as it is
    again.back(1)
    assert not again.paints
    again.reply("blue")
    assert (_kinds(again), len(painter.history)) == ([Question], 1)
    again.paint(True)
    assert (_kinds(again), len(painter.history)) == ([Question], 1)  # from the next round on
    again.reply("a sail")
    assert (len(again.asked), len(painter.history)) == (2, 2)


def test_a_painting_that_is_being_made_is_left_at_once(make: Make) -> None:
    painter = FakePainter()
    talk = make(painter)
    painter.before = lambda: talk.note_paint(False)
    talk.go_on()
    assert (_kinds(talk), painter.history) == ([Question], [])
    assert talk.reply("red").record["critique"] is None
    assert painter.history == []


def test_who_began_without_paintings_can_have_them(make: Make) -> None:
    talk = make(FakePainter(), painting=False)
    talk.go_on()
    assert (_kinds(talk), talk.paints) == ([Question], False)
    talk.paint(True)
    talk.reply("red")
    assert len(talk.asked) == 2
    with pytest.raises(InputError, match="paint is 'yes'; expected True or False"):
        talk.paint("yes")  # type: ignore[arg-type]
