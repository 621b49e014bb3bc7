"""What people deny: a thing, how it is, where it is, the setting."""

from __future__ import annotations

from ..world.knowledge import Group, Knowledge
from ..world.questions import Question
from ..world.scene import KINDS, POSITIONS
from ..world.words import POSITION_WORDS
from .saying import SETTINGS, Denied, Saying, nothing_new, noun_of, setting_words, unset, with_setting, without
from .speaker import Speaker


def deny_attribute(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None:
        return None
    topic = speaker.rng.choice(("colour", "colour", "size"))
    value = speaker.value(topic, getattr(group, topic), 0.6)
    gaps, shown = speaker.named(group), speaker.surface(topic, value)
    asked = speaker.asked and speaker.rng.random() < 0.3
    text, _ = speaker.wording("deny attribute asked" if asked else "deny attribute", {**gaps, "value": shown})
    return Saying(
        text,
        lambda known: unset(known, group.kind, topic, value),
        question=speaker.asking(topic, group) if asked else speaker.maybe_about(group),
        ruled_out=(f"{shown} {noun_of(group) if asked else gaps['noun']}",),
        denied=(Denied(topic, value, group.kind),),
        about=frozenset((f"{group.kind} {topic}",)),
    )


def deny_such(speaker: Speaker) -> Saying | None:
    kind = speaker.rng.choice(KINDS)
    group = speaker.known.find(kind)
    topic = speaker.rng.choice(("colour", "colour", "size"))
    if group is not None and getattr(group, topic) is not None:
        return None
    value = speaker.value(topic, None, 0)
    gaps, shown = speaker.named(Group(kind)), speaker.surface(topic, value)
    text, _ = speaker.wording("deny such", {**gaps, "value": shown})
    denied = (Denied(topic, value, kind),)
    return Saying(text, nothing_new, ruled_out=(f"{shown} {gaps['nouns']}",), denied=denied, about=frozenset((f"{kind} {topic}",)))


def deny_thing(speaker: Speaker) -> Saying:
    group = speaker.group() if speaker.rng.random() < 0.35 else None
    kind = group.kind if group else speaker.rng.choice(KINDS)
    gaps = speaker.named(speaker.known.find(kind) or Group(kind))
    text, _ = speaker.wording("deny thing", gaps)
    return Saying(
        text,
        lambda known: without(known, kind),
        ruled_out=(gaps["nouns"],),
        denied=(Denied("kind", kind, kind),),
        about=frozenset((kind,)),
    )


def deny_two(speaker: Speaker) -> Saying | None:
    kind, other = speaker.rng.sample(KINDS, 2)
    if speaker.rng.random() < 0.4 and (group := speaker.group()) is not None and group.kind != other:
        kind = group.kind
    gaps, others = speaker.named(Group(kind)), speaker.named(Group(other))
    text, _ = speaker.wording("deny two things", {**gaps, "others": others["nouns"], "other": others["kind"]})
    return Saying(
        text,
        lambda known: without(without(known, kind), other),
        ruled_out=(gaps["nouns"], others["nouns"]),
        denied=(Denied("kind", kind, kind), Denied("kind", other, other)),
        about=frozenset((kind, other)),
    )


def deny_weather(speaker: Speaker) -> Saying | None:
    return _deny_setting(speaker, "weather")


def deny_time(speaker: Speaker) -> Saying | None:
    return _deny_setting(speaker, "time")


def deny_place(speaker: Speaker) -> Saying | None:
    return _deny_setting(speaker, "place")


def _deny_setting(speaker: Speaker, topic: str) -> Saying:
    now = getattr(speaker.known, topic)
    value = now if now and speaker.rng.random() < 0.5 else speaker.rng.choice(SETTINGS[topic])
    gaps = setting_words(topic, value)
    text, _ = speaker.wording(f"deny {topic}", gaps)
    word = next((gaps[name] for name in ("verb", "adjective", "noun") if name in gaps and gaps[name] in text), gaps.get("noun", ""))
    asked = speaker.asked and speaker.rng.random() < 0.3
    return Saying(
        text,
        lambda known: with_setting(known, topic, None) if getattr(known, topic) == value else known,
        question=Question(topic).text() if asked else "",  # type: ignore[arg-type]
        ruled_out=(word,),
        denied=(Denied(topic, value),),
        about=frozenset((topic,)),
    )


def deny_position(speaker: Speaker) -> Saying | None:
    group = speaker.group()
    if group is None:
        return None
    value = speaker.value("position", group.position, 0.7)
    gaps = speaker.named(group)
    text, _ = speaker.wording("deny position", {**gaps, "value": POSITION_WORDS[value][0]})
    return Saying(
        text,
        lambda known: unset(known, group.kind, "position", value),
        remarks=(f"{noun_of(group)} not {value}",),
        denied=(Denied("position", value, group.kind),),
        about=frozenset((f"{group.kind} position", "position")),
    )


def empty(speaker: Speaker) -> Saying | None:
    position = speaker.rng.choice(POSITIONS)
    if position not in speaker.known.open_positions() and speaker.rng.random() < 0.8:
        return None
    text, _ = speaker.wording("empty", {"value": POSITION_WORDS[position][0]})
    told = Knowledge(empty=(position,))
    return Saying(text, lambda known: known.with_nothing_at(position), told=told, about=frozenset(("position",)))
