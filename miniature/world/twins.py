"""Look-alikes of a postcard: each differs from it in one attribute, and in nothing else that is drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .scene import COLOURS, COUNTS, KINDS, PLACES, POSITIONS, SIZES, TIMES, WEATHERS, Scene, Thing

_OF_SCENES: dict[str, tuple[Any, ...]] = {"place": PLACES, "time": TIMES, "weather": WEATHERS}
_OF_THINGS: dict[str, tuple[Any, ...]] = {"kind": KINDS, "colour": COLOURS, "size": SIZES, "count": COUNTS}
ATTRIBUTES = (*_OF_SCENES, *_OF_THINGS)


def twins(rng: random.Random, scene: Scene, count: int) -> list[tuple[str, Scene]]:
    """(attribute, scene) of ``count`` look-alikes, no two the same; the attributes take turns. Of one thing alone there are 38.

    They keep the seed, so that what does not differ is drawn alike to the last pixel.
    """
    left = {attribute: list(_changed(scene, attribute)) for attribute in ATTRIBUTES}
    for scenes in left.values():
        rng.shuffle(scenes)
    found: list[tuple[str, Scene]] = []
    while len(found) < count and any(left.values()):
        found += [(attribute, scenes.pop()) for attribute, scenes in left.items() if scenes]
    return found[:count]


def _changed(scene: Scene, attribute: str) -> Iterator[Scene]:
    """Every scene with another value of this attribute, of one group where it is one of things. Kinds stay distinct."""
    change: dict[str, Any]
    if attribute in _OF_SCENES:
        for change in ({attribute: value} for value in _OF_SCENES[attribute] if value != getattr(scene, attribute)):
            yield replace(scene, **change)
        return
    taken = {thing.kind for _, thing in scene.placed()}
    for position, thing in scene.placed():
        values = [value for value in _OF_THINGS[attribute] if value != getattr(thing, attribute) and value not in taken]
        for change in ({attribute: value} for value in values):
            yield _with(scene, position, replace(thing, **change))


def _with(scene: Scene, position: str, thing: Thing) -> Scene:
    groups = list(scene.groups)
    groups[POSITIONS.index(position)] = thing
    return replace(scene, groups=(groups[0], groups[1], groups[2]))
