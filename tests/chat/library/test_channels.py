"""A checkpoint whose channels hold what no node put there: one line says what to do, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.library.channels import check_channels
from dir_tir.chat.library.conversation import Conversation
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.conversations.sessions import repair_sessions
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox

if TYPE_CHECKING:
    from pathlib import Path

FOREIGN: list[tuple[str, Any]] = [
    ("description", ["a boat"]),
    ("prompt", None),
    ("round", "one"),
    ("round", True),
    ("rounds", "none"),
    ("rounds", [{"round": 0}]),
    ("rounds", [1]),
    ("candidates", 3),
    ("answer", "red"),
    ("painting", "a.png"),
]


@pytest.mark.parametrize(("channel", "value"), FOREIGN)
def test_what_no_node_puts_into_a_channel_is_said_by_name(channel: str, value: Any) -> None:
    check_channels({"description": "a boat", "round": 0, "rounds": [], "painting": None, "somebody else's": 1})
    with pytest.raises(InputError, match="the record of a round" if isinstance(value, list) and channel == "rounds" else channel):
        check_channels({channel: value})


@pytest.mark.parametrize(("channel", "value"), [("rounds", "none"), ("round", "one"), ("rounds", [{"round": 0}])])
def test_such_a_conversation_is_refused_in_a_line_changed_by_nothing_and_goes_on_after_a_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: str, value: Any
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    toolbox = FakeToolbox(user=Person(Paintings(tmp_path / "paintings")))

    def opened(kept: Conversations) -> Conversation:
        graph, config = build_graph(lambda _: toolbox, kept.saver), Config(max_rounds=1, related_size=8)
        return Conversation(graph, lambda _: toolbox, lambda _: None, config, "talk", "a boat", replies=kept.replies)

    def everything(kept: Conversations) -> list[Any]:
        with kept.saver.lock:
            return [kept.saver.conn.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in ("checkpoints", "writes")]

    with Conversations(Home(tmp_path)) as kept:
        kept.register.enter(Entry("talk", "a boat", {}))
        opened(kept).go_on()
        newest: Any = kept.saver.get_tuple({"configurable": {"thread_id": "talk", "checkpoint_ns": ""}})
        newest.checkpoint["channel_values"][channel] = value
        with kept.saver.transaction() as rows:
            rows.execute(
                "UPDATE checkpoints SET type = ?, checkpoint = ? WHERE checkpoint_id = ?",
                (*kept.saver.serde.dumps_typed(newest.checkpoint), newest.checkpoint["id"]),
            )
        before = everything(kept)
        for use in (lambda: opened(kept).snapshot(), lambda: opened(kept).go_on(), lambda: opened(kept).put(1, "question", "red")):
            with pytest.raises(InputError, match="`dir-tir conversations repair`") as caught:
                use()
            assert "\n" not in str(caught.value)
        assert everything(kept) == before
    assert list(repair_sessions(Home(tmp_path).sessions, check_channels).hurt) == ["talk"]
    with Conversations(Home(tmp_path)) as kept:
        opened(kept).go_on()
        assert opened(kept).reply("red").round == 1
