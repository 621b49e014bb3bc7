"""The database of conversations is stopped under one, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeToolbox

WAIT = 30.0  # seconds: the tests share their processors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from databases import Postgres


def _opened(home: Home, kept: Conversations, before: Callable[[], object]) -> Conversation:
    """The conversation "talk", whose painter does something before it paints."""
    toolbox = FakeToolbox(user=Person(Paintings(home.paintings)), painter=FakePainter(before), paintings=Paintings(home.paintings))
    graph, config = build_graph(lambda _: toolbox, kept.saver), Config(max_rounds=2, related_size=8)
    return Conversation(graph, lambda _: toolbox, lambda _: None, config, "talk", "a boat", replies=kept.replies, alone=kept.running)


@pytest.mark.parametrize("back", [False, True])
def test_stopped_in_the_middle_of_a_round_it_loses_nothing_and_the_same_call_goes_on(
    postgres: Postgres, tmp_path: Path, back: bool
) -> None:
    home, painted = Home(tmp_path, postgres.empty()), []

    def stops() -> None:
        painted.append(True)
        if len(painted) == 2:
            postgres.stop()
            if back:
                postgres.start()

    with Conversations(home) as kept:
        kept.saver.conn.timeout = 0.5  # type: ignore[attr-defined]  # seconds that are waited for it
        kept.register.enter(Entry("talk", "a boat", {}))
        talk = _opened(home, kept, stops)
        talk.go_on()
        # whichever of the two refiners meets it first, and when
        with pytest.raises(
            InputError, match=r"database of conversations (cannot be had|was lost while 'talk' ran|was free in time)"
        ) as caught:
            talk.reply("red", "redder")
        assert "\n" not in str(caught.value)
        if not back:
            with pytest.raises(InputError, match="cannot be had"):
                talk.put(2, "question", "green")
            postgres.start()
        kept.saver.conn.timeout = WAIT  # type: ignore[attr-defined]
        assert talk.go_on().round == 1
        assert len(talk.asked) == 2
        assert "failed" not in str([record["notes"] for record in talk.rounds])  # it was no model's fault
        assert talk.reply("green", None).round == 2
        assert [record["answer"]["text"] for record in talk.rounds] == ["", "red", "green"]
