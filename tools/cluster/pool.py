"""A command's workers on a cluster: what it sends them, and what comes back. Ray itself is in another process (`driver.py`)."""

from __future__ import annotations

import os
import pickle
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib.util import find_spec
from itertools import count
from multiprocessing import Pipe
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from ...errors import ClusterError, InputError
from ...plain import LONGEST_SAID, said_by, shown
from .worker import Sent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_COMING_UP = 120  # seconds for a cluster that is started here, on a machine that is busy
_JOINING = 45  # seconds for one that is there
_KNOCKING = 5  # seconds until somebody answers at its address
_ENDING = 15  # seconds for everything to be put away
_DEFAULT_PORT = 6379
_AGAIN = "what was done is kept, and the same command goes on from here"


class LostError(ClusterError):
    """A job over which several workers have ended."""


class Pool:
    """Workers on the cluster at ``address`` ("auto", "host:port" or "ray://host:port"), or on this machine alone where that is empty.

    say: told what somebody who waits should know. planned: how many workers there can be. workers: who has begun, newest last.
    Entered, it starts, and comes up while its command loads what it needs. Every failure is one ClusterError, also of what is submitted
    after it.
    """

    def __init__(self, address: str = "", say: Callable[[str], None] = lambda text: None) -> None:
        self.address, self.planned = address, 0
        self.workers: list[dict[str, Any]] = []
        self._say = say
        self._numbers, self._futures = count(), dict[int, Future[Any]]()
        self._failure: Exception | None = None
        self._lock, self._sending, self._up = Lock(), Lock(), Event()

    def __enter__(self) -> Pool:
        if find_spec("ray") is None:
            raise InputError("--ray needs Ray, which is not installed: pip install 'dir-tir[cluster]'")
        if self.address:
            _knock(self.address)
        self._folder = Path(tempfile.mkdtemp(prefix="dt-", dir=_short_folder()))
        self._folder_of_ray = Path(tempfile.mkdtemp(prefix="dt-", dir=_short_folder()))
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ready(self) -> None:
        """Wait until it is up. Raises ClusterError."""
        waiting = _JOINING if self.address else _COMING_UP
        for _ in range(waiting * 5):
            if self._up.wait(0.2):
                break
            if b"InvalidAuthToken" in (self._folder / "log").read_bytes():
                raise ClusterError(
                    f"{self._named} asks for another token: set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN to that of the cluster"
                )
        else:
            raise ClusterError(f"{self._named} is not ready after {waiting} seconds: see that it is up, and run the same command again")
        if self._failure:
            raise self._failure

    def begin(self, factory: str, *given: Any, shared: bytes = b"", slots: int = 1) -> None:
        """Have every worker make the object that answers jobs: ``factory`` is "module:name", called with ``given`` and an array of the
        ``shared`` bytes. slots: jobs that a worker does at a time."""
        self.ready()
        self._send("begin", factory, pickle.dumps(given), shared, slots)

    @property
    def driver(self) -> int:
        """The process that speaks to Ray, and what was started here below it."""
        return self._process.pid

    def submit(self, name: str, *given: Any) -> Future[Any]:
        """Have one of the workers call a method of its object. Done again by another where a worker ends over it; LostError at last."""
        future: Future[Any] = Future()
        with self._lock:
            if self._failure:
                raise self._failure
            number = next(self._numbers)
            self._futures[number] = future
        self._send("do", number, name, pickle.dumps(given))
        return future

    def tell(self, name: str, *given: Any) -> None:
        """Have each of the workers call a method, without an answer; and let go of what none of them has begun: it is cancelled."""
        with suppress(ClusterError):
            self._send("drop")
            self._send("tell", name, pickle.dumps(given))

    def close(self) -> None:
        """End the workers, and the cluster where it was started here."""
        with self._lock:
            self._failure = self._failure or ClusterError("the workers were ended")
        if hasattr(self, "_pipe"):
            try:
                with suppress(ClusterError):
                    self._send("end")
                self._process.wait(_ENDING if self.planned else 0)  # one that never came up has nothing to put away
            except subprocess.TimeoutExpired:
                pass
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                self._pipe.close()
            if not self.address:
                _end_all_with(self._environment["RAY_AUTH_TOKEN"])
        for folder in (self._folder, self._folder_of_ray):
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self) -> None:
        self._environment = _environment(self.address)
        ours, theirs = Pipe()
        self._pipe: Connection = ours
        log = self._folder / "log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", f"{__package__}.driver", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=[theirs.fileno()],
                cwd=self._folder,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is for the command, which lets the workers finish
            )
        theirs.close()
        self._send("start", self.address, str(self._folder_of_ray))
        Thread(target=self._listen, name="cluster", daemon=True).start()

    @property
    def _named(self) -> str:
        return f"Ray at {shown(self.address)}" if self.address else "Ray on this machine"

    def _send(self, *said: Any) -> None:
        try:
            with self._sending:
                self._pipe.send(said)
        except (OSError, ValueError):  # the other end is gone, or this one is closed
            raise self._failure or ClusterError(f"{self._named} went away: {_AGAIN}") from None

    def _listen(self) -> None:
        try:
            while True:
                self._hear(self._pipe.recv())
        except (EOFError, OSError, TypeError):  # TypeError: closed by us meanwhile
            self._fail(ClusterError(f"{self._named} went away{self._last_words()}: see that it is up; {_AGAIN}"))
        except Exception as error:  # what cannot be understood may not leave anybody waiting
            self._fail(ClusterError(f"{self._named} said what cannot be understood ({said_by(error)}); {_AGAIN}"))

    def _last_words(self) -> str:
        """What Python said at the end of the other process, where that is why."""
        with suppress(OSError):
            *_, last = ["", *(self._folder / "log").read_text(errors="replace").splitlines()]
            if re.match(r"[\w.]+(Error|Exception)\b", last):
                return f" ({shown(last, LONGEST_SAID)})"
        return ""

    def _hear(self, heard: tuple[Any, ...]) -> None:
        match heard:
            case ("up", planned):
                self.planned = planned
                self._up.set()
            case ("worker", who, begun):
                fine, error = pickle.loads(begun)
                if fine:
                    self.workers.append(who)
                else:
                    self._fail(received(error))
            case ("done", number, answer):
                fine, value = pickle.loads(answer)
                if (future := self._futures.pop(number)).cancelled():
                    return
                if fine:
                    future.set_result(value)
                else:
                    future.set_exception(received(value))
            case ("lost", number, reason):
                self._futures.pop(number).set_exception(LostError(f"several workers ended over the same work ({reason})"))
            case ("dropped", number):
                future = self._futures.pop(number)
                future.cancel()
                future.set_running_or_notify_cancel()
            case ("note", text):
                self._say(text)
            case ("gone", reason):
                self._fail(ClusterError(f"{self._named}: {reason}; {_AGAIN}"))

    def _fail(self, failure: Exception) -> None:
        with self._lock:
            self._failure = self._failure or failure
            futures = list(self._futures.values())
            self._futures.clear()
        for future in futures:
            if not future.done():
                future.set_exception(self._failure)
        self._up.set()


def received(error: BaseException) -> Exception:
    """An error of a worker's; where it came from stays attached for whoever wants it."""
    if not isinstance(error, Sent):
        return ClusterError(f"a worker failed: {error}")
    error.error.__cause__ = RuntimeError(f"on a worker:\n{error.trace}")
    return error.error


def _knock(address: str) -> None:
    """Raise ClusterError where nobody listens; before anything of Ray's is started, which would wait for long."""
    at = os.environ.get("RAY_ADDRESS", "") if address == "auto" else address
    host, _, port = at.removeprefix("ray://").rpartition(":")
    if address == "auto" and not host:
        return  # Ray looks for one on this machine
    if not host or not port.isdigit():
        raise InputError(f"--ray {shown(address)} is no address of a cluster: give auto, host:{_DEFAULT_PORT} or ray://host:10001")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCKING).close()
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ClusterError(
            f"no Ray answers at {shown(address)} ({reason}): start one with `ray start --head`, or leave the address out"
        ) from None


def _environment(address: str) -> dict[str, str]:
    """What Ray reads. A cluster of our own has a token of its own, since it listens where others could send it programs to run."""
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0", "PYTHONUNBUFFERED": "1"}
    inherited = dict(os.environ)
    if address:
        token_there = inherited.keys() & {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} or (Path.home() / ".ray" / "auth_token").exists()
        return {**({"RAY_AUTH_MODE": "token"} if token_there else {}), **inherited, **quiet}
    for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN_PATH"):
        inherited.pop(name, None)
    return {**inherited, **quiet, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def _end_all_with(token: str) -> None:
    """End what is left of a cluster of our own: its workers notice late that the others have gone, and one may just be starting."""
    import psutil

    clean = 0
    while clean < 2:
        clean += 1
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("RAY_AUTH_TOKEN") == token:
                    process.kill()
                    process.wait(_ENDING)
                    clean = 0
        time.sleep(0.1)


def _short_folder() -> str:
    """For sockets, whose paths may have about a hundred characters."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 40 else "/tmp"
