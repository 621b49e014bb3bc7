"""Start a whole cluster on this machine, give it work, and stop it: ``make cluster``, or ``make cluster JSON=FILE``.

2,000 postcards are indexed through Ray into Chroma's server, which is then killed and started again. Ten conversations are begun on two web
servers, each gone on with on the other; in the middle one of the two is killed, and at the end it is started again. Where a part fails, its
name and the end of its log are printed. Everything is stopped in any case.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .conversations import WrongError
from .parts import PartError, running
from .whole import Whole, whole
from .work import work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main() -> int:
    """The exit status: 1 when something was not as it should be."""
    options = _options()
    folder: Path = options.folder.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    done: list[tuple[str, float]] = []

    def tell(line: str) -> None:
        print(f"{time.monotonic() - begun:7.1f} s  {line}", flush=True)

    try:
        with whole(folder, options.rounds) as cluster:
            with running(tell) as parts:
                cluster.start(parts)
                for words, seconds in work(cluster, parts, options.postcards, options.conversations):
                    tell(words)
                    done.append((words, seconds))
                held = {part.name: part.memory() for part in cluster.parts}
            print("", *_table(cluster, done, held), sep="\n")
            if options.json:
                options.json.write_text(json.dumps(_as_json(cluster, done, held), indent=2) + "\n", encoding="utf-8")
    except (PartError, WrongError, FileNotFoundError) as error:
        print(f"\n{error}\neverything is stopped; all logs: {folder}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"\ninterrupted: everything is stopped; all logs: {folder}", file=sys.stderr)
        return INTERRUPTED
    print(f"{time.monotonic() - begun:.0f} s in all; everything is stopped; all logs: {folder}")
    return DONE


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make cluster", description=__doc__)
    parser.add_argument("--postcards", type=int, default=2000, help="how many are indexed (default %(default)s)")
    parser.add_argument("--conversations", type=int, default=10, help="how many are held (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of a conversation, at most (default %(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("runs") / "cluster", help="emptied first; default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as an object")
    return parser.parse_args()


def _table(cluster: Whole, work: Sequence[tuple[str, float]], held: Mapping[str, int]) -> list[str]:
    """A line for each part: what it is, where, after how many seconds it was ready, how much memory it holds in the end; then one for each
    piece of work."""
    wide = max(len(part.words) for part in cluster.parts)
    at = max(len(part.address) for part in cluster.parts)
    lines = [f"{'part':9} {'what it is':{wide}} {'address':{at}} ready after    memory"]
    lines += [
        f"{part.name:9} {part.words:{wide}} {part.address:{at}} {part.seconds:9.1f} s {held[part.name] / 1e6:6,.0f} MB"
        for part in cluster.parts
    ]
    return [*lines, "", *(f"{seconds:7.1f} s  {words}" for words, seconds in work), ""]


def _as_json(cluster: Whole, work: Sequence[tuple[str, float]], held: Mapping[str, int]) -> dict[str, Any]:
    parts = [
        {"part": part.name, "what": part.words, "address": part.address, "ready_after": part.seconds, "memory": held[part.name]}
        for part in cluster.parts
    ]
    return {"parts": parts, "work": [{"what": words, "seconds": seconds} for words, seconds in work]}


if __name__ == "__main__":
    sys.exit(main())
