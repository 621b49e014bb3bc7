from __future__ import annotations

import asyncio
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dir_tir.tools.workspace import Workspace
from galleries import indexed
from starlette.testclient import TestClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module as the server imports it: by its path, without its package."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    file, _, name = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["dir_tir"]["path"].partition(":")
    assert name == "conversation"
    spec = spec_from_file_location("studio_as_the_server_imports_it", ROOT / file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return SimpleNamespace(module=module, conversation=lambda: asyncio.run(module.conversation()))


def test_the_server_finds_an_uncheckpointed_graph_and_can_describe_its_settings(studio: Any) -> None:
    graph = studio.conversation()
    assert graph.checkpointer is None
    fields = graph.get_input_jsonschema()["properties"]
    assert fields.keys() == {"description", "messages"}
    assert all(one["description"] for one in fields.values())
    settings = graph.get_context_jsonschema()["properties"]
    assert settings["max_rounds"]["default"] == 10
    assert settings["user"]["enum"] == ["person", "simulated"]


def test_what_there_is_to_choose_of_is_looked_up_whenever_the_server_asks(studio: Any, tmp_path: Path) -> None:
    def offered(name: str) -> list[str | None]:
        choices: list[str | None] = studio.conversation().get_context_jsonschema()["properties"][name]["enum"]
        return choices

    assert offered("gallery") == ["postcards"]
    assert {"miniature", "photos"} <= set(offered("profile"))
    assert {"newest", "slots", None} <= set(offered("fusion"))
    (tmp_path / "pictures").mkdir()
    indexed(tmp_path, tmp_path / "pictures", 2, "holidays")
    assert offered("gallery") == ["postcards", "holidays"]
    assert studio.conversation().context_schema(gallery="another", profile="own.toml").gallery == "another"  # a form's help, and no fence


def test_while_the_server_of_the_galleries_is_away_the_form_is_shown_and_pictures_are_not_said_to_be_gone(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_STORE", "http://127.0.0.1:1")
    assert studio.conversation().get_context_jsonschema()["properties"]["gallery"]["enum"] == ["postcards"]
    spec = spec_from_file_location("studio_pictures_as_the_server_imports_it", ROOT / "graph" / "studio_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    pictures = module_from_spec(spec)
    spec.loader.exec_module(pictures)
    answer = TestClient(pictures.app).get(f"/pictures/g/{'a' * 32}.webp")
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)


def test_models_are_those_of_one_workspace_however_often_the_server_asks_for_the_graph(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Workspace] = []

    def counted(**options: Any) -> Workspace:
        opened.append(Workspace(**options))
        return opened[-1]

    monkeypatch.setattr(studio.module, "Workspace", counted)
    assert studio.conversation() is not studio.conversation()
    assert len(opened) == 1
