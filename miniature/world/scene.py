"""What a postcard shows: its vocabulary, the scene spec, and seeded sampling of scenes.

A :class:`Scene` is the single source of truth. The picture (``drawing``), every caption (``language``), the true answer to a
question (``questions``) and the true differences between two scenes (``differences``) all come from it.

There are 8 places x 4 times x 4 weathers and, at three positions, one to three groups of things of distinct kinds out of 16,
each in 8 colours, 2 sizes and 3 counts: 16*15*14 * 48**3 * 128, about 4.8e10 scenes with three groups alone.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PLACES = ("beach", "city", "desert", "forest", "lake", "meadow", "mountains", "village")
TIMES = ("morning", "noon", "evening", "night")
WEATHERS = ("clear", "clouds", "rain", "snow")
KINDS = (
    "balloon", "boat", "butterfly", "car", "cat", "duck", "fish", "flower",
    "house", "kite", "mushroom", "rocket", "star", "tent", "tree", "umbrella",
)  # fmt: skip
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
SIZES = ("small", "big")
COUNTS = (1, 2, 3)
POSITIONS = ("left", "middle", "right")

Split = Literal["train", "validation", "test"]
_SPLIT_SALT: dict[Split, int] = {"train": 1, "validation": 2, "test": 3}
_HELD_OUT_SHARE = 16  # one combination of kind, colour and place in sixteen occurs in test scenes only


@dataclass(frozen=True)
class Thing:
    """A group of ``count`` things of one kind, all of one colour and size."""

    kind: str
    colour: str
    size: str
    count: int


@dataclass(frozen=True)
class Scene:
    """One postcard. ``groups`` holds (left, middle, right), None where nothing stands; ``seed`` settles the drawing's small freedoms."""

    place: str
    time: str
    weather: str
    groups: tuple[Thing | None, Thing | None, Thing | None]
    seed: int = 0

    def at(self, position: str) -> Thing | None:
        """The group at ``position`` ("left", "middle" or "right"), or None."""
        return self.groups[POSITIONS.index(position)]

    def placed(self) -> Iterator[tuple[str, Thing]]:
        """The groups that are there, as (position, thing), from left to right."""
        for position, thing in zip(POSITIONS, self.groups, strict=True):
            if thing is not None:
                yield position, thing

    def find(self, kind: str) -> tuple[str, Thing] | None:
        """Where the group of ``kind`` stands, or None. Kinds are distinct within a scene."""
        return next(((position, thing) for position, thing in self.placed() if thing.kind == kind), None)


def held_out(kind: str, colour: str, place: str) -> bool:
    """Whether this combination is kept from the training and validation scenes."""
    digest = hashlib.sha256(f"{kind}/{colour}/{place}".encode()).digest()
    return digest[0] % _HELD_OUT_SHARE == 0


def has_held_out(scene: Scene) -> bool:
    """Whether any group of the scene is a combination that training never showed."""
    return any(held_out(thing.kind, thing.colour, scene.place) for _, thing in scene.placed())


def scenes(split: Split, count: int, seed: int = 0) -> Iterator[Scene]:
    """``count`` scenes of a split; the same arguments give the same scenes, and no two splits share a generator."""
    rng = random.Random(seed * 1009 + _SPLIT_SALT[split])
    for _ in range(count):
        yield sample(rng, allow_held_out=split == "test")


def sample(rng: random.Random, *, allow_held_out: bool) -> Scene:
    """Draw one scene: uniform setting, one to three groups (weighted 1:3:4) at distinct positions."""
    place = rng.choice(PLACES)
    number = rng.choices((1, 2, 3), weights=(1, 3, 4))[0]
    kinds = iter(rng.sample(KINDS, len(KINDS)))
    groups: list[Thing | None] = [None, None, None]
    for position in sorted(rng.sample(range(len(POSITIONS)), number)):
        groups[position] = _sample_thing(rng, next(kinds), place, allow_held_out)
    return Scene(place, rng.choice(TIMES), rng.choice(WEATHERS), (groups[0], groups[1], groups[2]), rng.randrange(2**31))


def _sample_thing(rng: random.Random, kind: str, place: str, allow_held_out: bool) -> Thing:
    colours = [c for c in COLOURS if allow_held_out or not held_out(kind, c, place)]
    return Thing(kind, rng.choice(colours), rng.choice(SIZES), rng.choice(COUNTS))
