"""What somebody says who denies, corrects, takes back, points with a pronoun or says nothing, and what is right to make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..world.knowledge import Group, Knowledge, in_order
from ..world.scene import COLOURS, KINDS, PLACES, POSITIONS, SIZES, TIMES, WEATHERS
from ..world.words import PLACE_WORDS, TIME_WORDS, WEATHER_WORDS, plural

SETTINGS: dict[str, tuple[str, ...]] = {"place": PLACES, "time": TIMES, "weather": WEATHERS}
ATTRIBUTES: dict[str, tuple[str, ...]] = {"colour": COLOURS, "size": SIZES, "position": POSITIONS}
TOPIC_WORDS = {"position": "place", "time": "time of day"}
_WEATHER_NOUNS = {"clouds": ("clouds", None), "rain": ("rain", "raining"), "snow": ("snow", "snowing")}

Change = Callable[[Knowledge], Knowledge]


@dataclass(frozen=True)
class Denied:
    """What was said not to be: a thing of ``kind``, a thing with this value, or, without a kind, a setting."""

    topic: str
    value: str
    kind: str = ""

    def asserted_by(self, known: Knowledge) -> bool:
        """Whether a description says it."""
        if self.topic in SETTINGS:
            return bool(getattr(known, self.topic) == self.value)
        group = known.find(self.kind)
        return group is not None and (self.topic == "kind" or getattr(group, self.topic) == self.value)


@dataclass(frozen=True)
class Saying:
    """Words, the question before them, and what they do to what is known.

    told: the facts in them. remarks: how they are noted that are no fact. ruled_out: as it is worded after "Not:". denied: the same and
    what cannot be searched for, as values.
    """

    said: str
    change: Change = field(compare=False)
    question: str = ""
    told: Knowledge = field(default_factory=Knowledge)
    remarks: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    denied: tuple[Denied, ...] = ()
    about: frozenset[str] = frozenset()
    silent: bool = False


def with_setting(known: Knowledge, topic: str, value: str | None) -> Knowledge:
    """With this place, time or weather."""
    change: dict[str, Any] = {topic: value}
    return replace(known, **change)


def having(group: Group, **values: Any) -> Group:
    """The thing with these values."""
    return replace(group, **values)


def nothing_new(known: Knowledge) -> Knowledge:
    """Nothing is learnt."""
    return known


def noun_of(group: Group) -> str:
    """The noun, in its number."""
    return group.kind if group.count == 1 else plural(group.kind)


def only_named(group: Group) -> Group:
    """The thing as a question names it."""
    return Group(group.kind, 1 if group.count == 1 else None)


def said_of(group: Group, topic: str, value: str) -> Group:
    """What is said of a thing that has this value."""
    return having(only_named(group), **{topic: value})


def subjects_of(group: Group) -> frozenset[str]:
    """What a thing that is told of is about."""
    topics = [topic for topic in ("colour", "size", "position") if getattr(group, topic)]
    return frozenset((group.kind, *(f"{group.kind} {topic}" for topic in topics), *(["position"] if group.position else [])))


def touch(one: Saying, other: Saying) -> bool:
    """Whether two sayings are about the same: then they may not stand side by side."""
    kinds = ({word.split()[0] for word in saying.about} for saying in (one, other))
    first, second = kinds
    if one.about & other.about or not one.about or not other.about:
        return True
    whole = {word for word in (*one.about, *other.about) if word in KINDS}
    return bool(whole & first & second)


def together(said: str, parts: list[Saying]) -> Saying:
    """Several sayings as one, each applied after the one before."""

    def change(known: Knowledge) -> Knowledge:
        for part in parts:
            known = part.change(known)
        return known

    told = Knowledge()
    for part in parts:
        for topic in SETTINGS:
            told = with_setting(told, topic, getattr(part.told, topic) or getattr(told, topic))
        for group in part.told.groups:
            told = told.with_group(group)
        for position in part.told.empty:
            told = told.with_nothing_at(position)
    order = [group.kind for part in parts for group in part.told.groups]
    told = replace(told, groups=tuple(sorted(told.groups, key=lambda group: order.index(group.kind))))
    return Saying(
        said,
        change,
        "",
        told,
        tuple(remark for part in parts for remark in part.remarks),
        tuple(dict.fromkeys(text for part in parts for text in part.ruled_out)),
        tuple(denied for part in parts for denied in part.denied),
        frozenset(word for part in parts for word in part.about),
    )


def unset(known: Knowledge, kind: str, topic: str, value: str) -> Knowledge:
    """Without this value of the thing, where it was taken to have it."""
    groups = (having(g, **{topic: None}) if g.kind == kind and getattr(g, topic) == value else g for g in known.groups)
    return replace(known, groups=in_order(tuple(groups)))


def without(known: Knowledge, kind: str) -> Knowledge:
    """Without the thing of this kind; unlike `Knowledge.without`, nothing is said to be absent."""
    return replace(known, groups=tuple(group for group in known.groups if group.kind != kind))


def turned(known: Knowledge, old: str, new: str) -> Knowledge:
    """With another kind of thing in the place of one."""
    return replace(known, groups=in_order(tuple(replace(g, kind=new) if g.kind == old else g for g in known.groups)))


def counted(known: Knowledge, told: Group) -> Knowledge:
    """With another number of a thing."""
    return replace(known, groups=in_order(tuple(replace(g, count=told.count) if g.kind == told.kind else g for g in known.groups)))


def setting_words(topic: str, value: str) -> dict[str, str]:
    """The words that fill the gaps about a setting: as far as there are any."""
    if topic == "time":
        return {"noun": value, "phrase": TIME_WORDS[value][0]}
    if topic == "place":
        return {"noun": PLACE_WORDS[value][0], "phrase": PLACE_WORDS[value][-1]}
    noun, verb = _WEATHER_NOUNS.get(value, (None, None))
    words = {"adjective": WEATHER_WORDS[value][0], "noun": noun, "verb": verb, "phrase": WEATHER_WORDS[value][2]}
    return {name: word for name, word in words.items() if word}
