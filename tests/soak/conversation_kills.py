"""Conversations killed at drawn moments, several times over: no acknowledged word is lost, nothing counts twice, and each goes on."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from databases import postgres_server
from dir_tir.store.home import SESSIONS

from .case import Case, Fault, Outcome, Part
from .talking import WHOLE, Plan, ended, faults_of, forked, plan_as_text, search, talk

REAL_EVERY = 20  # one case in so many kills processes of their own instead of forked ones


@contextmanager
def _opened(folder: Path) -> Iterator[Case]:
    search()  # and with it every library: a fork spares the cases the imports

    def case(number: int, chance: random.Random) -> Outcome:
        place, plan = folder / str(number), Plan.drawn(chance)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        real = number % REAL_EVERY == REAL_EVERY - 1
        faults: list[Fault] = []
        for attempt in range(chance.randint(1, 2) if real else chance.randint(1, 4)):
            after = chance.uniform(1.5, 4.0) if real else chance.uniform(0.01, 0.4)
            faults += _faults(_process(place, attempt, plan, after) if real else forked(lambda n=attempt: talk(place, n, plan), after))  # type: ignore[misc]
        faults += _faults(forked(lambda: talk(place, 99, plan)), to_the_end=True)
        faults += found_in(place, plan)
        shutil.rmtree(place, ignore_errors=True)
        return Outcome("real process" if real else "forked", tuple(faults))

    yield case


@contextmanager
def _in_database(folder: Path) -> Iterator[Case]:
    """The same, each in a place of its own in a PostgreSQL database."""
    import dir_tir.store.conversations.postgres.saver  # noqa: F401  # once, before the forks

    with postgres_server() as server, _opened(folder) as case:

        def in_database(number: int, chance: random.Random) -> Outcome:
            os.environ[SESSIONS] = server.empty()
            return case(number, chance)

        yield in_database


def found_in(place: Path, plan: Plan) -> list[Fault]:
    """The faults of a conversation, looked for in a process of its own: this one is forked, and opens nothing."""
    file = place / "faults"

    def look() -> int:
        file.write_text(json.dumps([[fault.kind, fault.what] for fault in faults_of(place, plan)]))
        return WHOLE

    status = forked(look)
    return [Fault(*fault) for fault in json.loads(file.read_text())] if status == WHOLE else [Fault("bricked", f"looking at it: {status}")]


def _process(place: Path, attempt: int, plan: Plan, after: float) -> int | None:
    process = subprocess.Popen([sys.executable, "-m", "soak.talking", str(place), str(attempt), plan_as_text(plan)])
    return ended(process.pid, after)


def _faults(status: int | None, *, to_the_end: bool = False) -> list[Fault]:
    if status in (None, WHOLE):
        return []
    return [Fault("stuck", "it does not come to its end") if status == -1 else Fault("escaped", f"it ended with {status}, see the log")]


PART = Part("conversation-kills", "conversations killed while they run", 200, 3, _opened)
IN_DATABASE = Part("database-kills", "the same, with their checkpoints in PostgreSQL", 100, 1, _in_database)
