"""A home as version 0.1 left it (`version-0.1/` was written by its code: a conversation in round 2 of 3, a question asked)."""

from __future__ import annotations

import gzip
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.saver import CLOSES_ROUND
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from langgraph.types import Command

KEPT = Path(__file__).parent / "version-0.1"
ID = "0123456789abcdef0123456789abcdef"
THREAD: Any = {"configurable": {"thread_id": ID}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    shutil.copytree(KEPT / "register", tmp_path / "register")
    (tmp_path / "sessions.sqlite").write_bytes(gzip.decompress((KEPT / "sessions.sqlite.gz").read_bytes()))
    return Home.of()


def test_a_conversation_of_version_0_1_is_resumed_and_thinned_from_then_on(home: Home) -> None:
    with Conversations(home) as conversations:
        (entry,) = conversations.register.entries("")
        assert (entry.id, entry.description, entry.begun[:10]) == (ID, "a boat", "2026-01-02")
        config = Config(**entry.settings)
        toolbox = FakeToolbox(user=Person(Paintings(home.paintings)))
        graph = build_graph(lambda config: toolbox, conversations.saver)
        before = conversations.describe(ID).size
        state = graph.get_state(THREAD)
        assert state.interrupts[0].value["question"] == "What colour is 00b1cc0c?"
        while interrupts := graph.get_state(THREAD).interrupts:
            graph.invoke(Command(resume={interrupts[0].id: {"text": "and tall"}}), THREAD, context=config)
        history = list(graph.get_state_history(THREAD))
        assert [record["answer"]["text"] for record in history[0].values["rounds"]] == ["", "red", "and tall", "and tall"]
        assert [len(state.values["rounds"]) for state in history] == [4, 3, 2, 1]
        assert all(state.metadata and state.metadata[CLOSES_ROUND] for state in history)  # type: ignore[typeddict-item]
        assert conversations.describe(ID).size < before


def test_the_register_is_taken_over_once_and_what_cannot_be_read_is_named_and_stays(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    good = json.loads((home.register / f"{ID}.json").read_text())
    unreadable = {"empty": "", "foreign": '{"photos": 3}', "another": json.dumps(good), "list": "[]"}
    for name, text in unreadable.items():
        (home.register / f"{name}.json").write_text(text)
    with caplog.at_level(logging.WARNING), Conversations(home) as conversations:
        assert [entry.id for entry in conversations.register.entries("")] == [ID]
    assert all(f"{name}.json is passed over" in caplog.text for name in unreadable)
    assert {file.stem for file in home.register.glob("*.json")} == unreadable.keys()
    with Conversations(home) as conversations:
        assert [entry.id for entry in conversations.register.entries("")] == [ID]
        conversations.delete(ID)
    assert not list(home.register.rglob(f"{ID}*"))
    with Conversations(home) as conversations:
        assert conversations.kept() == []
