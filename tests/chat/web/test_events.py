"""What a conversation's events look like to a browser that listens over a real connection."""

from __future__ import annotations

import http.client
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from dir_tir.chat.web import streaming
from dir_tir.chat.web.application import application
from dir_tir.chat.web.open_conversations import KEPT
from dir_tir.chat.web.serving import listening
from waiting import LIMIT, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dir_tir.chat.web.server_state import ServerState


@pytest.fixture
def port(quick_state: ServerState, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port at which the server listens; its signs of life come five times a second."""
    monkeypatch.setattr(streaming, "BEAT_EVERY", 0.2)
    with listening("127.0.0.1", 0) as open_port:
        server = uvicorn.Server(uvicorn.Config(application(quick_state), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [open_port]})
        thread.start()
        yield open_port.getsockname()[1]
        server.should_exit = True
        thread.join(LIMIT)


class Browser:
    """Somebody with a cookie; one connection for each request."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""

    def ask(self, method: str, path: str, body: Any = None) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        connection.request(method, path, json.dumps(body), {"content-type": "application/json", "cookie": self.cookie})
        answer = connection.getresponse()
        self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
        return connection, answer

    def begin(self) -> str:
        id_: str = json.loads(self.ask("POST", "/api/conversations", {"gallery": "colours", "description": "a boat"})[1].read())["id"]
        return id_


def _views(stream: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    while True:
        line = stream.readline().decode()
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_every_change_comes_once_and_in_the_silence_signs_of_life(port: int) -> None:
    browser = Browser(port)
    connection, stream = browser.ask("GET", f"/api/conversations/{browser.begin()}/events")
    assert stream.getheader("content-type", "").startswith("text/event-stream")
    versions = []
    for view in _views(stream):
        versions.append(view["version"])
        if view["question"] and view["difference"] and not view["running"]:
            break
    assert versions == sorted(set(versions))
    while not (line := stream.readline().decode()).startswith(": still here"):
        assert not line.startswith("data: ")
    stream.close()
    connection.close()


def test_a_stream_by_itself_starts_nothing_and_hears_what_another_tab_does(quick_state: ServerState, port: int) -> None:
    browser = Browser(port)
    browser.ask("GET", "/api/start")
    owner = browser.cookie.partition("=")[2]
    id_ = quick_state.search("colours").begin("a boat", owner=owner).id
    connection, stream = browser.ask("GET", f"/api/conversations/{id_}/events")
    views = _views(stream)
    first = next(views)
    assert (first["running"], first["rounds"], first["version"]) == (False, [], 0)
    assert stream.readline().strip() == b""
    assert stream.readline().startswith(b": still here")  # and nothing has happened
    assert browser.ask("POST", f"/api/conversations/{id_}/run", {})[1].status == 200
    assert next(view for view in views if view["question"])["rounds"]
    stream.close()
    connection.close()


def test_a_conversation_stays_in_memory_while_somebody_listens_and_no_longer(quick_state: ServerState, port: int) -> None:
    browser = Browser(port)
    connection, stream = browser.ask("GET", f"/api/conversations/{browser.begin()}/events")
    next(view for view in _views(stream) if view["question"] and not view["running"])
    others = [quick_state.search("colours").begin("a boat", owner="b" * 32).id for _ in range(KEPT)]

    def in_memory() -> int:
        for id_ in others:
            with quick_state.conversations.using(id_, "b" * 32):
                pass
        return len(quick_state.conversations)

    assert in_memory() == KEPT + 1
    stream.close()
    connection.close()
    wait_until(lambda: in_memory() == KEPT)
