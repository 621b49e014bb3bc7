"""Ten rounds over a real Chroma gallery on disk, with fake models, the settings as they come from JSON, and the real checkpointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.prompts.library import PromptLibrary
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.store.home import Home
from dir_tir.tools.user import SimulatedUser
from fakes import FakeToolbox, FakeVisionModel
from galleries import colours

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_ten_rounds_over_a_gallery_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    search, encoder = colours(tmp_path, 130)
    target = search.ids[17]
    user = SimulatedUser(FakeVisionModel(), PromptLibrary.load("paper"), tmp_path / search.record(target).path)
    toolbox = FakeToolbox(search=search, user=user)

    with open_sessions(Home.of().sessions) as saver:
        graph = build_graph(lambda config: toolbox, saver)
        config = Config(user="simulated", target=target, gallery="colours", exclude_shown=True)
        rounds = graph.invoke({"description": "red"}, {"configurable": {"thread_id": "colours"}}, context=config)["rounds"]

    assert len(rounds) == 11
    shown = [result["id"] for record in rounds for result in record["results"]]
    assert len(shown) == len(set(shown)) == 110  # exclude_shown: every page is new
    assert all(candidate["caption"].startswith("picture number") for record in rounds[1:] for candidate in record["candidates"])
    descriptions = {record["description"] for record in rounds}
    assert sum(encoder.texts.count(text) for text in descriptions) == len(descriptions)  # each is embedded once, though searched for twice
