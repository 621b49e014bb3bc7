"""An OpenAI-compatible server on loopback that answers as a test says, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from answering import answering

Answer = tuple[int, Any]  # status and body; text is sent as a page, as a proxy in between sends one


def says(text: str | None, finish: str = "stop", tokens: int | None = None, **more: Any) -> Answer:
    """A reply as the protocol has it."""
    answer: dict[str, Any] = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    answer["choices"] = [{"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": finish}]
    if tokens is not None:
        answer["usage"] = {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1}
    return 200, answer


@dataclass
class Scripted:
    """answer: what a body is answered with; a GET has none."""

    answer: Callable[[Any], Answer]
    url: str = ""
    bodies: list[Any] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def scripted(answer: Callable[[Any], Answer]) -> Iterator[Scripted]:
    server = Scripted(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            server.bodies.append(body)
            server.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            status, said = server.answer(body)
            content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with answering(Handler) as port:
        server.url = f"http://127.0.0.1:{port}/v1"
        yield server
