"""How a postcard is put into words: the plain form that the models write, and the many forms that people write.

The plain form is one line, setting first, then the groups from left to right::

    a rainy beach at night, two small red boats on the left, a big blue cat in the middle, nothing on the right
"""

from __future__ import annotations

import random

from .knowledge import Group, Knowledge, complete, in_order
from .scene import Scene
from .words import COLOUR_WORDS, KIND_WORDS, NUMBERS, PLACE_WORDS, POSITION_WORDS, SIZE_WORDS, TIME_WORDS, WEATHER_WORDS, plural


def plain(known: Knowledge) -> str:
    """The canonical description of what is known."""
    clauses = [_setting(known)]
    slots = {group.position: plain_group(group) for group in known.groups if group.position}
    slots |= {position: f"nothing {POSITION_WORDS[position][0]}" for position in known.empty}
    clauses += [slots[position] for position in POSITION_WORDS if position in slots]
    clauses += [plain_group(group) for group in known.groups if not group.position]
    clauses += [f"no {kind}" for kind in known.absent]
    return ", ".join(clauses)


def plain_group(group: Group) -> str:
    """One group in the canonical form, for instance "two small red boats on the left"."""
    place = POSITION_WORDS[group.position][0] if group.position else ""
    return _noun_phrase(group.count, [group.size, group.colour], group.kind, place)


def caption(scene: Scene) -> str:
    """The complete caption of a postcard in the canonical form; the gallery's captions are these."""
    return plain(complete(scene))


def free(rng: random.Random, known: Knowledge) -> str:
    """What is known as some person might put it: synonyms, other word orders, sentences or clauses, now and then no articles."""
    groups = [_free_group(rng, group) for group in rng.sample(in_order(known.groups), len(known.groups))]
    groups += [f"nothing {rng.choice(POSITION_WORDS[position])}" for position in known.empty]
    groups += [f"no {rng.choice(KIND_WORDS[kind])}" for kind in known.absent]
    text = rng.choice((_things_first, _setting_first, _sentences))(rng, known, groups)
    if rng.random() < 0.15:
        text = " ".join(word for word in text.split() if word not in ("a", "an", "the"))
    return text


def first_description(rng: random.Random, scene: Scene) -> tuple[str, Knowledge]:
    """How a conversation starts: about one thing and the place, and no more, so that there is something left to ask.

    Returns the words and what they say.
    """
    _, thing = rng.choice(list(scene.placed()))
    group = Group(thing.kind, 1 if thing.count == 1 else None)
    what = rng.choices(("both", "thing", "place"), weights=(4, 1, 1))[0]
    known = Knowledge(place=None if what == "thing" else scene.place, groups=() if what == "place" else (group,))
    return free(rng, known), known


def _setting(known: Knowledge) -> str:
    weather = WEATHER_WORDS[known.weather][0] if known.weather else ""
    place = PLACE_WORDS[known.place][0] if known.place else "scene"
    time = TIME_WORDS[known.time][0] if known.time else ""
    return _with_article(" ".join(filter(None, (weather, place, time))))


def _noun_phrase(count: int | None, adjectives: list[str | None], noun: str, place: str) -> str:
    words = [word for word in (*adjectives, noun if count == 1 else plural(noun)) if word]
    text = " ".join(words)
    head = _with_article(text) if count == 1 else " ".join(filter(None, (NUMBERS.get(count or 0), text)))
    return f"{head} {place}".strip()


def _free_group(rng: random.Random, group: Group) -> str:
    colour = rng.choice(COLOUR_WORDS[group.colour]) if group.colour else None
    size = rng.choice(SIZE_WORDS[group.size]) if group.size else None
    place = rng.choice(POSITION_WORDS[group.position]) if group.position else ""
    adjectives = [size, colour] if rng.random() < 0.8 else [colour, size]
    phrase = _noun_phrase(group.count, adjectives, rng.choice(KIND_WORDS[group.kind]), "")
    if not place:
        return phrase
    return f"{place} {phrase}" if rng.random() < 0.3 else f"{phrase} {place}"


def _things_first(rng: random.Random, known: Knowledge, groups: list[str]) -> str:
    setting = _free_setting(rng, known)
    if not groups:
        return " ".join(setting) or "a postcard"
    things = _enumerated(rng, groups)
    return " ".join([things, *setting]) if rng.random() < 0.7 else ", ".join([things, *setting])


def _setting_first(rng: random.Random, known: Knowledge, groups: list[str]) -> str:
    weather = rng.choice(WEATHER_WORDS[known.weather][:2]) if known.weather else ""
    place = rng.choice(PLACE_WORDS[known.place][:-1]) if known.place else rng.choice(("scene", "postcard", "picture"))
    time = rng.choice(TIME_WORDS[known.time]) if known.time else ""
    head = _with_article(" ".join(filter(None, (weather, place, time))))
    if not groups:
        return head
    return head + rng.choice((" with ", ", ", ": ")) + _enumerated(rng, groups)


def _sentences(rng: random.Random, known: Knowledge, groups: list[str]) -> str:
    setting = " ".join(_free_setting(rng, known))
    parts = [rng.choice(("it is ", "somewhere ", "")) + setting] if setting else []
    parts += [rng.choice(("i see ", "you can see ", "")) + group for group in groups]
    return ". ".join(rng.sample(parts, len(parts)) if rng.random() < 0.3 else parts) or "a postcard"


def _free_setting(rng: random.Random, known: Knowledge) -> list[str]:
    setting = []
    if known.place:
        setting.append(PLACE_WORDS[known.place][-1])
    if known.time:
        setting.append(rng.choice(TIME_WORDS[known.time]))
    if known.weather:
        setting.append(rng.choice(WEATHER_WORDS[known.weather][2:]))
    return rng.sample(setting, len(setting))


def _enumerated(rng: random.Random, phrases: list[str]) -> str:
    if len(phrases) == 1:
        return phrases[0]
    return ", ".join(phrases[:-1]) + rng.choice((" and ", ", ", ", and ")) + phrases[-1]


def _with_article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"
