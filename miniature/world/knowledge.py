"""What a description says of a postcard: a part of the truth, with holes, and how answers and differences fill it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TypeVar

from .scene import POSITIONS, Scene, Thing

Known = TypeVar("Known")


@dataclass(frozen=True)
class Group:
    """What is known of one group. None is "not said"; ``count`` None is "several, number not said"."""

    kind: str
    count: int | None = None
    colour: str | None = None
    size: str | None = None
    position: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """A partly known scene. ``empty`` are positions known to hold nothing, ``absent`` kinds known not to be there."""

    place: str | None = None
    time: str | None = None
    weather: str | None = None
    groups: tuple[Group, ...] = ()
    empty: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def find(self, kind: str) -> Group | None:
        """What is known of the group of ``kind``, or None."""
        return next((group for group in self.groups if group.kind == kind), None)

    def at(self, position: str) -> Group | None:
        """What is known to stand at ``position``, or None."""
        return next((group for group in self.groups if group.position == position), None)

    def open_positions(self) -> list[str]:
        """Positions of which nothing is known."""
        return [p for p in POSITIONS if p not in self.empty and self.at(p) is None]

    def with_group(self, seen: Group) -> Knowledge:
        """Take in what ``seen`` says: it completes or corrects the group of its kind, and displaces what stood at its position."""
        old = self.find(seen.kind)
        group = seen if old is None else _merged(old, seen)
        others = [g for g in self.groups if g.kind != seen.kind and (g.position != group.position or group.position is None)]
        return replace(
            self,
            groups=in_order((*others, group)),
            empty=tuple(p for p in self.empty if p != group.position),
            absent=tuple(k for k in self.absent if k != seen.kind),
        )

    def with_nothing_at(self, position: str) -> Knowledge:
        """Take in that ``position`` is empty."""
        groups = tuple(g for g in self.groups if g.position != position)
        return replace(self, groups=groups, empty=tuple(p for p in POSITIONS if p == position or p in self.empty))

    def without(self, kind: str) -> Knowledge:
        """Take in that there is no thing of ``kind``."""
        groups = tuple(g for g in self.groups if g.kind != kind)
        return replace(self, groups=groups, absent=self.absent if kind in self.absent else (*self.absent, kind))


def complete(scene: Scene) -> Knowledge:
    """Everything there is to say of a scene, empty positions left unsaid."""
    groups = tuple(whole(position, thing) for position, thing in scene.placed())
    return Knowledge(scene.place, scene.time, scene.weather, groups)


def whole(position: str, thing: Thing) -> Group:
    """Everything there is to say of one group."""
    return Group(thing.kind, thing.count, thing.colour, thing.size, position)


def glimpse(rng: random.Random, scene: Scene, share: float | None = None) -> Knowledge:
    """A random part of the truth: each fact with probability ``share`` (uniformly drawn when None), at least one fact."""
    share = rng.random() if share is None else share

    def maybe(value: Known) -> Known | None:
        return value if rng.random() < share else None

    groups = []
    for position, thing in scene.placed():
        if rng.random() < 0.3 + 0.7 * share:
            count = 1 if thing.count == 1 else maybe(thing.count)
            groups.append(Group(thing.kind, count, maybe(thing.colour), maybe(thing.size), maybe(position)))
    empty = tuple(p for p in POSITIONS if scene.at(p) is None and rng.random() < share)
    known = Knowledge(maybe(scene.place), maybe(scene.time), maybe(scene.weather), in_order(groups), empty)
    return known if known.groups or known.place else replace(known, place=scene.place)


def in_order(groups: tuple[Group, ...] | list[Group]) -> tuple[Group, ...]:
    """Groups from left to right, those without a position last, by name."""
    return tuple(sorted(groups, key=lambda g: (POSITIONS.index(g.position) if g.position else len(POSITIONS), g.kind)))


def _merged(old: Group, seen: Group) -> Group:
    several = seen.count is None and old.count is not None and old.count > 1
    return Group(
        kind=seen.kind,
        count=old.count if several else seen.count,
        colour=seen.colour or old.colour,
        size=seen.size or old.size,
        position=seen.position or old.position,
    )
