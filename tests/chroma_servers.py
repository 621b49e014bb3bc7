"""Chroma's server in a process of its own, which can be killed and started again; one for all tests of a process."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from dir_tir.store.server_address import ServerAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = "DIR_TIR_TESTS_CHROMA"  # in the environment of a process that a test starts


class ChromaServer:
    """A server over a folder, always at the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of all of it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers; at the first time at a port that was free a moment ago."""
        self._folder.mkdir(exist_ok=True)
        if self.port and self._starts():
            return
        for _ in range(0 if self.port else 5):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            if self._starts():
                return
        raise AssertionError((self._folder / "log").read_text())

    def _starts(self) -> bool:
        program = Path(sys.executable).parent / "chroma"
        command = [str(program), "run", "--path", str(self._folder / "data"), "--host", "127.0.0.1", "--port", str(self.port)]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        deadline = time.monotonic() + 120
        while self._server.poll() is None and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=10).raise_for_status()
                return True
            time.sleep(0.05)
        self.kill()
        return False

    def kill(self) -> None:
        """At once."""
        self.signal(signal.SIGKILL)
        if self._server:
            self._server.wait(60)
            self._server = None

    def signal(self, what: signal.Signals) -> None:
        """To its process."""
        if self._server:
            self._server.send_signal(what)

    @property
    def process(self) -> int:
        """Its number."""
        return self._server.pid if self._server else 0

    def address(self, folder: Path) -> ServerAddress:
        """A database of its own for what a test keeps in a folder."""
        if self._server is None:  # a test that failed left it so
            self.start()
        return address_for(self.url, folder)

    def client(self, folder: Path) -> Any:
        """Chroma's own, for the same database."""
        import chromadb
        from chromadb.config import Settings

        return chromadb.HttpClient(host=self.url, database=self.address(folder).database, settings=Settings(anonymized_telemetry=False))


def address_for(url: str, folder: Path) -> ServerAddress:
    """A database for a folder; made when it is not there."""
    name = f"tests-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    made = httpx.post(f"{url}/api/v2/tenants/default_tenant/databases", json={"name": name}, timeout=60)
    assert made.status_code in (200, 409), made.text
    return ServerAddress(url, database=name)


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    """Its address is in the environment meanwhile."""
    server = ChromaServer(folder)
    server.start()
    os.environ[ADDRESS] = server.url
    try:
        yield server
    finally:
        del os.environ[ADDRESS]
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
