"""The settings that a person chooses on the page: listed from the dataclass, checked as strictly as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.web.application import application
from dir_tir.chat.web.server_state import ServerState
from dir_tir.chat.web.settings_view import checked_settings, profiles_for
from dir_tir.graph.config import PEOPLES, SETTINGS, Config
from dir_tir.tools.workspace import Workspace
from galleries import colours
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = {"gallery": "colours", "description": "a boat"}


@pytest.fixture
def client(quick_state: ServerState) -> TestClient:
    return TestClient(application(quick_state), base_url="http://localhost")


def test_the_panel_has_every_setting_for_people_with_what_holds_for_a_person(client: TestClient) -> None:
    fields = {field["name"]: field for field in client.get("/api/start").json()["settings"]}
    assert fields.keys() == {setting.name for setting in SETTINGS if setting.for_people} - {"dialog_num"}
    assert fields["max_rounds"] == {
        "name": "max_rounds",
        "words": "rounds at most",
        "type": "int",
        "low": 0,
        "high": 50,
        "choices": [],
        "default": 2,  # the server's
    }
    assert (fields["fusion"]["default"], "slots" in fields["fusion"]["choices"]) == (PEOPLES["fusion"], True)
    assert not any(field["default"] is None or "unset" in field["words"] for field in fields.values())


def test_what_is_chosen_holds_for_this_conversation_and_everything_else_is_as_the_server_has_it(
    client: TestClient, quick_state: ServerState
) -> None:
    chosen = {"max_rounds": 1, "painting": False, "fusion": "slots", "image_num": 5, "captioning": 0, "language": "German"}
    ids = [client.post("/api/conversations", json={**BEGIN, "settings": some}).json()["id"] for some in (chosen, {})]
    first, second = (Config.restored(quick_state.workspace.register.entry(id_).settings) for id_ in ids)
    assert {name: getattr(first, name) for name in chosen} == chosen
    assert (first.dialog_num, second.max_rounds, second.painting) == (5, 2, True)


REFUSED: list[tuple[Any, str]] = [
    ({"max_rounds": "5"}, "expected a whole number"),
    ({"max_rounds": True}, "expected a whole number"),
    ({"max_rounds": -1}, "expected a whole number of at least 0"),
    ({"max_rounds": 51}, "at most 50 here"),
    ({"captioning": 1e9}, "at most 60 here"),
    ({"fusion": "magic"}, "expected one of"),
    ({"painting": 1}, "expected true or false"),
    ({"image_num": 11}, "from 0 to 10"),
    ({"dialog_num": 5}, "cannot be chosen here"),
    ({"target": "x"}, "cannot be chosen here"),
    ({"gallery": "other"}, "cannot be chosen here"),
    ({"after": "2019"}, "cannot be chosen here"),
    ({"language": "x" * 41}, "at most 40"),
    ({"language": "a\0"}, ""),
    ({"profile": "/tmp/evil.toml"}, "cannot be chosen for gallery"),
    ({"profile": "laptop"}, "cannot be chosen for gallery"),
    ({"max_rounds": None}, "at settings.max_rounds"),
    ({"max_rounds": [1]}, "at settings.max_rounds"),
    ([], "at settings"),
]


def test_what_cannot_be_chosen_is_refused_and_nothing_is_begun(client: TestClient) -> None:
    for settings, reason in REFUSED:
        refused = client.post("/api/conversations", json={**BEGIN, "settings": settings})
        assert (refused.status_code, reason in refused.json()["problem"]) == (422, True), (settings, refused.text)
    assert client.get("/api/start").json()["conversations"] == []


@pytest.mark.models
def test_a_gallery_can_be_searched_by_any_profile_with_its_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    _, encoder = colours(tmp_path, 3)
    with Workspace() as workspace:
        with workspace.store.write("colours", encoder.fingerprint, encoder.dimension, "photos"):
            pass
        with ServerState(workspace) as state:
            assert [profile["name"] for profile in profiles_for(state, "colours")] == ["photos", "laptop"]
            assert checked_settings(state, "colours", {"profile": "laptop"}) == {"profile": "laptop"}
            assert profiles_for(state, "gone") == []
