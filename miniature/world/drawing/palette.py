"""The eight colours of things, the few fixed neutrals of their details, and how the hour and the weather tint the land."""

from __future__ import annotations

from .pen import Colour, Tone, mix

FILLS: dict[str, Colour] = {
    "red": (216, 40, 38),
    "orange": (247, 132, 24),
    "yellow": (252, 216, 48),
    "green": (52, 160, 70),
    "blue": (44, 98, 214),
    "purple": (128, 62, 176),
    "pink": (250, 146, 190),
    "white": (252, 250, 246),
}
INK: Colour = (46, 36, 50)
CREAM: Colour = (255, 246, 224)
BROWN: Colour = (124, 82, 54)
GLASS: Colour = (196, 226, 240)
AMBER: Colour = (232, 158, 44)
STONE: Colour = (146, 140, 142)
LEAF: Colour = (70, 128, 62)
BLUSH: Colour = (226, 120, 130)

_LIGHT: dict[str, tuple[Colour, float]] = {
    "morning": ((255, 190, 190), 0.20),
    "noon": ((255, 255, 255), 0.0),
    "evening": ((160, 66, 66), 0.29),
    "night": ((16, 22, 62), 0.64),
}


def shade(fill: Colour) -> Colour:
    """The same colour in shadow, still plainly that colour."""
    return mix(fill, INK, 0.16)


def detail_on(fill: Colour) -> Colour:
    """A light detail that shows on ``fill``: cream, or warm grey where the fill itself is pale."""
    return (212, 204, 200) if min(fill) > 200 else CREAM


def tone(time: str, weather: str) -> Tone:
    """How the land's own colours look at this hour in this weather."""
    light, share = _LIGHT[time]

    def tinted(fill: Colour) -> Colour:
        if weather == "rain":
            grey = round(0.3 * fill[0] + 0.59 * fill[1] + 0.11 * fill[2])
            fill = mix(fill, (round(grey * 0.74), round(grey * 0.78), round(grey * 0.84)), 0.5)
        if weather == "snow":
            fill = mix(fill, (240, 244, 250), 0.56)
        return mix(fill, light, share)

    return tinted
