"""The first page when a gallery, a profile or an entry is not as it was: each costs its own line, and nothing else."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.application import application
from dir_tir.chat.web.server_state import ServerState
from dir_tir.chat.web.start_view import UNUSABLE
from dir_tir.graph.config import Config
from dir_tir.store.conversations.register import Entry, new_id
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.home import Home
from dir_tir.store.server_address import ServerAddress
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder
from PIL import Image
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANN = "a" * 32


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A home with a gallery whose profile is gone, and a larger one that earlier weights of the shipped models made."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    sources = []
    for number in range(3):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}.png")
        sources.append(Source(tmp_path / f"{number}.png"))
    with Workspace() as workspace:
        index(sources[:2], workspace.store, "mine", FakeEncoder(), profile=str(tmp_path / "mine.toml"))
        index(sources, workspace.store, "earlier", FakeEncoder(fingerprint="earlier"), profile="miniature")
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with ServerState(workspace) as state:
        client = TestClient(application(state), base_url="http://localhost")
        client.cookies.set("dir_tir_owner", ANN)
        yield client


def _enter(workspace: Workspace, gallery: str, profile: str, **more: object) -> str:
    entry = Entry(new_id(), f"in {gallery}", {**asdict(Config(gallery=gallery, profile=profile)), **more}, ANN)
    workspace.register.enter(entry)
    return entry.id


def test_galleries_that_cannot_be_searched_are_listed_with_the_reason(client: TestClient) -> None:
    first, second = client.get("/api/start").json()["galleries"]
    assert (first["name"], first["count"], second["name"], second["count"]) == ("earlier", 3, "mine", 2)
    assert "encoder" in first["problem"]
    assert "mine.toml" in second["problem"]


def test_a_visitor_learns_that_a_gallery_cannot_be_searched_and_no_path(workspace: Workspace) -> None:
    with ServerState(workspace) as state:
        visitor = TestClient(application(state, "a-token-of-these-tests"), headers={"authorization": "Bearer a-token-of-these-tests"})
        problems = [line["problem"] for line in visitor.get("/api/start").json()["galleries"]]
    assert problems == [UNUSABLE, UNUSABLE]


def test_while_the_server_of_the_galleries_is_away_the_page_says_so_and_calls_nothing_missing(tmp_path: Path) -> None:
    with Workspace(Home(tmp_path, server=ServerAddress("http://127.0.0.1:1"))) as workspace, ServerState(workspace) as state:
        client = TestClient(application(state), base_url="http://localhost")
        for answer in (client.get("/api/start"), client.post("/api/conversations", json={"gallery": "g", "description": "a boat"})):
            assert answer.status_code == 503
            assert "Chroma's server at http://127.0.0.1:1 cannot be reached" in answer.json()["problem"]


@pytest.mark.models
def test_conversations_in_such_galleries_can_be_looked_at_and_say_what_is_in_their_way(
    client: TestClient, workspace: Workspace, tmp_path: Path
) -> None:
    in_mine = _enter(workspace, "mine", str(tmp_path / "mine.toml"))
    in_earlier = _enter(workspace, "earlier", "miniature")
    listed = client.get("/api/start").json()["conversations"]
    assert [line["id"] for line in listed] == [in_earlier, in_mine]
    for id_ in (in_mine, in_earlier):
        address = f"/api/conversations/{id_}"
        assert client.get(address).json()["problem"] == ""
        assert client.post(f"{address}/run", json={}).status_code == 200
        wait_until(lambda address=address: client.get(address).json()["problem"])  # type: ignore[misc]


def test_an_entry_of_a_later_version_costs_its_own_line(client: TestClient, workspace: Workspace) -> None:
    later = _enter(workspace, "earlier", "miniature", later=1)
    now = _enter(workspace, "earlier", "miniature")
    assert [line["id"] for line in client.get("/api/start").json()["conversations"]] == [now]
    refused = client.get(f"/api/conversations/{later}")
    assert (refused.status_code, "does not know (later)" in refused.json()["problem"]) == (404, True)


def test_a_conversation_begun_where_nothing_can_be_searched_is_refused_with_the_reason(client: TestClient) -> None:
    refused = client.post("/api/conversations", json={"gallery": "earlier", "description": "a boat"})
    assert refused.status_code == 422
    assert "encoder" in refused.json()["problem"]


def test_the_days_and_folders_of_a_gallery_are_told_and_folders_only_where_paths_are(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "sea").mkdir()
    Image.new("RGB", (8, 8), (0, 9, 0)).save(tmp_path / "sea" / "a.png")
    index([Source(tmp_path / "0.png"), Source(tmp_path / "sea" / "a.png")], workspace.store, "two", FakeEncoder())
    with ServerState(workspace) as state:
        here = TestClient(application(state), base_url="http://localhost")
        there = TestClient(application(state, "a-token-of-these-tests"), headers={"Authorization": "Bearer a-token-of-these-tests"})
        told = here.post("/api/filters", json={"gallery": "two"}).json()
        assert (told["folders"], len(told["days"])) == (["sea"], 2)
        assert there.post("/api/filters", json={"gallery": "two"}).json() == {**told, "folders": []}
        begun = {"gallery": "two", "description": "a boat", "folder": str(tmp_path)}
        refused = there.post("/api/conversations", json=begun)
        assert (refused.status_code, "is a whole path: give its name" in refused.json()["problem"]) == (422, True)
        assert here.post("/api/filters", json={"gallery": "none"}).status_code == 422
