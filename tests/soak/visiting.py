"""Talking to a server of ours as no browser does: bytes out, bytes back, and what was wrong with the answer."""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from .case import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE = 60.0  # seconds for an answer, on a machine that does other things
HEADERS = (b"content-security-policy:", b"x-content-type-options: nosniff", b"referrer-policy:")


def exchanged(port: int, parts: Sequence[bytes], pause: float = 0.0, abort: bool = False) -> bytes:
    """What comes back until the server closes, or has said something and falls silent (a stream of events). Raises TimeoutError when
    nothing comes at all."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        said = b""
        try:
            for part in parts:
                sock.sendall(part)
                time.sleep(pause)
            if abort:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            while data := sock.recv(65536):
                said += data
                sock.settimeout(1.0)
        except ConnectionError:  # refused and closed while there was more to send
            return said
        except TimeoutError:
            if not said:
                raise
        return said


def faults_of(said: bytes, what: str) -> Iterator[Fault]:
    """What is wrong with an answer: of five hundred and above, with a trace in it, or without the headers of the page."""
    for status in re.findall(rb"(?:^|\r\n|[^\r\n])HTTP/1\.1 (\d{3}) ", said):
        if int(status) >= 500:
            yield Fault("five hundred", f"{int(status)} to {what}")
    if b"Traceback" in said or b'File "/' in said:
        yield Fault("escaped", f"a trace to {what}")
    head = said.partition(b"\r\n\r\n")[0].lower()
    if said.startswith(b"HTTP/1.1 ") and not head.startswith(b"http/1.1 100") and not all(header in head for header in HEADERS):
        yield Fault("escaped", f"no headers of the page in the answer to {what}")


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, port: int, patience: float = PATIENCE) -> None:
        self.port, self.cookie, self.patience = port, "", patience

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            headers = {"content-type": "application/json", **({"cookie": self.cookie} if self.cookie else {})}
            connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
            data = answer.read()
            return answer.status, json.loads(data) if "json" in answer.getheader("content-type", "") else data
        finally:
            connection.close()

    def until(self, path: str, true: Any) -> Any:
        """The JSON at a path, as soon as the function says so. Raises TimeoutError."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            status, view = self.ask(path)
            if status != 200 or true(view):
                return view
            time.sleep(0.1)
        raise TimeoutError(path)
