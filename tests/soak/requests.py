"""Hostile requests: to the page and to the MCP server, with somebody beside them who must not notice."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from .case import Fault, Outcome, Part
from .visiting import Visitor, exchanged, faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .case import Case

ODD = [
    "\ud83d",
    "\udc00",
    "\0",
    "\x1b[2J",
    "\u202e",
    "\U0010ffff",
    "'; DROP TABLE conversations;--",
    "../" * 9,
    "{{7*7}}",
    "<script>",
    "%s%n",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "BREW", "get", "G" * 300]
TYPES = ["application/json", "Application/JSON; charset=utf-16", "text/plain", "multipart/form-data; boundary=", "", ";;;", "a" * 5000]


def _paths(id_: str) -> list[str]:
    one = f"/api/conversations/{id_}"
    return [
        *("/", "/app.js", "/api/start", "/api/mystery", "/api/conversations", one, f"{one}/events", f"{one}/run", f"{one}/reply"),
        *(
            f"{one}/accept",
            f"{one}/paint",
            f"/paintings/{id_}/1",
            f"/paintings/{id_}/{'9' * 6000}",
            "/paintings/x/-1",
            "/pictures/colours/x",
            "//evil/",
        ),
        *(
            f"{one}/rename",
            f"{one}/export",
            "/api/galleries",
            "/api/galleries/colours/update",
            "/api/galleries/..%2fx/stop",
            "/api/postcards",
        ),
        *("/api/folders?path=%2fetc", "/api/folders?path=..%00", "/api/galleries/events"),
        *("/originals/colours/x", "/originals/..%2fcolours/%00?download", "/api/pictures/colours/..%2f..%2fx", "/api/folder"),
        *(
            "/pictures/%00/%ff",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fguard.py",
            "/api/conversations/%00/events",
            "*",
            "http://evil/",
            "/%",
        ),
        *(
            f"/{'a' * 15_000}",
            "/api/start?" + "a=b&" * 2000,
            "/?token=%ff%fe",
            "/api//start/",
            "/api/start/",
            "/\\\\evil",
            "/pictures/a/b?large",
        ),
        "/mcp",
    ]


def _body(chance: random.Random, id_: str) -> bytes:
    """A body that the page or a client of the MCP server sends, and something wrong with it."""
    odd = chance.choice(ODD)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "start_search", "arguments": {"description": odd}}}
    body: Any = chance.choice(
        [
            {"gallery": "colours", "description": odd},
            {"gallery": odd, "description": "a boat", "mystery": odd},
            {"round": 1, "kind": "question", "reply": {"text": odd}},
            {"round": 10**30, "kind": "difference", "reply": {"more_like": [odd] * 99}},
            {"round": 1, "kind": "question", "reply": {"text": "x" * 60_000}},
            {"picture": odd},
            {"picture": "x" * 200},
            call,
            {**call, "method": odd},
            {**call, "params": {"name": "answer_search", "arguments": {"conversation": id_, "more_like": [2**70, None]}}},
            {**call, "params": None, "id": {}},
            [call] * 50,
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": odd, "capabilities": {}, "clientInfo": {}}},
            chance.choice([None, True, 0, "", [], float("nan"), 10**400]),
        ]
    )
    data = json.dumps(body).encode()
    match chance.randrange(6):
        case 0:
            return data.replace(b'"', b'\xff"', 1)
        case 1:
            return chance.choice([b"[", b'{"gallery":', b'{"params":']) * chance.randrange(1, 6000)
        case 2:
            return data[: chance.randrange(len(data) + 1)]
        case 3:
            place = chance.randrange(len(data))
            return data[:place] + chance.randbytes(chance.randrange(1, 8)) + data[place:]
        case _:
            return data


def _head(chance: random.Random, path: str, length: int | None) -> bytes:
    lines = [f"{chance.choice(METHODS) if chance.random() < 0.4 else 'POST'} {path} HTTP/1.1", "host: localhost", "connection: close"]
    if length is not None:
        lines.append(f"content-length: {length}")
    more = [
        f"content-type: {chance.choice(TYPES)}",
        "cookie: dir_tir_owner=" + chance.choice(["\xff" * 32, "'" * 32, "a" * 31, '"\\777', "=;=;;", "a" * 9000]),
        "authorization: Bearer \xe9\xff",
        "accept: application/json, text/event-stream",
        "mcp-session-id: " + chance.choice(["x", "\xff", "a" * 4000, "0" * 32]),
        "mcp-protocol-version: " + chance.choice(["2026-07-28", "2025-06-18", "2099-01-01", "\xff", "x" * 999]),
        "mcp-method: tools/call",
        "expect: 100-continue",
        "upgrade: websocket",
        "range: bytes=0-18446744073709551615",
        "transfer-encoding: " + chance.choice(["chunked", "gzip, chunked", "identity", "xchunked"]),
        "content-length: " + chance.choice(["-1", "many", "1" * 25, "0x10", "+5", "", " 5 5"]),
        "host: " + chance.choice(["evil.example", "[", "localhost:99999999", "", "re_bound.example", "localhost@evil"]),
        " folded: header",
        "x" * 70_000 + ": y",
    ]
    lines += ["content-type: application/json", *chance.sample(more, chance.randrange(4))]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _plain(chance: random.Random, id_: str) -> tuple[list[bytes], float, bool]:
    body = _body(chance, id_)
    return [_head(chance, chance.choice(_paths(id_)), len(body)), body], 0.0, False


def _chunked(chance: random.Random, id_: str) -> tuple[list[bytes], float, bool]:
    head = _head(chance, chance.choice(_paths(id_)), None).replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n")
    sizes = [b"5\r\nhello\r\n", b"fffffffffffffffff\r\n", b"-1\r\n", b"zz\r\n", b"0\r\n\r\n", b"5;" + b"e" * 30_000]
    sizes.append(b"400\r\n" + b"x" * 1024 + b"\r\n")
    return [head, *(chance.choice(sizes) for _ in range(chance.randrange(1, 90)))], 0.0, False


def _noise(chance: random.Random, _: str) -> tuple[list[bytes], float, bool]:
    return [chance.randbytes(chance.randrange(1, 3000)), b"\r\n\r\n"], 0.0, False


def _slow(chance: random.Random, id_: str) -> tuple[list[bytes], float, bool]:
    parts, _, _ = _plain(chance, id_)
    data = b"".join(parts)
    cut = chance.randrange(1, min(len(data), 400))
    return [data[:cut], data[cut : cut + 1]], 0.05, False


def _aborted(chance: random.Random, id_: str) -> tuple[list[bytes], float, bool]:
    parts, _, _ = _plain(chance, id_)
    if chance.random() < 0.5:
        parts = [f"GET /api/conversations/{id_}/events HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()]
    return parts, 0.02, True


def _pipelined(chance: random.Random, id_: str) -> tuple[list[bytes], float, bool]:
    one = b"".join(_plain(chance, id_)[0]).replace(b"connection: close\r\n", b"")
    return [one * chance.randrange(2, 30), b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"], 0.0, False


Kind = Callable[[random.Random, str], tuple[list[bytes], float, bool]]  # the parts, the pause after each, whether to break off then
KINDS: tuple[Kind, ...] = (_plain, _plain, _plain, _chunked, _noise, _slow, _aborted, _pipelined)


@contextmanager
def _open(folder: Path) -> Iterator[Case]:
    from dir_tir.chat.chatbot.actions import SearchActions
    from dir_tir.chat.chatbot.mcp import http_application
    from dir_tir.chat.web import connection, guard
    from dir_tir.chat.web.application import application
    from quick_server import quick_server
    from serving import listened

    short = mock.patch.multiple(connection, HEAD_WITHIN=0.5, LINGERS=0.2), mock.patch.object(guard, "BODY_WITHIN", 0.5)
    with short[0], short[1], quick_server(folder, 12) as state:
        tools = http_application(SearchActions(state.search("colours")))
        with listened(application(state)) as web, listened(tools) as mcp:
            ann = Visitor(web)
            _, begun = ann.ask("/api/conversations", {"gallery": "colours", "description": "a boat"})

            def case(number: int, chance: random.Random) -> Outcome:
                port, of = chance.choice([(web, "web"), (web, "web"), (mcp, "mcp")])
                kind = chance.choice(KINDS)
                parts, pause, abort = kind(chance, begun["id"])
                what = f"{of} {kind.__name__[1:]} {b''.join(parts)[:60]!r}"
                try:
                    faults = list(faults_of(exchanged(port, parts, pause, abort), what))
                except TimeoutError:
                    faults = [Fault("stuck", f"no answer to {what}")]
                begun_at = time.monotonic()
                status, start = ann.ask("/api/start")
                if (status, [talk["id"] for talk in start.get("conversations", [])]) != (200, [begun["id"]]):
                    faults.append(Fault("lost", f"the start page of somebody else after {what}: {status} {str(start)[:60]}"))
                return Outcome(f"{of} {kind.__name__[1:]}", tuple(faults), {"start page, s": time.monotonic() - begun_at})

            yield case


PART = Part("requests", "hostile requests to page and MCP server", 600, 12, _open)
