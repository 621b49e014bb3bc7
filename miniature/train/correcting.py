"""What people correct and take back."""

from __future__ import annotations

from dataclasses import replace

from ..world.knowledge import Group, Knowledge
from ..world.language import plain_group
from ..world.scene import KINDS
from ..world.words import COUNT_WORDS
from .saying import (
    SETTINGS,
    TOPIC_WORDS,
    Denied,
    Saying,
    counted,
    noun_of,
    said_of,
    setting_words,
    turned,
    unset,
    with_setting,
    without,
)
from .speaker import Speaker


def correct_attribute(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    topic = speaker.rng.choice(("colour", "colour", "size", "position"))
    if group is None or getattr(group, topic) is None:
        return None
    return _corrected(speaker, group, topic, "correct attribute", "")


def correct_shortly(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    topic = speaker.rng.choice(("colour", "size", "position"))
    if speaker.of_painting or group is None or getattr(group, topic) is None:
        return None
    alone = sum(getattr(one, topic) is not None for one in speaker.known.groups) == 1
    if not alone or speaker.rng.random() < 0.5:
        return _corrected(speaker, group, topic, "correct attribute shortly", speaker.asking(topic, group))
    return _corrected(speaker, group, topic, "correct attribute shortly", "")


def _corrected(speaker: Speaker, group: Group, topic: str, form: str, question: str) -> Saying | None:
    old = getattr(group, topic)
    value = speaker.new(group, topic, contradicting=True)
    if value is None:
        return None
    gaps, shown, was = speaker.named(group), speaker.surface(topic, value), speaker.surface(topic, old)
    text, denies = speaker.wording(form, {**gaps, "value": shown, "old": was})
    told = said_of(group, topic, value)
    return Saying(
        text,
        lambda known: known.with_group(told),
        question=question,
        told=Knowledge(groups=(told,)),
        ruled_out=(f"{was} {gaps['noun'] if gaps['noun'] in text else noun_of(group)}",) if denies and topic != "position" else (),
        denied=(Denied(topic, old, group.kind),),
        about=frozenset((f"{group.kind} {topic}",)),
    )


def correct_thing(speaker: Speaker) -> Saying | None:
    """The thing named again, with another colour or size: "I meant a blue cat"."""
    group = speaker.group()
    topic = speaker.rng.choice(("colour", "colour", "size"))
    if group is None or getattr(group, topic) is None:
        return None
    old = getattr(group, topic)
    value = speaker.new(group, topic, contradicting=True)
    if value is None:
        return None
    told = said_of(group, topic, value)
    text, denies = speaker.wording("correct thing", {"phrase": plain_group(told), "wrong": plain_group(said_of(group, topic, old))})
    return Saying(
        text,
        lambda known: known.with_group(told),
        told=Knowledge(groups=(told,)),
        ruled_out=(f"{old} {noun_of(group)}",) if denies else (),
        denied=(Denied(topic, old, group.kind),),
        about=frozenset((f"{group.kind} {topic}",)),
    )


def correct_count(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None or group.count is None:
        return None
    count = speaker.rng.choice([number for number in (1, 2, 3) if number != group.count])
    gaps = speaker.named(replace(group, count=count))
    number, old = ({1: "1", 2: "2", 3: "3"} if speaker.rng.random() < 0.3 else COUNT_WORDS)[count], COUNT_WORDS[group.count]
    are = "is" if count == 1 else "are"
    text, _ = speaker.wording("correct count", {**gaps, "things": gaps["noun"], "count": number, "old": old, "are": are})
    told = Group(group.kind, count)
    return Saying(text, lambda known: counted(known, told), told=Knowledge(groups=(told,)))


def correct_kind(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    new = speaker.rng.choice(KINDS)
    if group is None or speaker.known.find(new) is not None:
        return None
    gaps, other = speaker.named(group), speaker.named(replace(group, kind=new))
    text, denies = speaker.wording("correct kind", {**gaps, "wrong": gaps["a"], "a": other["a"]})
    return Saying(
        text,
        lambda known: turned(known, group.kind, new),
        remarks=(f"{noun_of(group)} now {noun_of(replace(group, kind=new))}",),
        ruled_out=(gaps["noun"],) if denies else (),
        denied=(Denied("kind", group.kind, group.kind),),
    )


def correct_setting(speaker: Speaker) -> Saying | None:
    topic = speaker.rng.choice(tuple(SETTINGS))
    now = getattr(speaker.known, topic)
    if now is None:
        return None
    value = speaker.rng.choice([one for one in SETTINGS[topic] if one != now])
    gaps, was = setting_words(topic, value), setting_words(topic, now)
    old = was.get("adjective") or was["noun"]
    text, denies = speaker.wording(f"correct {topic}", {**gaps, "old": old})
    return Saying(
        text,
        lambda known: with_setting(known, topic, value),
        told=with_setting(Knowledge(), topic, value),
        ruled_out=(old,) if denies else (),
        denied=(Denied(topic, now),),
    )


def take_back_thing(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None:
        return None
    gaps = speaker.named(group)
    text, denies = speaker.wording("take back thing", gaps)
    return Saying(
        text,
        lambda known: without(known, group.kind),
        remarks=() if denies else (f"forget {noun_of(group)}",),
        ruled_out=(gaps["nouns"],) if denies else (),
        denied=(Denied("kind", group.kind, group.kind),),
    )


def take_back_attribute(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    topic = speaker.rng.choice(("colour", "size", "position"))
    if group is None or (value := getattr(group, topic)) is None:
        return None
    gaps = {**speaker.named(group), "value": speaker.surface(topic, value), "topic": TOPIC_WORDS.get(topic, topic)}
    text, _ = speaker.wording("take back attribute", gaps)
    remarks = (f"forget {noun_of(group)} {topic}",)
    denied = (Denied(topic, value, group.kind),)
    return Saying(text, lambda known: unset(known, group.kind, topic, value), remarks=remarks, denied=denied)


def take_back_setting(speaker: Speaker) -> Saying | None:
    topic = speaker.rng.choice(tuple(SETTINGS))
    now = getattr(speaker.known, topic)
    if now is None:
        return None
    gaps = {**setting_words(topic, now), "topic": TOPIC_WORDS.get(topic, topic)}
    text, _ = speaker.wording("take back setting", gaps)
    return Saying(text, lambda known: with_setting(known, topic, None), remarks=(f"forget {topic}",), denied=(Denied(topic, now),))
