"""Visitors who send what no browser sends, over real connections: each is answered in plain words or let go, and nobody else notices."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web import connection, guard, limits
from dir_tir.chat.web.application import application
from dir_tir.chat.web.guard import HEADERS
from quick_server import quick_server
from serving import listened
from starlette.testclient import TestClient
from waiting import LIMIT, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dir_tir.chat.web.server_state import ServerState

TOKEN = "a-token-of-these-tests"
LOCAL = "http://localhost"
BEGIN = {"gallery": "colours", "description": "a boat"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerState]:
    with quick_server(tmp_path_factory.mktemp("server")) as state:
        yield state


@pytest.fixture(scope="module")
def port(state: ServerState) -> Iterator[int]:
    with listened(application(state)) as port:
        yield port


@pytest.fixture
def client(state: ServerState) -> TestClient:
    """A new visitor."""
    return TestClient(application(state), base_url=LOCAL, raise_server_exceptions=False)


def _said(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock:
        for part in parts:
            sock.sendall(part)
            time.sleep(pause)
        return b"".join(iter(lambda: sock.recv(65536), b""))


def _head(path: str = "/", *lines: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "host: localhost", "connection: close", *lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (_head("/", "content-length: -1"), 400),
        (_head("/", "content-length: many"), 400),
        (_head("/", "content-length: 1", "content-length: 2"), 400),
        (_head("/", f"content-length: {10**12}"), 413),
        (_head("/", f"x: {'x' * 100_000}"), 431),
        (_head("/", *[f"x{number}: x" for number in range(9000)]), 431),
        (_head(f"/{'x' * 12_000}"), 404),
        (_head(f"/paintings/{'a' * 32}/{'9' * 5000}"), 404),
        (_head("/%00/%ff/%2f..%2f"), 404),
        (_head("//evil.example/"), 404),
        (_head("/", method="BREW"), 405),
        (_head("/api/start", method="DELETE"), 405),
        (_head("*", method="OPTIONS"), 404),
        (_head("/api/start", 'cookie: dir_tir_owner=\xff\xfe; =;;\x80=\x01"\\777; dir_tir_token'), 200),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: re_bound.example\r\nconnection: close\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n", 421),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40, 400),
    ],
    ids=lambda value: value.decode("latin-1")[:30] if isinstance(value, bytes) else str(value),
)
def test_every_refusal_is_a_line_below_five_hundred_with_the_headers_of_the_page(port: int, request_: bytes, status: int) -> None:
    head, _, body = _said(port, request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert all(f"{name}: {value}".encode() in head for name, value in HEADERS.items())
    assert status == 200 or len(body.splitlines()) <= 1


def test_who_sends_its_head_or_its_body_byte_by_byte_is_let_go(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_WITHIN", 0.4)
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.4)
    assert _said(port) == b""
    assert b" 408 " in _said(port, b"GET / HTT", b"P/1.1\r\n", b"host: localhost\r\n", pause=0.05)
    asked = _head("/api/mystery", "content-type: application/json", "content-length: 40", method="POST")
    assert b" 408 " in _said(port, asked, b'{"gal', b'lery"', pause=0.05)
    chunked = _head("/api/mystery", "content-type: application/json", "transfer-encoding: chunked", method="POST")
    assert b" 408 " in _said(port, chunked, b'5\r\n{"gal\r\n', pause=0.05)
    refused = _head("/", f"content-length: {10**6}").replace(b"connection: close\r\n", b"")
    assert b" 413 " in _said(port, refused, b"x", pause=0.05)  # and the rest of it is not waited for


def test_more_connections_than_a_server_has_files_for_are_turned_away_with_a_word(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST", 3)
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    said = wait_until(lambda: _said(port))
    assert said.startswith(b"HTTP/1.1 429 ")
    for sock in idle:
        sock.close()
    wait_until(lambda: _said(port, _head("/api/start")).startswith(b"HTTP/1.1 200 "))


def test_a_token_in_any_encoding_and_a_path_with_two_slashes_lead_nowhere_else(state: ServerState) -> None:
    client = TestClient(application(state, TOKEN), base_url=LOCAL)
    for given in ("%ff%fe", "%C3%A9" * 9, "%00", TOKEN.upper()):
        assert client.get(f"/?token={given}").status_code == 401
    for name, value in {"authorization": b"Bearer \xe9\xff", "cookie": b'dir_tir_token=\xe9"\\351'}.items():
        refused = client.get("/", headers=[(name.encode(), value)])
        assert (refused.status_code, refused.headers["x-content-type-options"]) == (401, "nosniff")
    for path in ("//evil.example/x", "/%2fevil.example", "/\\evil.example", "/%5c/evil.example", "/%09/evil.example"):
        to = client.get(f"{path}?token={TOKEN}&a=b", follow_redirects=False).headers["location"]
        assert re.fullmatch(r"/[^/\\].*\?a=b", to), to


@pytest.mark.parametrize("text", ["a red cat \\ud83d", "\\udc00\\ud83d", "a\\u0000b", "\\u001b[2J"])
def test_half_an_emoji_or_a_control_character_is_refused_and_nothing_of_it_kept(client: TestClient, text: str) -> None:
    data = json.dumps(BEGIN).replace("a boat", text)
    refused = client.post("/api/conversations", content=data, headers={"content-type": "application/json"})
    assert (refused.status_code, len(refused.json()["problem"].splitlines())) == (422, 1)
    id_ = client.post("/api/conversations", json=BEGIN).json()["id"]
    reply = json.dumps({"round": 1, "kind": "question", "reply": {"text": "a boat"}}).replace("a boat", text)
    assert client.post(f"/api/conversations/{id_}/reply", content=reply, headers={"content-type": "application/json"}).status_code == 422
    assert [talk["id"] for talk in client.get("/api/start").json()["conversations"]] == [id_]


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"gallery":' * 5000, b'{"gallery": "\xff"}', b'{"round": 1' + b"0" * 5000 + b"}", b"\0", b""]
)
def test_what_is_no_json_is_said_in_a_line_however_deep_it_is(client: TestClient, body: bytes) -> None:
    refused = client.post("/api/mystery", content=body, headers={"content-type": "application/json; charset=x"})
    assert (refused.status_code, "not JSON" in refused.json()["problem"]) == (422, True)


def test_a_visitor_has_so_many_event_streams_and_gets_their_places_back(
    port: int, state: ServerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STREAMS_EACH", 3)
    owner = "a" * 32
    id_ = state.search("colours").begin("a boat", owner=owner).id

    def asked(method: str = "GET") -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        opened = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        opened.request(method, f"/api/conversations/{id_}/events", headers={"cookie": f"dir_tir_owner={owner}"})
        return opened, opened.getresponse()

    streams = [asked() for _ in range(3)]
    assert [stream.status for _, stream in streams] == [200, 200, 200]
    refused = asked()[1]
    assert (refused.status, "3 of your pages" in json.loads(refused.read())["problem"]) == (429, True)
    assert asked("HEAD")[1].read() == b""
    for opened, stream in streams:
        stream.close()  # aborted in the middle
        opened.close()
    wait_until(lambda: asked()[1].status == 200)


def test_a_visitor_keeps_so_many_conversations_and_is_told_so(
    client: TestClient, state: ServerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_EACH", 2)
    before = state.workspace.register.count()
    assert [client.post("/api/conversations", json=BEGIN).status_code for _ in range(3)] == [201, 201, 429]
    refused = client.post("/api/conversations", json=BEGIN)
    assert "2 of your conversations are kept" in refused.json()["problem"]
    client.cookies.clear()  # another visitor
    assert client.post("/api/conversations", json=BEGIN).status_code == 201
    monkeypatch.setattr(limits, "KEPT_IN_ALL", before + 3)
    client.cookies.clear()
    assert f"this server keeps {before + 3} conversations" in client.post("/api/conversations", json=BEGIN).json()["problem"]


def test_what_breaks_unforeseen_is_said_in_a_line_without_its_place(
    client: TestClient, state: ServerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "begin", lambda *_: 1 / 0)
    refused = client.post("/api/conversations", json=BEGIN)
    assert (refused.status_code, "ZeroDivisionError" in refused.text, len(refused.text.splitlines())) == (500, False, 1)
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_an_entry_or_a_state_that_is_damaged_costs_itself_alone(client: TestClient, state: ServerState) -> None:
    client.cookies.set("dir_tir_owner", owner := "b" * 32)
    good, bad, foreign = (state.search("colours").begin("a boat", owner=owner).id for _ in range(3))
    words = ('"max_rounds":2', '"max_rounds":"ten"')
    with state.workspace.conversations.saver.transaction() as rows:
        rows.execute("UPDATE conversations SET entry = '{\"id\": 3' WHERE id = ?", (bad,))
        rows.execute("UPDATE conversations SET entry = replace(entry, ?, ?) WHERE id = ?", (*words, foreign))
    assert [talk["id"] for talk in client.get("/api/start").json()["conversations"]] == [good]
    for id_ in (bad, foreign):
        assert client.get(f"/api/conversations/{id_}").status_code == 404
        assert client.get(f"/api/conversations/{id_}/events").status_code == 404
        assert client.post(f"/api/conversations/{id_}/run", json={}).status_code == 422
