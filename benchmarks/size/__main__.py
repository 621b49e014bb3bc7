"""What galleries of 10,000, 100,000 and a million pictures cost: ``make size``. One that is interrupted goes on."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ...store.gallery.chroma import ChromaStore
from .synthetic import build, name_of

_LINE = "{pictures:>9,} {store:>8} {disk:>8} {first:>9} {later:>9} {beside:>9} {p50:>8} {p95:>8} {cpu:>8} {exact:>12}"
_HEAD = {
    "store": "ms/pict.", "disk": "kB/pict.", "first": "first s", "later": "later s", "beside": "memory MB",
    "p50": "page p50", "p95": "p95 ms", "cpu": "cpu ms", "exact": "same ten",
}  # fmt: skip


def main() -> None:
    """A line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="of galleries (default %(default)s)")
    parser.add_argument("--queries", type=int, default=1000, help="compared with scoring every picture exactly (default %(default)s)")
    parser.add_argument("--home", type=Path, default=Path("runs/size"), help="where the galleries are kept (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write what was measured")
    options = parser.parse_args()
    home: Path = options.home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    lines: list[dict[str, Any]] = []
    print(" ".join(["pictures".rjust(9), *_LINE.replace("{pictures:>9,} ", "").format(**_HEAD).split(" ")]))
    for size in (int(size) for size in options.sizes.split(",")):
        lines.append(measure(home, size, options.queries))
        print(as_line(lines[-1]), flush=True)
        if options.json:
            options.json.write_text(json.dumps(lines, indent=1), encoding="utf-8")


def measure(home: Path, size: int, queries: int) -> dict[str, Any]:
    """Everything of one size."""
    built = build(home, size)
    found: dict[str, Any] = {"pictures": size, "store_ms": 1000 * built.seconds / size, "store_cpu_ms": 1000 * built.processor / size}
    for what in ("first", "later", "pages"):
        found |= _apart(what, home, size, queries)
    return found | {"disk_kb": ChromaStore(home).size(name_of(size)) / 1000 / size, "read_gb_a_second": bandwidth()}


def as_line(found: dict[str, Any]) -> str:
    """What was measured of one size; the bandwidth of the machine at that moment stands at the end."""
    line = _LINE.format(
        pictures=found["pictures"],
        store=f"{found['store_ms']:.2f}",
        disk=f"{found['disk_kb']:.1f}",
        first=f"{found['first']['opening']:.1f}",
        later=f"{found['later']['opening']:.2f}",
        beside=f"{found['memory']['beside']:.0f}",
        p50=f"{found['page']['p50']:.1f}",
        p95=f"{found['page']['p95']:.1f}",
        cpu=f"{found['page']['processor']:.1f}",
        exact=f"{found['exact']} of {found['queries']}",
    )
    return f"{line}   (the machine reads {found['read_gb_a_second']:.1f} GB/s)"


def bandwidth(size: int = 1 << 28) -> float:
    """GB a second that two threads read together, the best of five."""
    memory = np.ones(size // 8, dtype=np.int64)
    best = float("inf")
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            before = time.perf_counter()
            list(pool.map(np.ndarray.sum, np.array_split(memory, 2)))
            best = min(best, time.perf_counter() - before)
    return size / 1e9 / best


def _apart(what: str, home: Path, size: int, queries: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "dir_tir.benchmarks.size.searching", what, str(home), str(size), str(queries)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


if __name__ == "__main__":
    main()
