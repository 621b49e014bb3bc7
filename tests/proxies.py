"""A proxy before an OpenAI-compatible server that does to the next requests what networks and servers do."""

from __future__ import annotations

import http.client
import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from answering import answering

STALL = 12.0  # seconds


@dataclass
class Proxy:
    """faults: what happens to the next requests, one each: hang up, 429, 500, stall, cut, junk, shapeless, empty. always: to all."""

    port: int  # of the real server
    url: str = ""
    faults: deque[str] = field(default_factory=deque)
    always: str = ""
    seen: list[float] = field(default_factory=list)  # when each request came
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)  # what each request asked


@contextmanager
def before(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            proxy.seen.append(time.monotonic())
            proxy.paths.append(self.path)
            proxy.bodies.append(json.loads(body))
            fault = proxy.faults.popleft() if proxy.faults else proxy.always
            match fault:
                case "hang up":
                    self.close_connection = True
                case "429":
                    self._send(429, b'{"error": {"message": "slow down"}}', {"Retry-After": "1"})
                case "500":
                    self._send(500, b"out of order", {})
                case "junk":
                    self._send(200, b'{"id": "chatcmpl-1", "choices": [{"mess', {})
                case "shapeless":
                    self._send(200, b'{"detail": "nothing"}', {})
                case "empty":
                    message = {"role": "assistant", "content": ""}
                    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
                    answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}
                    self._send(200, json.dumps(answer).encode(), {})
                case _:
                    if fault == "stall":
                        time.sleep(STALL)
                    self._pass_on(body, cut=fault == "cut")

        def log_message(self, *_: Any) -> None:
            pass

        def _pass_on(self, body: bytes, *, cut: bool) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
            connection.request("POST", self.path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            connection.close()
            self._send(response.status, content[: len(content) // 2] if cut else content, {"Content-Length": str(len(content))})
            self.close_connection = cut

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has stopped waiting

    with answering(Handler) as port:
        proxy.url = f"http://127.0.0.1:{port}/v1"
        yield proxy
