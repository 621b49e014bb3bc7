"""A server of ours in a process of its own, as somebody starts it, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

SHIPPED = Path(__file__).parent.parent / "miniature" / "weights"
NEEDED = "DIR_TIR_NEEDS_CHROMIUM"


def quick_profile(folder: Path, steps: int) -> Path:
    """The shipped models, with a painter of so many steps."""
    file = folder / f"steps-{steps}.toml"
    models = "\n".join(
        f'[{role}]\nkind = "{kind}"\npath = "{SHIPPED / role}"\n{more}'
        for role, kind, more in [
            ("encoder", "open_clip", ""),
            ("llm", "transformers", "generation = { max_new_tokens = 96, do_sample = false }\n"),
            ("vision", "transformers", "generation = { max_new_tokens = 96, do_sample = false }\n"),
            ("painter", "diffusers", f"call = {{ num_inference_steps = {steps}, guidance_scale = 2.0, height = 192, width = 192 }}\n"),
        ]
    )
    file.write_text(f'prompts = "miniature"\n{models}')
    return file


def cut_off(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process in this home whose network is cut, and which was told nothing of being offline."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "LANGSMITH", "LANGCHAIN"))}
    return {
        **told,
        "DIR_TIR_HOME": str(home),
        "DIR_TIR_OUTSIDE": str(home / "outside.log"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(Path(__file__).parent / "guarded"), told.get("PYTHONPATH")))),
        **more,
    }


def asked_for_outside(home: Path) -> str:
    """What the processes of this home wanted from beyond this machine: should be nothing."""
    log = home / "outside.log"
    return log.read_text() if log.is_file() else ""


@dataclass
class Served:
    """`dir-tir COMMAND ...` in a home; it prints its address when it listens."""

    command: list[str]
    home: Path
    process: subprocess.Popen[str] | None = None
    address: str = ""
    said: list[str] = field(default_factory=list)

    def start(self) -> Served:
        command = [sys.executable, "-m", "dir_tir.chat.terminal.cli", *self.command]
        self.process = subprocess.Popen(command, env=cut_off(self.home), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "http://" in line:
                self.address = line[line.index("http://") :].strip()
                return self
        raise AssertionError(f"the server ended: {self.said}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process.stdout.close()  # type: ignore[union-attr]
        assert asked_for_outside(self.home) == ""

    @property
    def port(self) -> int:
        return int(self.address.split(":")[2].split("/")[0])


@contextmanager
def listened(app: ASGIApp, port: int = 0) -> Iterator[int]:
    """An application served in a thread of this process, as our commands serve it; the port."""
    from dir_tir.chat.web.serving import configured, listening

    with listening("127.0.0.1", port) as open_port:
        server = uvicorn.Server(configured(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [open_port]})
        thread.start()
        try:
            yield open_port.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(60)


def chromium() -> str:
    """The browser's path; skips the test where there is none, unless one is required."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get(NEEDED):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium here: the page was not tested in a browser (apt-get install chromium)")
    return found
