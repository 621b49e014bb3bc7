"""The true differences between two scenes: what the painting shows and what it should show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .knowledge import Group, Knowledge
from .language import plain_group
from .scene import POSITIONS, Scene, Thing
from .words import COUNT_WORDS, PLACE_WORDS, POSITION_WORDS, TIME_WORDS, WEATHER_WORDS, plural

NO_DIFFERENCE = "Nothing differs."


@dataclass(frozen=True)
class Difference:
    """One thing that the painting has wrong: what is concerned ("place", "left", "left colour", ...) and what a person says of it."""

    subject: str
    text: str


def differences(painted: Scene, target: Scene) -> list[Difference]:
    """All differences, setting first, then from left to right.

    Where another kind stands at a position (or nothing), that is said, with the colour; size and number come up once the kind is right.
    """
    found = []
    if painted.place != target.place:
        found.append(Difference("place", f"it should be a {PLACE_WORDS[target.place][0]}"))
    if painted.time != target.time:
        found.append(Difference("time", f"it should be {TIME_WORDS[target.time][0]}"))
    if painted.weather != target.weather:
        found.append(Difference("weather", f"it should be {WEATHER_WORDS[target.weather][0]}"))
    for position in POSITIONS:
        found += _at(position, painted.at(position), target.at(position))
    return found


def told(found: list[Difference]) -> str:
    """The differences as one answer."""
    if not found:
        return NO_DIFFERENCE
    text = "; ".join(difference.text for difference in found)
    return f"{text[0].upper()}{text[1:]}."


def correct(known: Knowledge, found: list[Difference], target: Scene) -> Knowledge:
    """What a prompt says after the differences are applied to it."""
    for difference in found:
        subject, _, attribute = difference.subject.partition(" ")
        if subject in ("place", "time", "weather"):
            known = replace(known, **{subject: getattr(target, subject)})
            continue
        thing = target.at(subject)
        if thing is None:
            known = known.with_nothing_at(subject)
        elif not attribute:
            known = known.with_group(replace(_glanced(thing), position=subject))
        else:
            seen = Group(thing.kind, 1 if thing.count == 1 else None, position=subject)
            known = known.with_group(replace(seen, **{attribute: getattr(thing, attribute)}))
    return known


def _at(position: str, painted: Thing | None, target: Thing | None) -> list[Difference]:
    if painted == target:
        return []
    where = POSITION_WORDS[position][0]
    if target is None:
        return [Difference(position, f"nothing should be {where}")]
    if painted is None or painted.kind != target.kind:
        return [Difference(position, f"{plain_group(_glanced(target))} should be {where}")]
    noun = target.kind if target.count == 1 else plural(target.kind)
    found = []
    if painted.colour != target.colour:
        found.append(Difference(f"{position} colour", f"the {noun} {where} should be {target.colour}"))
    if painted.count != target.count:
        found.append(Difference(f"{position} count", f"there should be {COUNT_WORDS[target.count]} {noun} {where}"))
    if painted.size != target.size:
        found.append(Difference(f"{position} size", f"the {noun} {where} should be {target.size}"))
    return found


def _glanced(thing: Thing) -> Group:
    return Group(thing.kind, 1 if thing.count == 1 else None, thing.colour)
