"""Scenes near another: what a search brings up, and what a painter makes of a prompt."""

from __future__ import annotations

import random
from dataclasses import replace

from ..world.knowledge import Group, Knowledge
from ..world.scene import COLOURS, COUNTS, PLACES, POSITIONS, SIZES, TIMES, WEATHERS, Scene, Thing, sample


def look_alike(rng: random.Random, known: Knowledge, keep: float = 0.75) -> Scene:
    """A scene that agrees with each known fact with probability ``keep``: what a search for the description brings up."""
    base = sample(rng, allow_held_out=False)
    groups: list[Thing | None] = list(base.groups)
    free_positions = rng.sample(range(3), 3)
    for group in known.groups:
        if rng.random() < keep:
            index = POSITIONS.index(group.position) if group.position else free_positions.pop()
            groups = [None if thing and thing.kind == group.kind else thing for thing in groups]
            groups[index] = _thing_like(rng, group, keep)
    for position in known.empty:
        if rng.random() < keep:
            groups[POSITIONS.index(position)] = None
    if not any(groups):
        groups = list(base.groups)

    def kept(value: str | None, values: tuple[str, ...]) -> str:
        return value if value and rng.random() < keep else rng.choice(values)

    place, time, weather = kept(known.place, PLACES), kept(known.time, TIMES), kept(known.weather, WEATHERS)
    return Scene(place, time, weather, (groups[0], groups[1], groups[2]), base.seed)


def halfway(rng: random.Random, painted: Scene, target: Scene) -> Scene:
    """A painting that already got some things of the target right, and some nearly right."""
    groups = []
    for mine, wanted in zip(painted.groups, target.groups, strict=True):
        thing = wanted if rng.random() < 0.6 else mine
        if thing and rng.random() < 0.4:
            thing = _altered(rng, thing)
        groups.append(thing)
    place, time, weather = (rng.choice((getattr(painted, a), getattr(target, a))) for a in ("place", "time", "weather"))
    return Scene(place, time, weather, (groups[0], groups[1], groups[2]))


def _thing_like(rng: random.Random, group: Group, keep: float) -> Thing:
    def kept(value: str | None, values: tuple[str, ...]) -> str:
        return value if value and rng.random() < keep else rng.choice(values)

    several = [count for count in COUNTS if count > 1]
    return Thing(group.kind, kept(group.colour, COLOURS), kept(group.size, SIZES), group.count or rng.choice(several))


def _altered(rng: random.Random, thing: Thing) -> Thing:
    return rng.choice(
        (
            replace(thing, colour=rng.choice(COLOURS)),
            replace(thing, size=rng.choice(SIZES)),
            replace(thing, count=rng.choice(COUNTS)),
        )
    )
