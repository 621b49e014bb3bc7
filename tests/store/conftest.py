from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dir_tir.store.gallery.sources import Source
from PIL import Image


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., list[Source]]:
    """Different small pictures on disk, each with two captions."""

    def make(count: int, start: int = 0) -> list[Source]:
        sources = []
        for number in range(start, start + count):
            path = tmp_path / "pictures" / f"{number:03}.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (8 + number % 3, 8), (number % 256, number // 256, 7)).save(path)
            sources.append(Source(path, (f"picture {number}", f"another caption of {number}")))
        return sources

    return make
