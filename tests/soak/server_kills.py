"""Kills while two machines index the same folder into one gallery on Chroma's server: of one of them, of the server, of both at once."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chroma_servers import ChromaServer
from dir_tir.errors import DirTirError, GalleryError
from dir_tir.store.gallery.chroma_server import ChromaServerStore
from dir_tir.store.gallery.sources import Source

from .case import Case, Fault, Outcome, Part
from .indexing_kills import MORE, drawn_pictures, filled, finished, in_child

LASTS = 1.0  # seconds of a lease
_PATIENCE = 60.0  # seconds in which a lease has to be over


@contextmanager
def opened(folder: Path) -> Iterator[Case]:
    """One server for all cases; a database for each."""
    sources, server = drawn_pictures(folder / "pictures")[:MORE], ChromaServer(folder / "server")
    server.start()

    def case(number: int, chance: random.Random) -> Outcome:
        at = folder / f"case-{number}"
        machines = [ChromaServerStore(server.address(at), at / name, LASTS) for name in ("ann", "ben")]
        wanted, sorts, faults = sources[: chance.randrange(5, MORE)], set(), []
        for _ in range(chance.randrange(1, 4)):
            sort = chance.choice(("a machine", "the server", "both"))
            sorts.add(sort)
            children = [_child(lambda store=store: filled(store, wanted, chance.choice((1, 3, 8)))) for store in machines]
            time.sleep(chance.uniform(0, 1.5))
            if sort != "a machine":
                server.kill()
            if sort != "the server":
                os.kill(chance.choice(children), signal.SIGKILL)
            if sort != "a machine":
                server.start()
            faults += [
                Fault("escaped", "an exception that is no plain word") for child in children if os.waitpid(child, 0)[1] not in (0, 9)
            ]
        faults += in_child(lambda: _finished(machines[chance.randrange(2)], wanted))
        return Outcome(", ".join(sorted(sorts)), tuple(faults))

    try:
        yield case
    finally:
        server.kill()


PART = Part("server-kills", "kills of Chroma's server and its clients", 100, 1, opened)


def _child(work: Callable[[], object]) -> int:
    """The work in a process of its own, which ends with 0 also when it is refused in a plain word."""
    if child := os.fork():
        return child
    status = 1
    try:
        work()
        status = 0
    except DirTirError:
        status = 0
    finally:
        os._exit(status)


def _finished(store: ChromaServerStore, sources: Sequence[Source]) -> list[Fault]:
    """As of an indexing in a folder, when whoever was killed has let go."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with store.write("g", "fake-encoder", 16):
                break
        except GalleryError as error:
            if "is locked" not in str(error) or time.monotonic() > deadline:
                return [Fault("stuck", str(error))]
            time.sleep(0.1)
    return finished(store, sources)
