"""A server that is up for long: half an hour of visitors, and its memory at the end beside its memory after warming up.

The server is `dir-tir web` as somebody starts it, with the shipped models.
"""

from __future__ import annotations

import os
import random
import socket
import statistics
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import psutil

from .case import Fault, Outcome, Part
from .visiting import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Case

MINUTES = "SOAK_SERVER_MINUTES"  # the environment variable that says for how long
LONG_ENOUGH = 5  # minutes: below, nothing is said of the memory
LOADING = 240.0  # seconds that the first visitor waits for the models, on a machine that does other things
PAUSE = 4.0  # seconds between two visits
MAY_GROW = 1.1
POSTCARDS = 60


def _visit(port: int, gallery: str, chance: random.Random) -> list[Fault]:
    """A conversation of one round, the pictures of its page, and a stream of events that is dropped in the middle."""
    ann = Visitor(port, LOADING)
    thing, place = chance.choice(["a red cat", "two boats", "a yellow house"]), chance.choice(["meadow", "beach", "mountain"])
    status, begun = ann.ask("/api/conversations", {"gallery": gallery, "description": f"{thing} on a {place}"})
    if status != 201:
        return [Fault("stuck", f"a visitor may not begin: {status} {begun}")]
    address = f"/api/conversations/{begun['id']}"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as stream:
        stream.sendall(f"GET {address}/events HTTP/1.1\r\nhost: localhost\r\ncookie: {ann.cookie}\r\n\r\n".encode())
        stream.recv(4096)
    asked = ann.until(address, lambda now: now["question"] or now["difference"])
    kind = "question" if asked["question"] else "difference"
    status, answer = ann.ask(f"{address}/reply", {"round": 1, "kind": kind, "reply": {"text": chance.choice(["It is red.", "at night"])}})
    faults = [Fault("five hundred", f"{status} to a reply: {answer}")] if status >= 500 else []
    for shown in asked["rounds"][0]["results"]:
        if (status := ann.ask(f"/pictures/{gallery}/{shown['id']}")[0]) != 200:
            faults.append(Fault("lost", f"{status} for a picture"))
    ann.ask("/api/start")
    ann.ask(f"{address}/accept", {"picture": chance.choice(asked["rounds"][0]["results"])["id"]})
    ann.until(address, lambda now: now["finished"])
    return faults


@contextmanager
def _open(folder: Path) -> Iterator[Case]:
    from dir_tir.evaluation.postcards import postcards_gallery
    from dir_tir.tools.workspace import Workspace
    from serving import Served

    home = folder.absolute() / "home"
    with mock.patch.dict(os.environ, {"DIR_TIR_HOME": str(home)}), Workspace() as workspace:
        gallery = postcards_gallery(workspace, POSTCARDS, "miniature").gallery

    def case(number: int, chance: random.Random) -> Outcome:
        served = Served(["web", "--no-browser", "--port", "0", "--max-rounds", "2", "--gallery", gallery], home).start()
        try:
            assert served.process is not None
            return _watched(served.port, gallery, psutil.Process(served.process.pid), chance)
        finally:
            served.stop()

    yield case


def _watched(port: int, gallery: str, server: psutil.Process, chance: random.Random) -> Outcome:
    minutes = float(os.environ.get(MINUTES, "30"))
    begun, faults, visits = time.monotonic(), [], 0
    memory: list[tuple[float, float]] = []  # (part of the time that is over, MB)
    while (over := (time.monotonic() - begun) / 60 / minutes) < 1:
        try:
            faults += _visit(port, gallery, chance)
        except TimeoutError as error:
            faults.append(Fault("stuck", f"a visitor waits for {error}"))
        visits += 1
        memory.append((over, server.memory_info().rss / 1e6))
        time.sleep(min(PAUSE, minutes * 6))
    after, end = (statistics.median([size for over, size in memory if low <= over < low + 0.1] or [memory[-1][1]]) for low in (0.2, 0.9))
    if minutes >= LONG_ENOUGH and end > MAY_GROW * after:
        faults.append(Fault("grown", f"from {after:.0f} MB to {end:.0f} MB in {minutes:g} minutes and {visits} visits"))
    figures = {"MB after warming up": after, "MB at the end": end, "visits": float(visits), "threads": float(server.num_threads())}
    return Outcome("real server", tuple(faults), {**figures, "open files": float(server.num_fds())})


PART = Part("server", "a server that is up for half an hour", 1, 1, _open, beside=True, limit=3600.0)
