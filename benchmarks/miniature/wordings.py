"""Captions as nobody worded them in training: known words, other sentences."""

from __future__ import annotations

import random

from ...miniature.world.scene import Scene, Thing
from ...miniature.world.words import COLOUR_WORDS, KIND_WORDS, PLACE_WORDS, SIZE_WORDS, TIME_WORDS, WEATHER_WORDS, plural

_NUMBERS = {1: "one", 2: "two", 3: "three"}


def unseen(rng: random.Random, scene: Scene) -> str:
    """The complete caption in a sentence that no lesson uses."""
    place, time = PLACE_WORDS[scene.place][0], rng.choice(TIME_WORDS[scene.time])
    weather = rng.choice(WEATHER_WORDS[scene.weather][:2])
    things = [(position, *_words(rng, thing)) for position, thing in scene.placed()]
    form = rng.randrange(4)
    if form == 0:
        listed = "; ".join(f"{p}: {count} {size} {colour} {noun}" for p, count, size, colour, noun in things)
        return f"{place}, {time}, {weather}. {listed}"
    if form == 1:
        listed = " and then ".join(f"{noun} ({count}, {size}, {colour}) at {p}" for p, count, size, colour, noun in things)
        return f"do you have the one that shows a {place} {time} and {weather} weather with {listed} ?"
    if form == 2:
        listed = " ".join(
            f"the {noun} on the {p} should be {colour} and {size}, {count} of them." for p, count, size, colour, noun in things
        )
        return f"i am looking for my {weather} {place}, it was {time}. {listed}"
    listed = " plus ".join(f"{count} {colour} {noun}, {size}, {p} side" for p, count, size, colour, noun in reversed(things))
    return f"{listed}. all that {time}, {weather}, around the {place}"


def _words(rng: random.Random, thing: Thing) -> tuple[str, str, str, str]:
    kind = rng.choice(KIND_WORDS[thing.kind])
    noun = kind if thing.count == 1 else plural(kind)
    return _NUMBERS[thing.count], rng.choice(SIZE_WORDS[thing.size]), rng.choice(COLOUR_WORDS[thing.colour]), noun
