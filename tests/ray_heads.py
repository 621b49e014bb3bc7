"""A Ray cluster of one machine, as an administrator starts it; its head can be killed and started again."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2


class Head:
    """A head with two processors, whose token is in the environment."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._port, self._environment = folder, _free_port(), environment
        self.address = f"127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is up; at once where it was not killed."""
        if self._process:
            return
        options = {
            "port": self._port,
            "ray-client-server-port": _free_port(),
            "node-ip-address": "127.0.0.1",
            "num-cpus": WORKERS,
            "include-dashboard": "false",
            "object-store-memory": 80 * 2**20,
            "temp-dir": tempfile.mkdtemp(prefix="r", dir=self._folder),
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    Path(sys.executable).with_name("ray"),
                    "start",
                    "--head",
                    "--block",
                    *(f"--{name}={said}" for name, said in options.items()),
                ],
                stdout=log,
                stderr=log,
                env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0", **self._environment},
                start_new_session=True,
            )
        wait_until(lambda: "Ray runtime started" in (self._folder / "log").read_text(errors="replace"))

    def kill(self) -> None:
        """Everything of it at once."""
        if self._process:
            there = psutil.Process(self._process.pid)
            for process in [*there.children(recursive=True), there]:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
            (self._folder / "log").write_text("")


@contextmanager
def ray_head(environment: dict[str, str]) -> Iterator[Head]:
    """Whose workers have this environment. Short paths: Ray's sockets have to lie in them."""
    folder = Path(tempfile.mkdtemp(prefix="h", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        head = Head(folder, environment)
        try:
            yield head
        finally:
            head.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
