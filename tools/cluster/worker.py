"""What runs on each worker: an object made of what a command says, whose methods are called with what it sends.

Everything goes in and out as bytes, so that whatever carries them needs to know none of it.
"""

from __future__ import annotations

import os
import pickle
import platform
import socket
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ...errors import ClusterError, DirTirError
from ...plain import said_by, shown, traced
from ..code import digest_of_code
from ..profiles.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What has to be the same everywhere, in the words of a message.
SAME = {"dir-tir": "dir-tir", "code": "the code of dir-tir", "python": "Python", "ray": "Ray"}


def this_program() -> dict[str, str]:
    """What a worker and the command have to have in common."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"dir-tir": version("dir-tir"), "code": digest_of_code(PACKAGE), "python": python, "ray": version("ray")}


def difference(here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """What another program than the one ``here`` does the work of a worker, in words; nothing where it is the same."""
    for key, named in SAME.items():
        if here[key] != there.get(key):
            host = there.get("host", "?")
            return f"the worker on {host} has {named} {there.get(key)}, and this command {here[key]}: install the same on every machine"
    return ""


class Worker:
    """One of them, before and after it has begun. Its methods may be called by several threads."""

    def __init__(self) -> None:
        self._host = socket.gethostname()
        self._object: Any = None

    def hello(self) -> dict[str, Any]:
        """Who this is."""
        return {**this_program(), "host": self._host, "pid": os.getpid()}

    def begin(self, factory: str, given: bytes, shared: Any) -> bytes:
        """Make the object: ``factory`` is "module:name". shared: an array of bytes that all workers of a machine look at."""
        module, _, name = factory.partition(":")

        def make() -> None:
            self._object = getattr(import_module(module), name)(*pickle.loads(given), shared)

        return self._answer(make, f"the worker on {self._host} cannot begin: ")

    def do(self, name: str, given: bytes) -> bytes:
        """Call a method of the object."""
        return self._answer(lambda: getattr(self._object, name)(*pickle.loads(given)))

    def _answer(self, work: Callable[[], Any], before: str = "") -> bytes:
        try:
            return pickle.dumps((True, work()))
        except BaseException as error:  # whatever it is, it has to arrive
            return pickle.dumps((False, self._arriving(error, before)))

    def _arriving(self, error: BaseException, before: str) -> BaseException:
        """An error as it can be sent; ours as they are, with where they came from."""
        told: DirTirError = ClusterError(f"{before or f'the worker on {self._host} failed: '}{said_by(error)}")
        if isinstance(error, DirTirError) and type(error).__init__ is DirTirError.__init__:
            told = type(error)(f"{before}{error}")
        return Sent(told, shown(traced(error), 20_000))


class Sent(Exception):
    """An error on its way, which would lose where it came from otherwise."""

    def __init__(self, error: DirTirError, trace: str) -> None:
        super().__init__(error, trace)
        self.error, self.trace = error, trace
