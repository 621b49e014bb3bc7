"""Processes that are started, watched and stopped together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil
from dir_tir.plain import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

STARTS = 120.0  # seconds that a part may take until it is ready
STOPS = 20.0  # and until it has stopped on being asked to
_TAIL = 15  # lines of a log that are shown


class PartError(Exception):
    """A part that did not start, or ended though nobody stopped it. Names it, and has the end of its log."""

    def __init__(self, part: Part, what: str) -> None:
        said = re.sub(r"\x1b\[[0-9;]*m", "", part.log.read_text(errors="replace")) if part.log.is_file() else ""
        end = [f"    {shown(line, 200)}" for line in said.splitlines() if line.strip()][-_TAIL:]
        super().__init__("\n".join([f"{part.name} {what}; the end of {part.log}:", *end]))


@dataclass
class Part:
    """A process with a log. words: what it is for. says: a pattern of what its log says when it is ready, whose group, if it has one, is
    its address. env: beside the environment of this process. again: how often it may end before it was ready."""

    name: str
    words: str
    command: Sequence[str]
    log: Path
    says: str = ""
    address: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    again: int = 0
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    seconds: float = 0.0  # until it was ready

    def begin(self) -> None:
        """Start it in a session of its own: Ctrl-C is for whoever watches it, and whatever it starts can be ended with it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._already = self.log.stat().st_size if self.log.is_file() else 0
        self.begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.env}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def ready(self) -> bool:
        """Whether its log says so since it was started last."""
        with self.log.open("rb") as log:
            log.seek(self._already)
            found = re.search(self.says, log.read().decode(errors="replace"))
        if not found:
            return False
        self.seconds = self.seconds or time.monotonic() - self.begun
        self.address = self.address or found.group(found.re.groups)
        return True

    @property
    def status(self) -> int | None:
        """How it ended; nothing while it runs."""
        return self.process.poll() if self.process else 0

    def memory(self) -> int:
        """Bytes that it and whatever it has started hold for themselves."""
        if not self.process:
            return 0
        held = 0
        for process in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]:
            with suppress(psutil.Error):  # it has just ended
                held += process.memory_full_info().uss
        return held

    def end(self, how: signal.Signals) -> None:
        """Ask it to stop, or kill it with all that it has started. Returns when it is gone."""
        if not self.process:
            return
        if how != signal.SIGKILL:
            with suppress(subprocess.TimeoutExpired):
                self.process.send_signal(how)
                self.process.wait(STOPS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


class Parts:
    """Those that run just now."""

    def __init__(self, tell: Callable[[str], Any]) -> None:
        self._running: list[Part] = []
        self._tell = tell

    def begin(self, *parts: Part) -> None:
        """Start them; they need not be ready yet."""
        for part in parts:
            self._running.append(part)
            part.begin()

    def await_ready(self, *parts: Part) -> None:
        """Raises PartError when one of them is not ready in time, or any part ends."""
        for part in parts:
            self.until(part.ready, part, STARTS, "is not ready")
            self._tell(f"{part.name} is ready after {part.seconds:.1f} s: {part.address or part.words}")

    def until(self, true: Callable[[], Any], part: Part, limit: float, otherwise: str) -> None:
        """Wait until the function says so. Raises PartError, naming the part, when it does not in time, or any other when that ends."""
        deadline = time.monotonic() + limit
        while not true():
            self.check()
            if time.monotonic() > deadline:
                raise PartError(part, f"{otherwise} after {limit:.0f} s")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises PartError when one has ended. Begins it once more instead where it may be, and was never ready."""
        for part in self._running:
            if part.status is None:
                continue
            if part.seconds or not part.again:
                raise PartError(part, f"has ended with status {part.status}")
            part.again -= 1
            part.end(signal.SIGKILL)
            part.begin()

    def run(self, task: Part, limit: float) -> float:
        """Something that comes to an end by itself; how many seconds it took. Raises PartError when it fails, or any part ends."""
        task.begin()
        try:
            self.until(lambda: task.status is not None, task, limit, "is not done")
            if task.status:
                raise PartError(task, f"failed with status {task.status}")
            return time.monotonic() - task.begun
        finally:
            task.end(signal.SIGTERM)

    def kill(self, part: Part) -> None:
        """As a machine that fails; nothing where it was killed before."""
        if part in self._running:
            self._running.remove(part)
        part.end(signal.SIGKILL)

    def stop(self) -> None:
        """All of them, the last first, whatever comes between."""
        for part in reversed(self._running):
            part.end(signal.SIGTERM)
        self._running.clear()


@contextmanager
def running(tell: Callable[[str], Any]) -> Iterator[Parts]:
    """All that is started within this block is stopped at its end, also when it is interrupted, again and again."""
    parts = Parts(tell)
    try:
        yield parts
    finally:
        before = {sent: signal.signal(sent, signal.SIG_IGN) for sent in (signal.SIGINT, signal.SIGTERM)}
        parts.stop()
        for sent, handler in before.items():
            signal.signal(sent, handler)
