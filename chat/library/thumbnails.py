"""Pictures as others get them: made small, upright, without what a camera wrote into the file."""

from __future__ import annotations

from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Literal

from ...store.pictures import open_picture

SIDES = (400, 1600)  # pixels: a result on the page, an enlarged one
KEPT = 32 * 2**20  # bytes


def small_picture(path: Path, side: int, form: Literal["WEBP", "JPEG"] = "WEBP") -> bytes:
    """The picture as WebP or JPEG, its longer side at most ``side`` pixels. Raises PictureError when it cannot be read."""
    out = BytesIO()
    open_picture(path, side).save(out, format=form, quality=88)
    return out.getvalue()


class Thumbnails:
    """Small pictures, the ones used last kept in memory: up to ``kept`` bytes of them. May be used by several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._most = kept
        self._size = 0
        self._made: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()  # (path, side, time of the file) → WebP
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._size

    def picture(self, path: Path, side: int) -> bytes:
        """As `small_picture`; a file that has changed is read again."""
        try:
            key = (str(path), side, path.stat().st_mtime_ns)
        except OSError:
            return small_picture(path, side)  # says what is wrong with it
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = small_picture(path, side)  # without the lock: others need not wait for a large photo
        with self._lock:
            if key not in self._made:
                self._made[key] = made
                self._size += len(made)
            while self._size > self._most:
                self._size -= len(self._made.popitem(last=False)[1])
        return made
