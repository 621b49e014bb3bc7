"""The postcard drawn: sky, then place, then what falls from the sky, then the things, whose colours no light may tint."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from ..scene import Scene
from .layout import spots
from .palette import tone
from .pen import Pen
from .places import PLACE_PAINTERS
from .sky import paint_fall, paint_sky
from .things import sprite

__all__ = ["backdrop", "draw"]

_OUTLINE = 0.008
_VARIANTS = 4  # few enough that every backdrop is soon in the cache


def draw(scene: Scene, size: int) -> Image.Image:
    """The scene as an RGB postcard of ``size`` x ``size`` pixels; the same scene always gives the same pixels."""
    picture = backdrop(scene, size)
    for spot in spots(scene):
        pixels = max(3, round(spot.side * size))
        image = sprite(spot.thing.kind, spot.thing.colour, pixels, _OUTLINE * size)
        picture.paste(image, (round(spot.x * size - pixels / 2), round(spot.y * size - pixels / 2)), image)
    return picture


def backdrop(scene: Scene, size: int) -> Image.Image:
    """The scene without its things."""
    return _backdrop(scene.place, scene.time, scene.weather, scene.seed % _VARIANTS, size).copy()


@lru_cache(maxsize=512)
def _backdrop(place: str, time: str, weather: str, variant: int, size: int) -> Image.Image:
    """Everything but the things; drawn large and reduced to smooth its edges."""
    scale = 3 if size < 256 else 2
    image = Image.new("RGB", (size * scale, size * scale))
    paint_sky(image, time, weather, drift=0.02 * (variant - 1.5) / 1.5)
    pen = Pen(image, tone(time, weather), snow=weather == "snow")
    PLACE_PAINTERS[place](pen, time == "night", variant % 2)
    paint_fall(image, time, weather, variant)
    return image.reduce(scale)
