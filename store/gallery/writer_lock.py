"""One writer of a gallery at a time among the processes of this machine, by a lock on a file, which ends with its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ...errors import GalleryError

LOCK = "writer.lock"


@contextmanager
def alone(folder: Path, refusal: str) -> Iterator[None]:
    """While nobody else writes. Raises GalleryError with the ``refusal`` when somebody does."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GalleryError(refusal) from None
    try:
        yield
    finally:
        lock.release()
