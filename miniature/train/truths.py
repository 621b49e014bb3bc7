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
TOPICS = (*NAMES, "position")
_NO_MORE = (False,) * 4


def classes(scenes: Sequence[Scene]) -> tuple[Tensor, Tensor]:
    """Class numbers of the settings, (n, 3), and of the groups, (n, 3 positions, 4): kind, colour, size, count."""
    settings = [(PLACES.index(s.place), TIMES.index(s.time), WEATHERS.index(s.weather)) for s in scenes]
    return torch.tensor(settings), torch.tensor([[_group(thing) for thing in s.groups] for s in scenes])


def fits(known: Knowledge, scene: Scene) -> bool:
    """Whether everything that is known holds for ``scene``."""
    return not any(wrong(known, scene))


def wrong(known: Knowledge, scene: Scene) -> list[bool]:
    """By topic, whether something that is known does not hold for ``scene``. Of a thing that is not there, only its kind is wrong."""
    setting = [bool(value) and value != truth for value, truth in zip(_setting(known), _setting(scene), strict=True)]
    things = [_wrong(group, scene) for group in known.groups]
    kind = any(scene.at(position) for position in known.empty) or any(scene.find(kind) for kind in known.absent)
    return [*setting, *(any(topic) for topic in zip([kind, *_NO_MORE], *things, strict=True))]


def _setting(of: Knowledge | Scene) -> tuple[str | None, str | None, str | None]:
    return of.place, of.time, of.weather


def _wrong(group: Group, scene: Scene) -> list[bool]:
    """Kind, colour, size, count, position."""
    found = scene.find(group.kind)
    if found is None:
        return [True, *_NO_MORE]
    position, thing = found
    number = thing.count > 1 if group.count is None else thing.count == group.count
    said = ((group.colour, thing.colour), (group.size, thing.size), (group.position, position))
    colour, size, where = (value is not None and value != truth for value, truth in said)
    return [False, colour, size, not number, where]


def _group(thing: Thing | None) -> tuple[int, int, int, int]:
    if thing is None:
        return 0, 0, 0, 0
    return KINDS.index(thing.kind) + 1, COLOURS.index(thing.colour) + 1, SIZES.index(thing.size) + 1, COUNTS.index(thing.count) + 1
