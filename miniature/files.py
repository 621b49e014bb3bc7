"""Postcards drawn into files, each written whole or not at all; by several processes where many are to be drawn."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from ..store.disk import plain_when_full
from .world.drawing import draw
from .world.scene import Scene

SIDE = 192  # pixels; twice what the models see
_MANY = 1000  # fewer are drawn by the time another process has started
_AT_MOST = 8  # processes


def draw_files(wanted: Sequence[tuple[Path, Scene]], advance: Callable[[], None], processes: int | None = None) -> None:
    """Draw each scene into its file, unless that is there; ``advance`` is called for each.

    ``processes``: by default one a processor where many are to be drawn; where none can be started, it is done without. Interrupted or
    killed, what is there is whole.
    """
    missing = [(path, scene) for path, scene in wanted if not path.exists()]
    for _ in range(len(wanted) - len(missing)):
        advance()
    processes = processes or (min(os.cpu_count() or 1, _AT_MOST) if len(missing) > _MANY else 1)
    if processes == 1:
        for one in missing:
            _draw_part([one])
            advance()
        return
    parts: defaultdict[tuple[str, str, str], list[tuple[Path, Scene]]] = defaultdict(list)
    for path, scene in missing:
        parts[scene.place, scene.time, scene.weather].append((path, scene))  # so that each backdrop is drawn by one of them alone
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_helping)
    left = {pool.submit(_draw_part, part): part for part in parts.values()}
    try:
        for future in as_completed(list(left)):
            future.result()
            for _ in left.pop(future):
                advance()
    except BrokenProcessPool:  # a script on standard input cannot be imported by another process; or a helper was killed
        draw_files([one for part in left.values() for one in part], advance, processes=1)
    finally:
        pool.shutdown(cancel_futures=True)


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Two processes may draw the same postcards at once, and each of them be killed: what has the name is whole. Raises DiskFullError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with plain_when_full(path.parent):
            write(draft)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _draw_part(part: Sequence[tuple[Path, Scene]]) -> None:
    for path, scene in part:
        put(path, partial(draw(scene, SIDE).save, format="PNG"))


def _helping() -> None:
    """What a process that helps begins with: Ctrl-C is for whoever it helps, and it ends when that one is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_whom_it_helps, daemon=True).start()


def _end_with_whom_it_helps() -> None:
    if helped := parent_process():
        helped.join()
        os._exit(1)
