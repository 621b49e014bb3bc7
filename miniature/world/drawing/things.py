"""Sprites of the sixteen kinds: flat fill, one dark outline around the whole silhouette, a soft shadow at the foot."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from . import creatures, objects
from .palette import FILLS, INK
from .pen import Colour, Pen

KIND_PAINTERS: dict[str, Callable[[Pen, Colour], None]] = {
    "balloon": objects.balloon,
    "boat": objects.boat,
    "butterfly": creatures.butterfly,
    "car": objects.car,
    "cat": creatures.cat,
    "duck": creatures.duck,
    "fish": creatures.fish,
    "flower": creatures.flower,
    "house": objects.house,
    "kite": objects.kite,
    "mushroom": creatures.mushroom,
    "rocket": objects.rocket,
    "star": objects.star,
    "tent": objects.tent,
    "tree": creatures.tree,
    "umbrella": objects.umbrella,
}
_FINE = 4  # sprites are cached, so they can afford more supersampling than the backdrop
_EDGE = 40  # a blurred edge falls to this grey one blur radius outside the shape


@lru_cache(maxsize=1024)
def sprite(kind: str, colour: str, pixels: int, outline: float) -> Image.Image:
    """The thing as RGBA, ``pixels`` wide and high, with an outline of ``outline`` pixels."""
    side = pixels * _FINE
    margin = round(outline * _FINE) + 1
    body = Image.new("RGBA", (side - 2 * margin, side - 2 * margin))
    KIND_PAINTERS[kind](Pen(body), FILLS[colour])
    shape = Image.new("RGBA", (side, side))
    shape.paste(body, (margin, margin))
    blurred = shape.getchannel("A").filter(ImageFilter.GaussianBlur(outline * _FINE))
    grown = blurred.point([255 if value >= _EDGE else 0 for value in range(256)])
    canvas = Image.new("RGBA", (side, side))
    ImageDraw.Draw(canvas).ellipse((side * 0.14, side * 0.87, side * 0.86, side * 0.995), fill=(*INK, 70))
    canvas.paste(INK, (0, 0), grown)
    canvas.alpha_composite(shape)
    return canvas.reduce(_FINE)
