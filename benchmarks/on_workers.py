"""What Ray costs on one machine, beside this process alone: ``python -m dir_tir.benchmarks.on_workers indexing``, or ``conversing``.

Both ways in turn. What starts is left out: counted is from the first picture, or the first conversations of every worker, to the last.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from ..evaluation.cluster import ClusterHolder, begin
from ..evaluation.postcards import draw_postcards, postcards_gallery
from ..evaluation.runner import read_tasks, run
from ..graph.config import Config
from ..store.gallery.chroma import ChromaStore
from ..store.gallery.indexing import index
from ..store.gallery.sources import find_pictures
from ..tools.cluster.indexing import ClusterWorkers
from ..tools.cluster.pool import Pool
from ..tools.workspace import Workspace


@dataclass
class Meter:
    """Clock and processor from the first that count to the last. start: seconds until then."""

    pool: Pool | None
    first: int = 1
    begun: float = field(default_factory=time.perf_counter)
    clock: float = 0.0
    processor: float = 0.0
    done: int = 0
    start: float = 0.0

    def came(self, done: int) -> None:
        now = time.perf_counter()
        if done >= self.first and not self.done:
            self.start, self.clock, self.processor, self.done = now - self.begun, now, self._spent(), done

    def stop(self, done: int) -> None:
        self.clock, self.processor = time.perf_counter() - self.clock, self._spent() - self.processor
        self.done = done - self.done

    def _spent(self) -> float:
        """Processor seconds of this process, and of all that the pool has started here."""
        times = [psutil.Process().cpu_times()]
        if self.pool:
            there = psutil.Process(self.pool.driver)
            times += [process.cpu_times() for process in [there, *there.children(recursive=True)]]
        return float(sum(spent.user + spent.system for spent in times))


def indexing(pictures: int, pool: Pool | None, workspace: Workspace, folder: Path) -> Meter:
    """Index postcards into a new gallery."""
    models, meter = workspace.models("miniature"), Meter(pool)
    batch = models.profile.encoder.batch
    with tempfile.TemporaryDirectory(prefix="dir-tir-") as galleries:
        found, workers = find_pictures(folder).pictures, None
        if pool:
            workers = ClusterWorkers(pool, folder, "miniature", models.encoder_fingerprint, batch, captioning=False)
        store = ChromaStore(Path(galleries))
        encoder = models.encoder
        done = index(
            found, store, "g", encoder, within=folder, batch_size=batch, workers=workers, progress=lambda done, _: meter.came(done)
        )
        meter.stop(pictures)
        assert done.added == pictures
    return meter


def conversing(targets: int, rounds: int, pool: Pool | None, workspace: Workspace, pictures: int, at_once: int) -> Meter:
    """Hold conversations, as many at a time as there are processors."""
    drawn = postcards_gallery(workspace, pictures, "miniature")
    processors = os.cpu_count() or 1
    tasks = read_tasks(drawn.descriptions, targets, 0)
    meter = Meter(pool, first=2 * at_once * processors)  # with the first of a worker its models are loaded
    config = Config(profile="miniature", gallery=drawn.gallery, max_rounds=rounds, related_size=pictures // 10)
    resolve, came = partial(workspace.toolbox), iter(range(1, targets + 1))
    with tempfile.TemporaryDirectory(prefix="dir-tir-") as folder:
        file, holder = Path(folder) / "run" / "dir-tir.jsonl", None
        if pool:
            begin(pool, workspace, [config], frozenset(), at_once)
            holder = partial(ClusterHolder, pool, "dir-tir", config, file, ())
        run(
            tasks,
            config,
            file,
            resolve,
            lambda: meter.came(next(came)),
            at_once=at_once * processors,
            processors=workspace.processors,
            holder=holder,
        )
        meter.stop(targets)
    return meter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("indexing", "conversing"))
    parser.add_argument("--postcards", type=int, default=2000)
    parser.add_argument("--targets", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=1, help="conversations of each worker")
    parser.add_argument("--times", type=int, default=3, help="how often either way is measured, in turn")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="dir-tir-"))
    os.environ["DIR_TIR_HOME"] = str(home)
    measured: dict[str, list[Meter]] = {"alone": [], "ray": []}
    try:
        with Workspace() as workspace:
            draw_postcards(home / "pictures", options.postcards, seed=0)
            for way in list(measured) * options.times:
                with Pool() if way == "ray" else nullcontext() as pool:
                    if options.what == "indexing":
                        meter = indexing(options.postcards, pool, workspace, home / "pictures")
                    else:
                        meter = conversing(options.targets, options.rounds, pool, workspace, options.postcards, options.at_once)
                measured[way].append(meter)
                print(
                    f"{way:6} {meter.done / meter.clock:8.2f} a second, processor {1000 * meter.processor / meter.done:9.2f} ms each, "
                    f"first after {meter.start:5.1f} s, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    finally:
        shutil.rmtree(home)
    clock = {way: median(meter.done / meter.clock for meter in meters) for way, meters in measured.items()}
    processor = {way: median(meter.processor / meter.done for meter in meters) for way, meters in measured.items()}
    print(
        f"rate by the clock {clock['ray'] / clock['alone']:.2f} of that alone, by the processor {processor['alone'] / processor['ray']:.2f}"
    )
    print(f"overhead {1000 * (processor['ray'] - processor['alone']):.2f} ms of the processor each")


if __name__ == "__main__":
    main()
