"""Kills while a folder is indexed, at any moment, once or several times; then the same command has to bring the gallery to its end.

Whatever opens Chroma runs in a forked child, so that no process forks that has threads of Chroma's.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb  # noqa: F401  imported here once, and not by every child
import numpy as np
from dir_tir.contracts import Store
from dir_tir.errors import DirTirError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from fakes import FakeEncoder
from PIL import Image

from .case import Case, Fault, Outcome, Part

NEAR = 985  # pictures that are there already, so that Chroma writes its index files during the case
MORE = 60
FEW = 12  # pictures of a real process
REAL = 10  # of so many cases one is a process of the real command


@contextmanager
def opened(folder: Path) -> Iterator[Case]:
    """Pictures for all cases, and a gallery that has most of them."""
    pictures, base = folder / "pictures", folder / "base"
    sources = drawn_pictures(pictures)

    def case(number: int, chance: random.Random) -> Outcome:
        root = folder / f"case-{number}"
        shutil.rmtree(root, ignore_errors=True)
        try:
            if number % REAL == REAL - 1:
                return _real(root, pictures / "few", chance)
            large = number % REAL in (3, 4, 5)
            if large:
                if not (base / "whole").exists():
                    shutil.rmtree(base, ignore_errors=True)
                    assert in_child(lambda: filled(ChromaStore(base), sources[:NEAR])) == []
                    (base / "whole").touch()
                shutil.copytree(base, root)
            wanted = sources if large else sources[: chance.randrange(5, MORE)]
            for _ in range(chance.randrange(1, 4)):
                killed(lambda: filled(ChromaStore(root), wanted, chance.choice((1, 3, 8))), chance.uniform(0, 1.2 if large else 0.5))
            if not large and chance.random() < 0.15:
                return Outcome("killed, then deleted", in_child(lambda: deleted(root)))
            return Outcome(
                "near a full index" if large else "new", in_child(lambda: finished(ChromaStore(root), wanted, NEAR if large else 0))
            )
        finally:
            shutil.rmtree(root, ignore_errors=True)

    yield case


PART = Part("indexing-kills", "kills while indexing", 220, 3, opened)


def drawn_pictures(folder: Path) -> list[Source]:
    """Pictures of one colour each, with a caption for every other; and a folder "few" of some of them."""
    sources = []
    for number in range(NEAR + MORE):
        path = folder / f"{number}.png" if number >= FEW else folder / "few" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            Image.new("RGB", (8, 8), (number % 256, number // 256, 0)).save(path)
        sources.append(Source(path, (f"picture {number}", "another") if number % 2 else ()))
    return sources


def filled(store: Store, sources: Sequence[Source], batch: int = 64) -> list[Fault]:
    """Index them, as the command does."""
    index(sources, store, "g", FakeEncoder(), batch_size=batch)
    return []


def finished(store: Store, sources: Sequence[Source], there: int = 0) -> list[Fault]:
    """Look at what a kill has left, index again, and look whether everything is there once."""
    encoder, faults = FakeEncoder(), []
    for look in (lambda: store.describe("g"), lambda: store.damage("g"), lambda: store.names()):
        try:
            look()
        except DirTirError as error:
            if "index" not in str(error):
                faults.append(Fault("escaped", f"no way out: {error}"))
    try:
        index(sources, store, "g", encoder, batch_size=64)
    except DirTirError as error:
        return [*faults, Fault("bricked", str(error))]
    if encoder.pictures > len(sources) - there:
        faults.append(Fault("lost", f"{encoder.pictures} encoded again, of {len(sources)} with {there} there"))
    with store.open("g") as gallery:
        records = gallery.records()
        ids = sorted(records)
        images, _ = gallery.embeddings(ids)
    if sorted(records[id_].path for id_ in ids) != sorted(str(source.path) for source in sources):
        faults.append(Fault("lost", f"{len(records)} pictures of {len(sources)}"))
    right = FakeEncoder().encode_images([Image.open(records[id_].path).convert("RGB") for id_ in ids])
    if not np.allclose(images, right, atol=1e-4):
        faults.append(Fault("lost", "embeddings are not those of their pictures"))
    if damage := store.damage("g"):
        faults.append(Fault("bricked", damage[0]))
    return faults


def deleted(root: Path) -> list[Fault]:
    """Deleting works, whatever a kill has left."""
    store = ChromaStore(root)
    try:
        store.delete("g")
    except DirTirError as error:
        if "there is no gallery" not in str(error):
            return [Fault("bricked", str(error))]
    return [] if not (root / "g").exists() or not any((root / "g").iterdir()) else [Fault("stuck", "something is left")]


def in_child(work: Callable[[], list[Fault]]) -> tuple[Fault, ...] | list[Fault]:
    """What the work found, done in a child; a child that crashes is a fault."""
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        return [Fault(**fault) for fault in json.loads(said)] if said else [Fault("bricked", f"the process ended with {status}")]
    try:
        faults = [fault.__dict__ for fault in work()]
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        faults = [{"kind": "escaped", "what": " ".join(what.split())}]
    with os.fdopen(writing, "w") as pipe:
        pipe.write(json.dumps(faults))
    os._exit(0)


def killed(work: Callable[[], object], delay: float) -> None:
    """Begin the work in a child, and kill that after some seconds."""
    if not (child := os.fork()):
        try:
            os.close(2)
            work()
        finally:
            os._exit(0)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _real(root: Path, folder: Path, chance: random.Random) -> Outcome:
    """The real command, killed after some seconds; then run to its end."""
    command = [sys.executable, "-m", "dir_tir.chat.terminal.cli"]
    index_it = [*command, "index", str(folder), "--gallery", "g", "--profile", "miniature"]
    environment = {**os.environ, "DIR_TIR_HOME": str(root)}
    with subprocess.Popen(index_it, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(chance.uniform(3, 9))
        except subprocess.TimeoutExpired:
            process.kill()
    ended = subprocess.run(index_it, env=environment, capture_output=True, text=True, timeout=110, check=False)
    faults = [Fault("bricked", " ".join(ended.stderr.split())[-300:])] if ended.returncode else []
    return Outcome("real process", (*faults, *in_child(lambda: _sound(root / "galleries"))))


def _sound(root: Path) -> list[Fault]:
    store = ChromaStore(root)
    if damage := store.damage("g"):
        return [Fault("bricked", damage[0])]
    info = store.describe("g")
    return [] if info.count == FEW and info.revision else [Fault("lost", f"{info.count} pictures of {FEW}")]
