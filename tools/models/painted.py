"""Refusing a painting that shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import BrokenReply

if TYPE_CHECKING:
    from PIL import Image


def require_something_shown(picture: Image.Image, advice: str) -> Image.Image:
    """The same picture. Raises BrokenReply for one of a single colour."""
    if all(low == high for low, high in picture.convert("RGB").getextrema()):  # type: ignore[misc]
        raise BrokenReply(f"the painter gave a picture of a single colour, which shows nothing: {advice}")
    return picture
