"""A server that is up for a long time: what it holds, what other processes do meanwhile, and how it ends."""

from __future__ import annotations

import gc
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.web import application as served_application
from dir_tir.chat.web.application import application
from dir_tir.chat.web.open_conversations import KEPT
from dir_tir.chat.web.running_conversation import RunningConversation
from dir_tir.chat.web.server_state import ServerState
from dir_tir.chat.web.serving import listening
from dir_tir.store.pictures import content_id
from dir_tir.tools.user import Person
from dir_tir.tools.workspace import Workspace
from fakes import FakePainter, FakeToolbox
from PIL import Image
from postcards import Hunt
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMIT = 120.0  # seconds that a test waits for something at most
MANY = 200


@pytest.fixture
def workspace(hunt: Hunt) -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def state(workspace: Workspace) -> Iterator[ServerState]:
    """A server over the real gallery with fake models."""

    def resolve(config: Any) -> FakeToolbox:
        return FakeToolbox(search=workspace.search(config.gallery, config.profile), user=Person(workspace.paintings), painter=FakePainter())

    with ServerState(workspace, resolve=resolve, max_rounds=2) as state:
        yield state


def _wait_until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + LIMIT
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
    return found


def _held() -> dict[str, int]:
    """Objects and resources that grow in a server which forgets to let go of something."""
    gc.collect()
    alive = gc.get_objects()
    return {
        "conversations": sum(isinstance(thing, Conversation) for thing in alive),
        "running": sum(isinstance(thing, RunningConversation) for thing in alive),
        "threads": sum(thread.name.startswith("conversation") for thread in threading.enumerate()),
        "files": len(psutil.Process().open_files()),
    }


def test_two_hundred_conversations_leave_no_more_behind_than_a_few(state: ServerState, hunt: Hunt) -> None:
    client = TestClient(application(state), base_url="http://localhost")

    def talk() -> None:
        begun = client.post("/api/conversations", json={"gallery": hunt.gallery, "description": hunt.description})
        address = f"/api/conversations/{begun.json()['id']}"
        asked = _wait_until(lambda: (now := client.get(address).json()) and not now["running"] and now["question"] and now)
        assert client.post(f"{address}/reply", json={"round": 1, "kind": "question", "reply": {"text": "a red one"}}).status_code == 200
        assert client.post(f"{address}/accept", json={"picture": asked["rounds"][0]["results"][0]["id"]}).status_code == 200
        _wait_until(lambda: client.get(address).json()["finished"])

    for _ in range(2):
        talk()
    before = _held()
    for _ in range(MANY):
        talk()
    held = _held()
    assert held["conversations"] <= KEPT + 1
    assert held["running"] <= KEPT + 1
    assert held["threads"] <= 1
    assert held["files"] <= before["files"] + 2
    assert len(client.get("/api/start").json()["conversations"]) == 50


@pytest.fixture
def port(state: ServerState) -> Iterator[int]:
    """The port at which the server really listens."""
    import uvicorn

    with listening("127.0.0.1", 0) as open_port:
        server = uvicorn.Server(uvicorn.Config(application(state), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [open_port]})
        thread.start()
        yield open_port.getsockname()[1]
        server.should_exit = True
        thread.join(LIMIT)


class Browser:
    """Somebody who listens to a conversation's events."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        self.cookie = ""

    def ask(self, method: str, path: str, body: Any = None) -> http.client.HTTPResponse:
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"content-type": "application/json", "cookie": self.cookie})
        answer = self.connection.getresponse()
        if given := answer.getheader("set-cookie"):
            self.cookie = given.partition(";")[0]
        return answer


def test_events_come_as_they_happen_and_a_closed_browser_is_forgotten(
    state: ServerState, hunt: Hunt, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_application, "BEAT_EVERY", 0.2)
    browser = Browser(port)
    id_ = json.loads(browser.ask("POST", "/api/conversations", {"gallery": hunt.gallery, "description": hunt.description}).read())["id"]
    stream = browser.ask("GET", f"/api/conversations/{id_}/events")
    assert stream.getheader("content-type", "").startswith("text/event-stream")
    views = []
    while not (views and views[-1]["question"] and views[-1]["difference"] and not views[-1]["running"]):
        line = stream.readline().decode()
        if line.startswith("data: "):
            views.append(json.loads(line.removeprefix("data: ")))
    assert len({view["version"] for view in views}) == len(views)  # nothing is sent twice
    while not stream.readline().startswith(b": still here"):
        pass
    browser.connection.close()
    stream.close()

    def fill() -> bool:
        for _ in range(KEPT):
            other = state.search(hunt.gallery).begin("a boat", owner="b" * 32)
            with state.conversations.using(other.id, "b" * 32):
                pass
        return len(state.conversations) == KEPT

    _wait_until(fill)  # while somebody listens there is one more


def test_what_another_process_indexes_is_found_and_what_it_deletes_is_gone(hunt: Hunt, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()

    def run(*command: str) -> None:
        subprocess.run([sys.executable, "-m", "dir_tir.chat.terminal.cli", *command], check=True, timeout=600, capture_output=True)

    def add(number: int) -> str:
        file = tmp_path / "pictures" / f"{number}.png"
        Image.new("RGB", (64, 64), (40 * number, 250 - 40 * number, 99)).save(file)
        return content_id(file)

    first = add(0)
    run("index", str(tmp_path / "pictures"), "--gallery", "live", "--profile", "miniature")
    with Workspace() as workspace, ServerState(workspace, image_num=0, max_rounds=1) as state:
        client = TestClient(application(state), base_url="http://localhost")

        def results() -> list[dict[str, Any]]:
            begun = client.post("/api/conversations", json={"gallery": "live", "description": "a card"})
            assert begun.status_code == 201, begun.text
            address = f"/api/conversations/{begun.json()['id']}"
            rounds = _wait_until(lambda: (now := client.get(address).json())["rounds"] or now["problem"])
            assert isinstance(rounds, list), rounds
            found: list[dict[str, Any]] = rounds[0]["results"]
            return found

        assert [result["id"] for result in results()] == [first]
        second = add(1)
        run("index", str(tmp_path / "pictures"), "--gallery", "live")
        assert client.get(f"/pictures/live/{second}").status_code == 200
        assert {result["id"] for result in results()} == {first, second}
        (tmp_path / "pictures" / "0.png").unlink()
        run("index", str(tmp_path / "pictures"), "--gallery", "live")
        assert client.get(f"/pictures/live/{first}").status_code == 404
        assert [result["id"] for result in results()] == [second]
        assert {"name": "live", "count": 1, "problem": ""} in client.get("/api/start").json()["galleries"]
        earlier = client.get("/api/start").json()["conversations"]
        shown = client.get(f"/api/conversations/{earlier[1]['id']}").json()["rounds"][0]["results"]
        assert {result["id"]: result["gone"] for result in shown} == {first: True, second: False}
        run("gallery", "delete", "live", "--yes")
        assert "live" not in [gallery["name"] for gallery in client.get("/api/start").json()["galleries"]]
        refused = client.post("/api/conversations", json={"gallery": "live", "description": "a card"})
        assert "there is no gallery" in refused.json()["problem"]
        assert client.get(f"/pictures/live/{second}").status_code == 404
