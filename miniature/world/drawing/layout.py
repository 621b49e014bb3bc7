"""Where the things of a group stand: each group keeps to its own third of the picture."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from ..scene import POSITIONS, Scene, Thing

_JITTER = 0.01
_SIDES = {"small": 0.155, "big": 0.27}
_SIDE_OF_THREE_BIG = 0.225  # three at full size would hide one another
_OFFSETS: dict[tuple[str, int], tuple[tuple[float, float], ...]] = {
    ("small", 1): ((0.0, 0.70),),
    ("small", 2): ((-0.065, 0.61), (0.065, 0.76)),
    ("small", 3): ((0.0, 0.58), (-0.076, 0.74), (0.076, 0.76)),
    ("big", 1): ((0.0, 0.70),),
    ("big", 2): ((-0.02, 0.51), (0.02, 0.815)),
    ("big", 3): ((-0.042, 0.485), (0.042, 0.665), (-0.042, 0.845)),
}


@dataclass(frozen=True)
class Spot:
    """One thing to draw: centre and side as fractions of the picture's side."""

    thing: Thing
    x: float
    y: float
    side: float


def spots(scene: Scene) -> Iterator[Spot]:
    """Every single thing of the scene, back to front within each group.

    The jitter depends on the seed and the position only, so changing one group never moves another.
    """
    for position, thing in scene.placed():
        index = POSITIONS.index(position)
        rng = random.Random(scene.seed * len(POSITIONS) + index)
        side = _SIDE_OF_THREE_BIG if (thing.size, thing.count) == ("big", 3) else _SIDES[thing.size]
        for across, y in _OFFSETS[thing.size, thing.count]:
            x = (2 * index + 1) / 6 + across
            yield Spot(thing, x + rng.uniform(-_JITTER, _JITTER), y + rng.uniform(-_JITTER, _JITTER), side)
