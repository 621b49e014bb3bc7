"""The sky of a postcard, and what falls from it."""

from __future__ import annotations

import random

from PIL import Image

from .pen import Colour, Pen, mix

_GRADIENTS: dict[str, tuple[Colour, Colour]] = {
    "morning": ((250, 178, 186), (255, 236, 176)),
    "noon": ((66, 160, 232), (190, 230, 250)),
    "evening": ((104, 62, 140), (252, 142, 62)),
    "night": ((14, 20, 58), (44, 58, 112)),
}
_OVERCAST: dict[str, Colour] = {
    "morning": (176, 156, 160),
    "noon": (138, 156, 172),
    "evening": (112, 84, 98),
    "night": (34, 38, 54),
}
_CLOUDS: dict[str, Colour] = {
    "morning": (255, 246, 240),
    "noon": (255, 255, 255),
    "evening": (250, 190, 160),
    "night": (104, 114, 158),
}
_SUNS: dict[str, tuple[float, float, float, Colour]] = {
    "morning": (0.14, 0.25, 0.075, (255, 214, 92)),
    "noon": (0.66, 0.12, 0.075, (255, 232, 96)),
    "evening": (0.86, 0.25, 0.085, (255, 92, 52)),
}
_STARS = (
    (0.08, 0.1),
    (0.17, 0.24),
    (0.29, 0.05),
    (0.52, 0.2),
    (0.63, 0.1),
    (0.73, 0.22),
    (0.82, 0.07),
    (0.92, 0.18),
    (0.06, 0.33),
    (0.95, 0.32),
)
_BANDS = 64
_PUFFS = ((-0.085, 0.018, 0.05), (-0.03, -0.014, 0.062), (0.04, -0.004, 0.055), (0.09, 0.02, 0.042))


def paint_sky(image: Image.Image, time: str, weather: str, drift: float) -> None:
    """Fill the image with sky: gradient, sun or moon, clouds moved sideways by ``drift``."""
    pen = Pen(image)
    dull = {"rain": 0.68, "snow": 0.62}.get(weather, 0.0)
    top, low = (mix(colour, _OVERCAST[time], dull) for colour in _GRADIENTS[time])
    for row in range(_BANDS):
        pen.box(0, row * 0.55 / _BANDS, 1, 0.57, mix(top, low, row / (_BANDS - 1)))
    _paint_lights(pen, time, top, low, dull)
    puff = mix(_CLOUDS[time], _OVERCAST[time], dull)
    if weather == "clouds":
        for x, y, scale in ((0.22, 0.1, 1.0), (0.55, 0.22, 0.85), (0.84, 0.11, 1.1)):
            _cloud(pen, x + drift, y, scale, puff)
    elif weather == "rain":
        bank = mix(_OVERCAST[time], (40, 44, 60), 0.38)
        pen.box(0, 0, 1, 0.07, bank)
        for x, y, scale in ((0.05, 0.05, 1.1), (0.3, 0.075, 1.2), (0.56, 0.06, 1.1), (0.8, 0.08, 1.2), (1.0, 0.05, 1.0)):
            _cloud(pen, x + drift, y, scale, bank)


def _paint_lights(pen: Pen, time: str, top: Colour, low: Colour, dull: float) -> None:
    """The sun with its halo, or the crescent moon among stars; dimmed under an overcast sky."""
    if time == "night":
        moon = mix((255, 244, 200), top, dull * 0.7)
        for x, y in _STARS:
            pen.dot(x, y, 0.0085, moon)
        pen.dot(0.4, 0.092, 0.07, moon)
        pen.dot(0.432, 0.074, 0.058, mix(top, low, 0.15))
        return
    x, y, radius, colour = _SUNS[time]
    around = mix(top, low, y / 0.55)
    halo = colour if time == "evening" else (255, 252, 236)
    pen.dot(x, y, radius * 1.6, mix(around, halo, 0.36 * (1 - dull)))
    pen.dot(x, y, radius, mix(colour, around, dull * 0.85))


def _cloud(pen: Pen, x: float, y: float, scale: float, colour: Colour) -> None:
    """A flat-bottomed cloud with a faint darker belly."""
    belly = mix(colour, (90, 90, 120), 0.14)
    pen.box(x - 0.13 * scale, y + 0.005, x + 0.13 * scale, y + 0.058 * scale, belly, corner=0.026 * scale)
    for across, down, radius in _PUFFS:
        pen.dot(x + across * scale, y + down * scale, radius * scale, colour)


def paint_fall(image: Image.Image, time: str, weather: str, variant: int) -> None:
    """Rain as slanted streaks or snow as flakes, spread evenly over the whole picture."""
    pen = Pen(image)
    rng = random.Random(variant)
    if weather == "rain":
        streak = mix((226, 238, 250), _OVERCAST[time], 0.3 if time == "night" else 0.1)
        for x, y in _spread(rng, 9):
            pen.stroke([(x + 0.018, y - 0.035), (x - 0.018, y + 0.035)], 0.008, streak)
    elif weather == "snow":
        for x, y in _spread(rng, 9):
            pen.dot(x, y, 0.0135 if (x + y) % 0.2 < 0.1 else 0.0095, (255, 255, 255))


def _spread(rng: random.Random, across: int) -> list[tuple[float, float]]:
    """Points on a staggered grid, each moved a little."""
    step = 1 / across
    return [
        ((column + 0.5 * (row % 2) + 0.25 + rng.uniform(-0.2, 0.2)) * step, (row + 0.5 + rng.uniform(-0.2, 0.2)) * step)
        for row in range(across)
        for column in range(across)
    ]
