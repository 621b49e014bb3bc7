"""A proxy before Chroma's server that counts what goes through, asks for a token, and does what networks do."""

from __future__ import annotations

import http.client
import json
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from answering import answering

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = b"<html><body>Welcome to the hotel. Log in: <b>secret-token</b></body></html>"


@dataclass
class ChromaProxy:
    """token: who does not send it is refused. always: what happens to every request: a status with a page, "hang up", "page", "redirect",
    "junk", "stall". most: rows that it lets through in one request, as it says; 0: as many as the server says."""

    port: int  # of the real server
    url: str = ""
    token: str = ""
    always: str = ""
    stall: float = 0.0  # seconds
    most: int = 0
    answered: list[tuple[str, int]] = field(default_factory=list)  # what was asked (without ids of collections), bytes of the answer

    def bytes_of(self, asked: str) -> int:
        """Of all answers to what ends so."""
        return sum(size for what, size in self.answered if what.endswith(asked))


@contextmanager
def before_chroma(port: int) -> Iterator[ChromaProxy]:
    proxy = ChromaProxy(port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if proxy.token and proxy.token not in (self.headers.get("x-chroma-token"), self.headers.get("Authorization", "")[7:]):
                self._send(401, PAGE, "text/html")
                return
            if proxy.most and body and len(json.loads(body).get("ids") or ()) > proxy.most:
                self._send(413, PAGE, "text/html")
                return
            match proxy.always:
                case "hang up":
                    self.close_connection = True
                case "page":
                    self._send(200, PAGE, "text/html")
                case "junk":
                    self._send(200, b'{"hello": "world"}', "application/json")
                case status if status.isdecimal():
                    self._send(int(status), PAGE, "text/html")
                case fault:
                    if fault == "stall":
                        time.sleep(proxy.stall)
                    self._pass_on(body)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

        def _pass_on(self, body: bytes) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
            try:
                connection.request(self.command, self.path, body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                content = response.read()
            except OSError:
                self._send(502, PAGE, "text/html")
                return
            finally:
                connection.close()
            if proxy.most and self.path.endswith("pre-flight-checks"):
                content = json.dumps({**json.loads(content), "max_batch_size": proxy.most}).encode()
            asked = re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}", "", self.path.partition("?")[0])
            proxy.answered.append((f"{self.command} {asked}", len(content)))
            self._send(response.status, content, response.headers.get("Content-Type", ""))

        def _send(self, status: int, content: bytes, kind: str) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                if status in (301, 302):
                    self.send_header("Location", "/login")
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has stopped waiting

    with answering(Handler) as port:
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy
