"""Every kind of store there is: each runs the tests of the contract, here and in other processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from os import environ, pathsep
from pathlib import Path

import numpy as np
from chroma_servers import ADDRESS, address_for
from dir_tir.contracts import PictureRecord, Row, Store
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.chroma_server import ChromaServerStore

LASTS = 2.0  # seconds of a lease, in tests


def _on_server(folder: Path) -> Store:
    return ChromaServerStore(address_for(environ[ADDRESS], folder), folder, LASTS)


STORES: dict[str, Callable[[Path], Store]] = {"chroma": ChromaStore, "server": _on_server}  # name → the store over what lies in a folder


def row(number: int, captions: Sequence[str] | None = None, dimension: int = 4) -> Row:
    """A picture with vectors of its own, which depend on its number and on its captions."""
    texts = (f"picture {number}",) if captions is None else tuple(captions)
    image = _vector(str(number), dimension)
    embedded = np.stack([_vector(text, dimension) for text in texts]) if texts else image[None]
    return Row(PictureRecord(f"{number:032x}", f"/pictures/{number}.png", texts, 8, 6, size=number, modified=7), image, embedded)


def elsewhere(kind: str, folder: Path, code: str) -> subprocess.Popen[str]:
    """Run code in another process, with `store`, `row` and `wait` (says "ready", and waits until its input is closed)."""
    preamble = (
        "import os, sys\nfrom pathlib import Path\nfrom stores import STORES, row\n"
        "store = STORES[sys.argv[1]](Path(sys.argv[2]))\n"
        "def wait():\n    print('ready', flush=True); sys.stdin.read()\n"
    )
    path = {"PYTHONPATH": pathsep.join([str(Path(__file__).parent), environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", preamble + code, kind, str(folder)]
    return subprocess.Popen(command, env=environ | path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run_elsewhere(kind: str, folder: Path, code: str, status: int = 0) -> str:
    """As `elsewhere`, to its end; what it printed."""
    with elsewhere(kind, folder, code) as process:
        printed, _ = process.communicate("", timeout=120)
    assert process.returncode == status
    return printed


def _vector(seed: str, dimension: int) -> np.ndarray:
    drawn = np.random.default_rng(list(seed.encode())).normal(size=dimension).astype(np.float32)
    return drawn / np.linalg.norm(drawn)
