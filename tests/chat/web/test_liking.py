"""A conversation that begins with a picture, over the page's server."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.web import guard
from dir_tir.chat.web.application import application
from dir_tir.store.pictures import content_id
from PIL import Image
from quick_server import quick_server
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.chat.web.server_state import ServerState

SENT = {"content-type": "application/octet-stream"}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[ServerState]:
    with quick_server(tmp_path) as state:
        yield state


@pytest.fixture
def client(state: ServerState) -> TestClient:
    return TestClient(application(state), base_url="http://localhost")


def _begin(**more: Any) -> str:
    return "/api/like?begin=" + json.dumps({"gallery": "colours", "description": "", **more})


def _photo() -> bytes:
    content = BytesIO()
    Image.effect_noise((900, 600), 90).save(content, "PNG")
    return content.getvalue()


def test_a_picture_that_is_sent_begins_a_conversation_and_is_shown_to_its_owner_alone(state: ServerState, client: TestClient) -> None:
    photo = _photo()
    assert len(photo) > guard.LARGEST
    begun = client.post(_begin(), content=photo, headers=SENT)
    assert begun.status_code == 201
    id_ = begun.json()["id"]
    seen = wait_until(lambda: (now := client.get(f"/api/conversations/{id_}").json())["rounds"] and now)
    assert (seen["like"], len(seen["rounds"][0]["results"])) == (True, 10)
    assert client.get(f"/likes/{id_}").headers["content-type"] == "image/webp"
    other = TestClient(application(state), base_url="http://localhost")
    assert other.get(f"/likes/{id_}").status_code == 404
    (line,) = client.get("/api/start").json()["conversations"]
    assert line["title"] == "a picture like another"


def test_a_picture_of_the_gallery_begins_one_by_its_id(client: TestClient, tmp_path: Path) -> None:
    id_ = content_id(tmp_path / "colours" / "007.png")
    body = {"gallery": "colours", "description": "", "like": id_}
    talk = client.post("/api/conversations", json=body).json()["id"]
    rounds = wait_until(lambda: client.get(f"/api/conversations/{talk}").json()["rounds"])
    assert rounds[0]["description"] == "picture number 7"
    assert (
        client.post("/api/conversations", json={**body, "like": "x" * 32}).json()["problem"]
        == f"gallery 'colours' has no picture {'x' * 32!r}"
    )
    assert client.post("/api/conversations", json={**body, "like": ""}).status_code == 422
    assert client.get("/likes/0123").status_code == 404


def test_what_is_no_picture_is_refused_and_nothing_of_it_is_kept(state: ServerState, client: TestClient, tmp_path: Path) -> None:
    refused = client.post(_begin(), content=b"not a picture", headers=SENT)
    assert (refused.status_code, "not a picture that can be read" in refused.json()["problem"]) == (422, True)
    assert client.post(_begin(), content=_photo()[:5000], headers=SENT).status_code == 422
    assert client.post(_begin(), content=_photo(), headers={"content-type": "image/png"}).status_code == 422
    assert client.post("/api/like", content=_photo(), headers=SENT).status_code == 422
    assert client.post(_begin(folder="nowhere"), content=_photo(), headers=SENT).status_code == 422
    assert state.workspace.register.count() == 0
    assert not list((tmp_path / "home").rglob("like-*"))


def test_only_the_address_that_takes_a_picture_takes_so_much(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LARGEST_PICTURE", 100_000)
    assert client.post(_begin(), content=b"x" * 100_001, headers=SENT).status_code == 413
    assert client.post("/api/conversations", content=b"x" * (guard.LARGEST + 1), headers=SENT).status_code == 413
