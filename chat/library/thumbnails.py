"""Pictures as the page gets them: made small, upright, without what a camera wrote into the file."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from ...store.pictures import open_picture

SIDES = (400, 1600)  # pixels: a result on the page, an enlarged one


@lru_cache(maxsize=512)
def small_picture(path: str, side: int, changed: int, form: str = "WEBP") -> bytes:
    """The picture as WebP (or as Pillow calls another form), its longer side at most ``side`` pixels. ``changed``: the file's time."""
    picture = open_picture(Path(path), side)
    out = BytesIO()
    picture.save(out, format=form, quality=88)
    return out.getvalue()
