"""A scene as class numbers, and which scenes a partial description fits: what the picture models are supervised with."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..world.knowledge import Group, Knowledge
from ..world.scene import COLOURS, COUNTS, KINDS, PLACES, SIZES, TIMES, WEATHERS, Scene, Thing

SETTING_CLASSES = [len(PLACES), len(TIMES), len(WEATHERS)]
GROUP_CLASSES = [len(KINDS) + 1, len(COLOURS) + 1, len(SIZES) + 1, len(COUNTS) + 1]  # class 0: nothing stands there
NAMES = ("place", "time", "weather", "kind", "colour", "size", "count")


def classes(scenes: Sequence[Scene]) -> tuple[Tensor, Tensor]:
    """Class numbers of the settings, (n, 3), and of the groups, (n, 3 positions, 4): kind, colour, size, count."""
    settings = [(PLACES.index(s.place), TIMES.index(s.time), WEATHERS.index(s.weather)) for s in scenes]
    return torch.tensor(settings), torch.tensor([[_group(thing) for thing in s.groups] for s in scenes])


def fits(known: Knowledge, scene: Scene) -> bool:
    """Whether everything that is known holds for ``scene``."""
    if any(
        value and value != getattr(scene, key) for key, value in (("place", known.place), ("time", known.time), ("weather", known.weather))
    ):
        return False
    if any(scene.at(position) for position in known.empty) or any(scene.find(kind) for kind in known.absent):
        return False
    return all(_fits(group, scene) for group in known.groups)


def _fits(group: Group, scene: Scene) -> bool:
    found = scene.find(group.kind)
    if found is None:
        return False
    position, thing = found
    number = thing.count > 1 if group.count is None else thing.count == group.count
    said = ((group.colour, thing.colour), (group.size, thing.size), (group.position, position))
    return number and all(value is None or value == truth for value, truth in said)


def _group(thing: Thing | None) -> tuple[int, int, int, int]:
    if thing is None:
        return 0, 0, 0, 0
    return KINDS.index(thing.kind) + 1, COLOURS.index(thing.colour) + 1, SIZES.index(thing.size) + 1, COUNTS.index(thing.count) + 1
