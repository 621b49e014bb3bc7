"""Run the soak and print what broke: ``make soak``, or ``make soak ONLY=files JSON=FILE``.

Each part runs in a process of its own. Interrupted, the same command goes on; the lines of every case are in runs/soak.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from dir_tir.evaluation.manifest import code_digest
from dir_tir.tools.profiles.profile import PACKAGE
from tqdm import tqdm

from .case import FAULTS, Part
from .parts import PARTS
from .running import Tally, count_of, run_part, tally_of

_LANES = 2  # parts at a time: most of them keep one core busy


def main() -> int:
    """The exit status: 1 when anything broke, or a part did not come to its end."""
    options = _options()
    parts = [part for part in PARTS if part.name.startswith(options.only)]
    folder: Path = options.folder or Path("runs") / "soak" / f"{code_digest(PACKAGE)[:8]}-{options.seed}"
    cases = {part.name: part.few if options.few else max(1, round(part.cases * options.share)) for part in parts}
    if options.worker:
        (part,) = (part for part in PARTS if part.name == options.worker)
        run_part(part, folder, options.seed, cases[part.name])
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    unfinished = _run(parts, cases, folder)
    tallies = [tally_of(part, folder) for part in parts]
    print(*_table(tallies), f"{(time.monotonic() - begun) / 60:.1f} minutes; every case: {folder}", sep="\n")
    for name in unfinished:
        print(f"{name} did not come to its end: see {folder / f'{name}.log'}")
    if options.json:
        options.json.write_text(json.dumps([tally.as_json() for tally in tallies], indent=2) + "\n", encoding="utf-8")
    return 1 if unfinished or any(tally.faults.total() for tally in tallies) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=1.0, help="of the cases of each part (default: all)")
    parser.add_argument("--few", action="store_true", help="as few cases as the tests run")
    parser.add_argument("--only", default="", help="the parts whose name begins so")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as a list of objects")
    parser.add_argument("--folder", type=Path, help="where lines and galleries go (default: runs/soak/CODE-SEED)")
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)  # this process runs one part
    return parser.parse_args()


def _run(parts: list[Part], cases: dict[str, int], folder: Path) -> list[str]:
    """All parts: as many at a time as there are lanes, and those that mostly wait beside them. Returns the names of those that did not come
    to their end."""
    waiting = {part.name: part for part in parts}
    beside = {part.name for part in parts if part.beside}
    with ExitStack() as open_:
        running: dict[str, subprocess.Popen[bytes]] = {}
        bars = {part.name: open_.enter_context(tqdm(total=cases[part.name], desc=part.name, unit="case")) for part in parts}

        def end() -> None:
            for worker in running.values():
                worker.terminate()

        open_.callback(end)
        unfinished = []
        while waiting or running:
            for name in list(waiting):
                if name in beside or len(running.keys() - beside) < _LANES:
                    running[name] = _worker(waiting.pop(name), folder)
            for part in parts:
                bars[part.name].update(count_of(part, folder) - bars[part.name].n)
                if (worker := running.get(part.name)) and (status := worker.poll()) is not None:
                    unfinished += [part.name] if status else []
                    del running[part.name]
            time.sleep(0.5)
    return unfinished


def _worker(part: Part, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"{part.name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "soak", *sys.argv[1:], "--worker", part.name, "--folder", str(folder)], stdout=log, stderr=log
        )


def _table(tallies: list[Tally]) -> list[str]:
    """A line for each part, and below it the first things that broke."""
    lines = [f"{'part':24} {'cases':>7} {'s':>7} " + " ".join(f"{kind:>12}" for kind in FAULTS)]
    for tally in tallies:
        counts = " ".join(f"{tally.faults[kind]:>12}" for kind in FAULTS)
        lines.append(f"{tally.part:24} {tally.cases:>7,} {tally.seconds:>7.0f} {counts}")
        sorts = ", ".join(f"{count:,} {sort}" for sort, count in sorted(tally.sorts.items()) if sort)
        figures = ", ".join(f"{name} {value:,.4g}" for name, value in sorted(tally.figures.items()))
        lines += [f"    {line}" for line in (sorts, figures) if line]
        lines += [f"    ! {example:.200}" for example in tally.examples[:5]]
    whole = sum(tally.faults.total() for tally in tallies)
    return [*lines, f"{sum(tally.cases for tally in tallies):,} cases, {whole} faults"]


if __name__ == "__main__":
    sys.exit(main())
