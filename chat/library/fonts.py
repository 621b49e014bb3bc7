"""The face of what is written on pictures."""

from __future__ import annotations

from functools import cache

from PIL import ImageFont


@cache  # of the few sizes that sheets have; for as long as the process runs
def font(size: int) -> ImageFont.FreeTypeFont:
    """The face that Pillow brings along, so many pixels high: it looks the same on every machine."""
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face
