"""What conversations weigh, on disk and in a server that runs for long."""

from __future__ import annotations

import gc
import hashlib
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry, new_id
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox, RecordingSearch
from langgraph.types import Command

if TYPE_CHECKING:
    from pathlib import Path

MOST = 1_000_000  # bytes


def _search() -> RecordingSearch:
    """Ids and captions as long as those of real galleries."""
    ids = sorted(hashlib.sha256(str(number).encode()).hexdigest() for number in range(600))
    return RecordingSearch(ids=ids, caption=lambda id_: f"a caption of sixty characters about {id_}"[:60])


def test_a_conversation_of_ten_rounds_weighs_at_most_a_megabyte_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    toolbox = FakeToolbox(search=_search(), user=Person(Paintings(tmp_path / "paintings")))
    config, thread = Config(max_rounds=10, related_size=500), {"configurable": {"thread_id": "talk"}}
    said = {"text": "the boat is a little further to the left, and it has a red sail", "skip": False}
    step: Any = {"description": "a boat on a calm sea in the evening, and a lighthouse behind it"}
    with Conversations(Home.of()) as conversations:
        graph = build_graph(lambda config: toolbox, conversations.saver)
        heaviest = 0
        while step:
            graph.invoke(step, thread, context=config, durability="sync")  # type: ignore[call-overload]
            interrupts = graph.get_state(thread).interrupts  # type: ignore[arg-type]
            step = Command(resume={stop.id: said for stop in interrupts}) if interrupts else None
            heaviest = max(heaviest, (tmp_path / "sessions.sqlite").stat().st_size)
        assert len(conversations.values("talk")["rounds"]) == 11
        assert conversations.describe("talk").size < MOST / 2
    assert sum(file.stat().st_size for file in tmp_path.glob("sessions.sqlite*")) < MOST
    assert heaviest < MOST


@pytest.mark.slow
def test_many_conversations_leave_nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    toolbox, config = FakeToolbox(), Config(user="simulated", target="x", max_rounds=0)
    process = psutil.Process()
    with Conversations(Home.of()) as conversations:
        graph = build_graph(lambda config: toolbox, conversations.saver)

        def converse(owner: str) -> None:
            entry = Entry(new_id(), "a boat", {"gallery": "boats"}, owner)
            conversations.register.enter(entry)
            with conversations.running(entry.id):
                graph.invoke({"description": "a boat"}, {"configurable": {"thread_id": entry.id}}, context=config)

        converse("first")
        gc.collect()
        before, objects = process.num_fds(), len(gc.get_objects())
        for number in range(60):
            converse(f"visitor {number % 50}")
        gc.collect()
        assert process.num_fds() <= before
        assert len(gc.get_objects()) - objects < 600  # ten for each conversation would be more
        assert list((tmp_path / "running").iterdir()) == []
        assert (tmp_path / "sessions.sqlite-wal").stat().st_size < 1_000_000
        assert len(conversations.register.entries("visitor 7", limit=3)) == 2
        assert len(conversations.kept()) == 61
