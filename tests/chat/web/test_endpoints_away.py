"""What a visitor is told while the encoder's endpoint is away, and that nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dir_tir.chat.web.application import application
from dir_tir.chat.web.gallery_views import profiles_view
from dir_tir.chat.web.server_state import ServerState
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.tools.workspace import Workspace
from fake_embeddings import embeddings, encoder_profile
from PIL import Image
from scripted import Scripted, scripted
from starlette.testclient import TestClient
from waiting import wait_until

AWAY = (503, {"error": {"message": "the model is being loaded"}})
TOLD = (
    "gave no answer in 1 tries (503: the model is being loaded): see that it runs and answers within `timeout`, then go on; nothing is lost"
)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(embeddings) as there:
        yield there


@pytest.fixture
def client(server: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Of a server with a gallery of captioned pictures and nothing but an encoder, which is behind the endpoint."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    profile = str(encoder_profile(tmp_path / "there.toml", server.url))
    for number in range(40):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}.png")
    sources = [Source(tmp_path / f"{number}.png", (f"picture number {number}",)) for number in range(40)]
    with Workspace() as workspace:
        index(sources, workspace.store, "colours", workspace.encoder("colours", profile), profile=profile)
    with Workspace() as workspace, ServerState(workspace) as state:  # as one that is started later
        yield TestClient(application(state), base_url="http://localhost")


@pytest.mark.parametrize(("answer", "away"), [((200, {"data": [{"id": "clip"}]}), []), (AWAY, ["encoder"])])
def test_whoever_makes_a_gallery_sees_where_its_pictures_go_and_what_does_not_answer(
    server: Scripted, tmp_path: Path, answer: Any, away: list[str]
) -> None:
    server.answer = lambda _: answer
    profile = str(encoder_profile(tmp_path / "there.toml", server.url))
    with Workspace(tmp_path / "home") as workspace, ServerState(workspace, profile) as state:
        [view] = profiles_view(state)
    assert (view["away"], view["endpoints"], view["sends_pictures"]) == (away, [server.url], True)
    assert (view["fetch"], view["memory"]["conversation"], view["problem"]) == (0.0, 0.0, "")


def _view(client: TestClient, id_: str) -> dict[str, Any]:
    """Of a conversation at rest."""

    def at_rest() -> Any:
        view = client.get(f"/api/conversations/{id_}").json()
        return None if view["running"] else view

    view: dict[str, Any] = wait_until(at_rest)
    return view


def _begin(client: TestClient) -> str:
    begun = client.post("/api/conversations", json={"gallery": "colours", "description": "a red picture"})
    assert begun.status_code == 201, begun.text
    return str(begun.json()["id"])


def test_a_conversation_that_is_begun_meanwhile_goes_on_when_the_encoder_is_there(client: TestClient, server: Scripted) -> None:
    server.answer = lambda _: AWAY
    assert [line["problem"] for line in client.get("/api/start").json()["galleries"]] == [""]
    id_ = _begin(client)
    view = _view(client, id_)
    assert view["problem"].endswith(TOLD)
    assert "\n" not in view["problem"]
    server.answer = embeddings
    client.post(f"/api/conversations/{id_}/run", json={})
    view = _view(client, id_)
    assert (view["problem"], len(view["rounds"])) == ("", 1)


def test_a_round_without_the_encoder_keeps_the_page_and_says_why(client: TestClient, server: Scripted) -> None:
    id_ = _begin(client)
    assert _view(client, id_)["question"]
    for round_number, answer in ((1, AWAY), (2, None)):
        server.answer = (lambda _: AWAY) if answer else embeddings
        reply = {"round": round_number, "kind": "question", "reply": {"text": f"a boat of number {round_number}"}}
        assert client.post(f"/api/conversations/{id_}/reply", json=reply).status_code == 200
        _view(client, id_)
    first, away, back = _view(client, id_)["rounds"]
    assert [note for note in away["notes"] if note.endswith(TOLD)]
    assert (away["results"], away["description"]) == (first["results"], first["description"])
    assert back["results"] != first["results"]
    assert not [note for note in back["notes"] if TOLD in note]
