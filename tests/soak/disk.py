"""A disk that fills while a conversation, an evaluation or a report is written: one line says so, and with room made the same goes on."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dir_tir.chat.terminal.contact_sheet import save_sheet
from dir_tir.errors import DiskFullError
from dir_tir.evaluation.report.tables import write_json
from dir_tir.miniature.gallery import write_gallery
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.tools.profiles.fingerprints import Fingerprints
from PIL import Image
from small_disks import leave, make_room, mounted

from . import evaluation_kills
from .case import Case, Fault, Outcome, Part
from .conversation_kills import found_in
from .talking import NO_ROOM, WHOLE, Plan, forked, search, talk


@contextmanager
def _opened(folder: Path) -> Iterator[Case]:
    search()  # and with it every library, before anything is forked
    forked(lambda: evaluation_kills.evaluate(folder / "whole", 1, 0, curves=False))
    whole = evaluation_kills.conversations_in(folder / "whole")

    def case(number: int, chance: random.Random) -> Outcome:
        disk = folder / f"disk-{number}"
        with mounted(disk, "2m") as there:
            return WRITES[number % len(WRITES)](disk, chance, whole) if there else Outcome("skipped: no small disk can be mounted here")

    yield case
    shutil.rmtree(folder / "whole", ignore_errors=True)


def _conversation(disk: Path, chance: random.Random, _: list[str]) -> Outcome:
    plan = Plan.drawn(chance)
    place = disk.with_name(f"{disk.name}-place")  # what was acknowledged is noted elsewhere
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "home").symlink_to(disk.absolute())
    attempt = iter(range(100))
    faults = _filled(disk, chance, lambda: talk(place, next(attempt), plan), lambda: talk(place, 99, plan))
    faults += [] if faults else found_in(place, plan)
    shutil.rmtree(place)
    return Outcome("conversation", tuple(faults))


def _evaluation(disk: Path, chance: random.Random, whole: list[str]) -> Outcome:
    def evaluate() -> int:
        return _said(lambda: evaluation_kills.evaluate(disk, chance.choice((1, 3)), 0, curves=False) and None)

    faults = _filled(disk, chance, evaluate, evaluate)
    return Outcome("evaluation", tuple(faults or evaluation_kills.faults_of(disk, whole)))


def _file(disk: Path, chance: random.Random, _: list[str]) -> Outcome:
    picture = Image.effect_noise((300, 300), 80)
    record = {"round": 0, "question": "", "critique": None, "painting": None, "description": "a boat", "results": [], "accepted": None}
    files: dict[str, Callable[[], object]] = {
        "painting": lambda: Paintings(disk / "paintings").save(picture, "talk", 1, "a boat"),
        "sheet": lambda: save_sheet(disk / "sheets" / "talk.png", [record] * 9, lambda _: None),  # type: ignore[list-item]
        "JSON": lambda: write_json(disk / "report" / "summary.json", {"figures": list(range(40_000))}),
        "settings and postcards": lambda: write_gallery(disk / "postcards", 4),
        "fingerprints": lambda: Fingerprints(disk / "fingerprints.json").of(Path(__file__).parent),
    }
    name = chance.choice(sorted(files))
    faults = _filled(disk, chance, lambda: _said(files[name]), lambda: _said(files[name]))
    half = [file.name for file in disk.rglob("*.part")]
    return Outcome(name, (*faults, *(Fault("lost", f"a draft is left: {file}") for file in half)))


WRITES = (_conversation, _evaluation, _conversation, _file)


def _said(write: Callable[[], object]) -> int:
    try:
        write()
    except DiskFullError:
        return NO_ROOM
    return WHOLE


def _filled(disk: Path, chance: random.Random, write: Callable[[], int], again: Callable[[], int]) -> list[Fault]:
    """Write while there is nearly no room, then a little, and once more when there is room."""
    faults = []
    for most in (0, *sorted(chance.sample(range(0, 600, 4), 2))):
        leave(disk, chance.randint(0, most) * 1024)
        if (status := forked(write)) not in (WHOLE, NO_ROOM):
            faults.append(Fault("stuck" if status == -1 else "escaped", f"with {most} kB left it ended with {status}, see the log"))
    make_room(disk)
    if (status := forked(again)) != WHOLE:
        faults.append(Fault("bricked", f"with room made it ended with {status}, see the log"))
    return faults


PART = Part("disk", "disks that fill while something is written", 48, 4, _opened)
