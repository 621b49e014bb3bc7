"""Runs the cases of a part and keeps a line for each, so that a soak that was interrupted goes on with the next one."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from .case import FAULTS, Case, Fault, Outcome, Part, drawn


@dataclass
class Tally:
    """What the lines of a part come to."""

    part: str
    cases: int = 0
    seconds: float = 0.0
    sorts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """One object of the file that ``JSON=FILE`` names."""
        counts = {kind.replace(" ", "_"): self.faults[kind] for kind in FAULTS}
        return {"part": self.part, "cases": self.cases, **counts, "seconds": round(self.seconds, 1), "sorts": dict(self.sorts)} | {
            "figures": self.figures,
            "examples": self.examples,
        }


def run_part(part: Part, folder: Path, seed: int, cases: int) -> None:
    """Run the cases that have no line yet. ``folder``: the lines of all parts, and a folder for what each part makes."""
    lines, ground = folder / f"{part.name}.jsonl", folder / part.name
    done = {line["number"] for line in _lines(lines)}
    if not (left := [number for number in range(cases) if number not in done]):
        return
    ground.mkdir(parents=True, exist_ok=True)
    with part.open(ground) as case, lines.open("a", encoding="utf-8") as file:
        for number in left:
            begun = monotonic()
            outcome = outcome_of(part, case, number, seed)
            line = {"number": number, "seconds": round(monotonic() - begun, 3), **asdict(outcome)}
            file.write(json.dumps(line) + "\n")
            file.flush()


def outcome_of(part: Part, case: Case, number: int, seed: int) -> Outcome:
    """Run one case. What it raises has escaped; what takes longer than it may was stuck."""
    begun = monotonic()
    try:
        outcome = case(number, drawn(seed, part.name, number))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return Outcome("", (Fault("escaped", " ".join(what.split())),))
    if (took := monotonic() - begun) > part.limit:
        return Outcome(outcome.sort, (*outcome.faults, Fault("stuck", f"took {took:.0f} s")), outcome.figures)
    return outcome


def count_of(part: Part, folder: Path) -> int:
    """How many cases have their line."""
    return sum(1 for _ in _lines(folder / f"{part.name}.jsonl"))


def tally_of(part: Part, folder: Path) -> Tally:
    """The lines of a part, added up."""
    tally = Tally(part.name)
    for line in _lines(folder / f"{part.name}.jsonl"):
        tally.cases += 1
        tally.seconds += line["seconds"]
        tally.sorts[line["sort"]] += bool(line["sort"])
        tally.faults.update(fault["kind"] for fault in line["faults"])
        tally.examples += [f"{line['number']}: {fault['kind']}: {fault['what']}" for fault in line["faults"]]
        for name, value in line["figures"].items():
            tally.figures[name] = max(value, tally.figures.get(name, value))
    return tally


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # killed while it was written: the case is run again
            continue
