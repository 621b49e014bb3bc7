"""The page's server without a browser: what it hands out, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.web.application import PAGE, application
from dir_tir.chat.web.guard import HEADERS, LARGEST, is_loopback, token_for
from dir_tir.chat.web.server_state import ServerState
from dir_tir.errors import InputError
from dir_tir.store.pictures import content_id
from dir_tir.tools.workspace import Workspace
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postcards import Hunt

LOCAL = "http://localhost"
TOKEN = "a-token-of-these-tests"


@pytest.fixture
def state(hunt: Hunt) -> Iterator[ServerState]:
    with Workspace() as workspace, ServerState(workspace, "miniature", image_num=0, dialog_num=10) as state:
        yield state


@pytest.fixture
def client(state: ServerState) -> TestClient:
    return TestClient(application(state), base_url=LOCAL)


def _begin(client: TestClient, hunt: Hunt, mystery: str = "") -> str:
    begun = client.post("/api/conversations", json={"gallery": hunt.gallery, "description": hunt.description, "mystery": mystery})
    assert begun.status_code == 201
    id_: str = begun.json()["id"]
    return id_


MODELS = "Models at work: encoder, language model, vision model, painter."


def test_it_lists_the_galleries_that_its_encoder_made(client: TestClient, hunt: Hunt) -> None:
    start = client.get("/api/start").json()
    line = next(line for line in start["galleries"] if line["name"] == hunt.gallery)
    assert line == {"name": hunt.gallery, "count": 150, "problem": "", "models": MODELS, "example": "a fish on a meadow", "profiles": []}
    assert start["conversations"] == []


def test_pictures_come_by_gallery_and_id_small_or_large_and_never_by_path(client: TestClient, hunt: Hunt) -> None:
    picture = client.get(f"/pictures/{hunt.gallery}/{content_id(hunt.file)}")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    for path in (
        f"/pictures/{hunt.gallery}/{hunt.file}",
        f"/pictures/{hunt.gallery}/..%2f..%2fsessions.sqlite",
        f"/pictures/..%2f{hunt.gallery}/{content_id(hunt.file)}",
        "/pictures/..%2f..%2f..%2fetc/passwd",
        f"/pictures/nothing/{content_id(hunt.file)}",
        "/paintings/..%2f..%2fsessions/1",
        "/../guard.py",
        "/..%2fguard.py",
        "/%2e%2e/guard.py",
        "/__init__.py",
    ):
        assert client.get(path).status_code == 404, path


def test_another_browser_neither_lists_nor_reads_nor_answers_a_conversation(client: TestClient, state: ServerState, hunt: Hunt) -> None:
    id_ = _begin(client, hunt)
    other = TestClient(application(state), base_url=LOCAL)
    assert [talk["id"] for talk in client.get("/api/start").json()["conversations"]] == [id_]
    assert other.get("/api/start").json()["conversations"] == []
    assert other.get(f"/api/conversations/{id_}").status_code == 404
    reply = {"round": 1, "kind": "question", "reply": {"text": "red"}}
    assert other.post(f"/api/conversations/{id_}/reply", json=reply).status_code == 422
    assert other.post(f"/api/conversations/{id_}/accept", json={"picture": "x"}).status_code == 422
    assert other.post(f"/api/conversations/{id_}/paint", json={"painting": False}).status_code == 422
    assert other.post(f"/api/conversations/{id_}/more", json={}).status_code == 422
    assert other.post(f"/api/conversations/{id_}/back", json={"round": 1}).status_code == 422
    assert other.post(f"/api/conversations/{id_}/return", json={"branch": "x"}).status_code == 422


def test_ten_more_are_shown_without_an_answer(client: TestClient, hunt: Hunt) -> None:
    address = f"/api/conversations/{_begin(client, hunt)}"
    wait_until(lambda: client.get(address).json()["question"])
    assert client.post(f"{address}/more", json={}).status_code == 200
    assert client.post(f"{address}/more", json={}).status_code == 200
    (page,) = client.get(address).json()["rounds"]
    assert len({result["id"] for result in (*page["results"], *page["further"])}) == 30
    assert client.post(f"{address}/accept", json={"picture": page["further"][14]["id"]}).status_code == 200
    wait_until(lambda: client.get(address).json()["found"] == page["further"][14]["id"])


def test_what_a_player_was_shown_is_in_the_register_and_in_no_state(client: TestClient, state: ServerState, hunt: Hunt) -> None:
    mystery = client.post("/api/mystery", json={"gallery": hunt.gallery}).json()["picture"]
    id_ = _begin(client, hunt, mystery)
    entry = state.workspace.register.entry(id_)
    talk = state.conversation(entry)
    assert entry.hunted == mystery
    assert mystery not in json.dumps(dict(entry.settings))
    assert (talk.config.target, talk.config.user) == ("", "person")
    values = talk.state.values
    assert mystery not in json.dumps({key: value for key, value in values.items() if key not in {"rounds", "related", "candidates"}})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"round": 1, "kind": "question", "reply": {"text": "x" * 501}}, "501 characters"),
        ({"round": 1, "kind": "question", "reply": {"accept": "x"}}, "at reply.accept: extra inputs are not permitted"),
        ({"round": 1, "kind": "password", "reply": {}}, "at kind: input should be 'question', 'difference' or 'click'"),
        ({"round": 1, "kind": "click", "reply": {}}, "says nothing: give ids of results"),
        ({"round": "1", "kind": "question", "reply": {}}, "at round: input should be a valid integer"),
        ({"round": 1, "kind": "question"}, "at reply: field required"),
        ({"round": 7, "kind": "question", "reply": {"text": "red"}}, "round 7 is over"),
        ([], "not understood"),
    ],
)
def test_replies_that_cannot_be_used_are_refused_with_the_reason(client: TestClient, hunt: Hunt, body: Any, reason: str) -> None:
    refused = client.post(f"/api/conversations/{_begin(client, hunt)}/reply", json=body)
    assert refused.status_code == 422
    assert reason in refused.json()["problem"]


def test_nobody_goes_back_to_what_never_was(client: TestClient, hunt: Hunt) -> None:
    one = f"/api/conversations/{_begin(client, hunt)}"
    for where, body, reason in (
        ("back", {"round": 7}, "to go back to"),
        ("back", {"round": "1"}, "at round"),
        ("return", {"branch": "x"}, "no branch 'x'"),
    ):
        refused = client.post(f"{one}/{where}", json=body)
        assert (refused.status_code, reason in refused.json()["problem"]) == (422, True), where


def test_a_request_that_is_no_json_or_too_long_is_refused(client: TestClient) -> None:
    assert "not JSON" in client.post("/api/mystery", data={"gallery": "x"}).json()["problem"]
    assert "not JSON" in client.post("/api/mystery", content=b"{", headers={"content-type": "application/json"}).json()["problem"]
    assert client.post("/api/mystery", json={"gallery": "x" * LARGEST}).status_code == 413

    def parts() -> Iterator[bytes]:  # without a length in its head
        yield from [b'{"gallery": "'] + [b"x" * 1024] * 65

    refused = client.post("/api/mystery", content=parts(), headers={"content-type": "application/json"})
    assert (refused.status_code, "longer than" in refused.text) == (413, True)


def test_on_this_machine_a_server_answers_under_its_own_names_only(state: ServerState) -> None:
    app = application(state)
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert TestClient(app, base_url=f"http://{host}:8020").get("/").status_code == 200
    assert TestClient(app, base_url="http://rebound.example").get("/").status_code == 421


def test_with_a_token_nobody_gets_anything_without_it(state: ServerState) -> None:
    client = TestClient(application(state, TOKEN), base_url="http://pictures.example")
    for path in ("/", "/app.js", "/api/start", "/pictures/a/b"):
        assert client.get(path).status_code == 401
    assert client.get("/?token=another").status_code == 401
    assert client.get("/api/start", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    entered = client.get(f"/?token={TOKEN}", follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert client.get("/api/start").status_code == 200  # the cookie


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("example", False)]
)
def test_a_token_is_demanded_wherever_others_can_reach_the_server(host: str, local: bool) -> None:
    assert is_loopback(host) == local
    assert bool(token_for(host, "")) == (not local)
    assert token_for(host, TOKEN) == TOKEN
    assert token_for("0.0.0.0", "") != token_for("0.0.0.0", "")
    with pytest.raises(InputError, match="guessed too easily"):
        token_for(host, "short")


def test_the_page_asks_nobody_else_for_anything_and_is_told_so(client: TestClient) -> None:
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http://" not in text, file
        assert "https://" not in text, file
    headers = client.get("/").headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "script-src 'self'" in headers["content-security-policy"]


def test_a_gallery_that_is_not_there_is_said_in_one_line(client: TestClient) -> None:
    refused = client.post("/api/conversations", json={"gallery": "nothing", "description": "a boat", "mystery": ""})
    assert "there is no gallery" in refused.json()["problem"]
