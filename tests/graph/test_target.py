"""Only the simulated user ever sees the target. A leak would make every figure worthless."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from dir_tir import nodes
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.graph.injection import named_by
from dir_tir.prompts.library import PromptLibrary
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.user import SimulatedUser
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, FakeVisionModel, RecordingSearch, plausible
from PIL import Image

NOT_NODES = {"corrections", "history", "notes", "state", "without_models"}
NODES = sorted(module.name for module in iter_modules(nodes.__path__) if module.name not in NOT_NODES)
SECRET_ID, SECRET_FILE, SECRET_COLOUR = "target-id-4711", "secret-file-0815.png", (1, 2, 3)


def _node(name: str) -> Any:
    return getattr(import_module(f"dir_tir.nodes.{name}"), name)


@pytest.mark.parametrize("name", NODES)
def test_only_answer_critique_and_point_hold_the_user_and_no_node_holds_the_target_or_the_vision_model(name: str) -> None:
    named = named_by(_node(name))
    assert ("user" in named) == (name in {"answer", "critique", "point"})
    assert not {name for name in named if "target" in name or "vision" in name or "config" in name}
    assert len(inspect.signature(_node(name)).parameters) == len(named) + 1  # and the state, which the test below looks through


@pytest.mark.parametrize("forbidden", ["target", "vision", "config"])
def test_a_node_that_asks_for_more_is_refused_when_the_graph_is_built(forbidden: str) -> None:
    node = eval(f"lambda state, *, {forbidden}: {{}}")
    with pytest.raises(TypeError, match=f"asks for {forbidden}"):
        named_by(node)


def test_in_a_whole_conversation_neither_id_nor_path_nor_pixels_of_the_target_get_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    target = tmp_path / SECRET_FILE
    Image.new("RGB", (8, 8), SECRET_COLOUR).save(target)
    prompts, vision = PromptLibrary.load("paper"), FakeVisionModel()
    llm, painter, search = FakeLanguageModel(plausible), FakePainter(), RecordingSearch()
    toolbox = FakeToolbox(search, llm, painter, SimulatedUser(vision, prompts, target), prompts)
    config = Config(user="simulated", target=SECRET_ID, max_rounds=3)

    with open_sessions(tmp_path / "sessions.sqlite") as saver:
        graph = build_graph(lambda _: toolbox, saver)
        streamed = list(
            graph.stream(
                {"description": "a boat"},
                {"configurable": {"thread_id": "talk"}},
                context=config,
                stream_mode=["values", "updates", "tasks", "checkpoints", "debug"],
                subgraphs=True,
                durability="sync",
            )
        )
        checkpoints = "".join(repr(entry) for entry in saver.list(None))

    said = repr(streamed) + checkpoints + repr(llm.history) + repr(painter.history) + repr(search.history)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("sessions.sqlite*"))
    assert "a boat" in said  # the places looked through are the right ones
    assert b"a boat" in on_disk
    for secret in (SECRET_ID, SECRET_FILE):
        assert secret not in said
        assert secret.encode() not in on_disk
    assert len(vision.history) == 6
    assert all(pictures[-1].getpixel((0, 0)) == SECRET_COLOUR for _, pictures in vision.history)
