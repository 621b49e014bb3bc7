"""What people say plainly: with a pronoun, several facts at once, a number, or nothing."""

from __future__ import annotations

from dataclasses import replace

from ..world.knowledge import Group, Knowledge
from ..world.questions import Question
from ..world.scene import KINDS, POSITIONS
from ..world.words import COUNT_WORDS
from .denying import deny_attribute, deny_thing, deny_time, deny_weather
from .nonsense import nonsense
from .saying import (
    SETTINGS,
    Saying,
    having,
    nothing_new,
    only_named,
    said_of,
    setting_words,
    subjects_of,
    together,
    touch,
    with_setting,
)
from .speaker import Speaker
from .utterances import BUT, FOREIGN, GARBAGE, JOINED, spoken

_BARE: dict[str, tuple[str, ...]] = {
    "one": ("one", "1", "just one", "only one"),
    "two": ("two", "2", "2.", "two of them"),
    "three": ("three", "3", "3.", "three of them"),
}


def pronoun(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None:
        return None
    topic, second = speaker.rng.sample(("colour", "size", "position"), 2)
    values = {name: speaker.new(group, name) for name in (topic, second)}
    if values[topic] is None or values[second] is None:
        return None
    if speaker.of_painting:
        return _pronoun_of_painting(speaker, group, topic, second)
    like = [one for one in speaker.known.groups if (one.count == 1) == (group.count == 1)]
    question = (
        "" if len(like) == 1 and speaker.rng.random() < 0.4 else speaker.asking(speaker.rng.choice((topic, topic, second, "count")), group)
    )
    if not question:
        question = speaker.any_setting_question()
    twice = speaker.rng.random() < 0.35
    said = {name: value for name, value in values.items() if value and (twice or name == topic)}
    shown = [speaker.surface(name, value) for name, value in said.items()]
    gaps = {**speaker.named(group), "value": shown[0], "second": shown[-1]}
    text, _ = speaker.wording("pronoun twice" if twice else "pronoun", gaps)
    told = having(only_named(group), **said)
    return Saying(text, lambda known: known.with_group(told), question=question, told=Knowledge(groups=(told,)))


def _pronoun_of_painting(speaker: Speaker, group: Group, topic: str, second: str) -> Saying | None:
    first = _say_attribute(speaker, group, topic) if speaker.rng.random() < 0.6 else _say_thing(speaker, speaker.rng.choice(KINDS))
    if first is None:
        return None
    kind = next(iter(first.told.groups))
    value = speaker.new(replace(speaker.known.find(kind.kind) or kind, position=kind.position), second)
    if value is None or getattr(kind, second) is not None:
        return None
    gaps = speaker.named(kind)
    text, _ = speaker.wording("pronoun", {**gaps, "first": first.said, "value": speaker.surface(second, value)})
    told = having(kind, **{second: value})
    return Saying(text, lambda known: known.with_group(told), told=Knowledge(groups=(told,)))


def pronoun_after_thing(speaker: Speaker) -> Saying | None:
    position = speaker.rng.choice(POSITIONS)
    kind = speaker.rng.choice(KINDS)
    if speaker.known.find(kind) is not None or speaker.of_painting or position not in speaker.known.open_positions():
        return None
    count = speaker.rng.choice((1, 2, 3, None))
    topic = speaker.rng.choice(("colour", "size"))
    value = speaker.value(topic, None, 0)
    thing = Group(kind, count)
    text, _ = speaker.wording(
        "pronoun after thing", {**speaker.named(thing), "phrase": speaker.phrase(thing), "value": speaker.surface(topic, value)}
    )
    told = having(replace(thing, position=position), **{topic: value})
    return Saying(text, lambda known: known.with_group(told), Question("content", position).text(), Knowledge(groups=(told,)))


def two_facts(speaker: Speaker) -> Saying | None:
    one, other = _fact(speaker, answering=not speaker.of_painting and speaker.rng.random() < 0.4), _fact(speaker)
    if one is None or other is None or touch(one, other):
        return None
    return replace(together(speaker.rng.choice(JOINED[speaker.split]).format(one.said, other.said), [one, other]), question=one.question)


def fact_and_denial(speaker: Speaker) -> Saying | None:
    fact = _fact(speaker)
    denial = speaker.rng.choice((deny_attribute, deny_thing, deny_weather, deny_time))(speaker)
    if fact is None or denial is None or touch(fact, denial):
        return None
    one, other = (fact, denial) if speaker.rng.random() < 0.6 else (denial, fact)
    return replace(together(speaker.rng.choice(BUT[speaker.split]).format(one.said, other.said), [one, other]), question=denial.question)


def _fact(speaker: Speaker, *, answering: bool = False) -> Saying | None:
    chance = speaker.rng.random()
    if answering:
        return _short_answer(speaker)
    if chance < 0.45:
        group = speaker.group()
        return _say_attribute(speaker, group, speaker.rng.choice(("colour", "colour", "size", "position"))) if group else None
    return _say_thing(speaker, speaker.rng.choice(KINDS)) if chance < 0.7 else _say_setting(speaker)


def _say_attribute(speaker: Speaker, group: Group, topic: str) -> Saying | None:
    value = speaker.new(group, topic)
    if value is None:
        return None
    text, _ = speaker.wording("say attribute", {**speaker.named(group), "value": speaker.surface(topic, value)})
    told = said_of(group, topic, value)
    return Saying(text, lambda known: known.with_group(told), told=Knowledge(groups=(told,)), about=subjects_of(told))


def _say_thing(speaker: Speaker, kind: str) -> Saying:
    known = speaker.known.find(kind)
    like = known or Group(kind, speaker.rng.choice((1, 2, 3, None)))
    told = Group(
        kind,
        like.count if known is None or like.count == 1 else None,
        speaker.new(like, "colour") if speaker.rng.random() < 0.6 else None,
        speaker.new(like, "size") if speaker.rng.random() < 0.25 else None,
        speaker.new(like, "position") if speaker.rng.random() < 0.5 else None,
    )
    one = told.count == 1
    gaps = {"phrase": speaker.phrase(told), "are": "is" if one else "are", "were": "was" if one else "were"}
    text, _ = speaker.wording("say thing", gaps)
    return Saying(text, lambda known: known.with_group(told), told=Knowledge(groups=(told,)), about=subjects_of(told))


def _say_setting(speaker: Speaker) -> Saying | None:
    topic = speaker.rng.choice(tuple(SETTINGS))
    value = speaker.rng.choice(SETTINGS[topic])
    if getattr(speaker.known, topic) not in (None, value) and speaker.rng.random() < 0.8:
        return None
    gaps = setting_words(topic, value)
    said = {"weather": gaps.get("adjective", ""), "time": gaps["phrase"], "place": f"a {gaps.get('noun')}"}[topic]
    text, _ = speaker.wording("say setting", {"said": said})
    told = with_setting(Knowledge(), topic, value)
    return Saying(text, lambda known: with_setting(known, topic, value), told=told, about=frozenset((topic,)))


def _short_answer(speaker: Speaker) -> Saying | None:
    """ "Red" to the question for a colour, as the beginning of two facts."""
    group = speaker.group()
    if group is None:
        return None
    topic = speaker.rng.choice(("colour", "size", "position"))
    value = speaker.new(group, topic)
    if value is None:
        return None
    told = said_of(group, topic, value)
    return Saying(
        speaker.surface(topic, value),
        lambda known: known.with_group(told),
        speaker.asking(topic, group),
        Knowledge(groups=(told,)),
        about=subjects_of(told),
    )


def number(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None or speaker.of_painting:
        return None
    count = group.count or speaker.rng.choice((2, 3))
    told = Group(group.kind, count)
    said = speaker.rng.choice(_BARE[COUNT_WORDS[count]])
    return Saying(said, lambda known: known.with_group(told), speaker.asking("count", group), Knowledge(groups=(told,)), silent=True)


def nothing(speaker: Speaker) -> Saying:
    chance = speaker.rng.random()
    if chance < 0.4:
        text, _ = speaker.wording("no idea", {})
        return Saying(spoken(speaker.rng, text, speaker.split), nothing_new, silent=True)
    if chance < 0.6:
        return Saying(spoken(speaker.rng, speaker.rng.choice(FOREIGN[speaker.split]), speaker.split), nothing_new, silent=True)
    drawn = speaker.split == "train" and chance > 0.75  # what is drawn is of the same kind whenever it is drawn
    return Saying(nonsense(speaker.rng) if drawn else speaker.rng.choice(GARBAGE[speaker.split]), nothing_new, silent=True)
