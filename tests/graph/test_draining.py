"""Asked to stop, as on SIGTERM, a run ends at its next step, in both refiners; nothing that was worked out is worked out again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakePainter, FakeToolbox
from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

THREAD: Any = {"configurable": {"thread_id": "talk"}}
CONFIG = Config(max_rounds=1, related_size=8)


def test_a_painting_under_way_is_finished_and_kept_and_the_run_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    control, asked = RunControl(), threading.Event()

    def stop_once_asked() -> None:
        assert asked.wait(timeout=20)
        control.request_drain("SIGTERM")

    painter = FakePainter(before=stop_once_asked)
    toolbox = FakeToolbox(painter=painter, user=Person(Paintings(tmp_path / "paintings")))
    with open_sessions(Home.of().sessions) as saver:
        graph = build_graph(lambda config: toolbox, saver)
        parts = graph.stream(
            {"description": "a boat"},
            THREAD,
            context=CONFIG,
            stream_mode="updates",
            subgraphs=True,
            durability="sync",
            control=control,
            version="v2",
        )
        with pytest.raises(GraphDrained, match="SIGTERM"):
            _seen(parts, "__interrupt__", asked)
        assert len(painter.history) == 1
        assert {task.name for task in graph.get_state(THREAD).tasks} == {"dialog_refiner", "image_refiner"}
        graph.invoke(None, THREAD, context=CONFIG, durability="sync")
        assert {stop.value["kind"] for stop in graph.get_state(THREAD).interrupts} == {"question", "difference"}
        assert len(painter.history) == 1


def _seen(parts: Iterable[Any], wanted: str, seen: threading.Event) -> None:
    for part in parts:
        if wanted in part["data"]:
            seen.set()
