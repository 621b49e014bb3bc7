"""What people say to a question that is answered by yes or no."""

from __future__ import annotations

from dataclasses import replace

from ..world.knowledge import Group, Knowledge
from ..world.scene import KINDS
from .saying import SETTINGS, Change, Denied, Saying, noun_of, said_of, setting_words, unset, with_setting, without
from .speaker import Speaker


def yes_or_no(speaker: Speaker) -> Saying | None:
    yes = speaker.rng.random() < 0.5
    group = speaker.group()
    gaps = speaker.named(group) if group else {}
    chance = speaker.rng.random()
    if chance < 0.35:
        return _of_a_thing(speaker, yes)
    if chance < 0.7:
        return _of_an_attribute(speaker, yes, group, gaps)
    return _of_the_setting(speaker, yes)


def _of_a_thing(speaker: Speaker, yes: bool) -> Saying | None:
    """ "Are there any boats?" """
    kind = speaker.rng.choice(KINDS)
    if speaker.known.find(kind) is not None:
        return None
    several = speaker.rng.random() < 0.6
    told = Group(kind, None if several else 1)
    named = speaker.named(told)
    asked = ("Are there any {noun}?", "Do you see any {noun}?") if several else ("Is there a {noun}?",)
    question = speaker.rng.choice(asked).format(**named)
    verbs = ("there are", "there aren't") if several else ("there is", "there isn't")
    change: Change = (lambda known: known.with_group(told)) if yes else (lambda known: without(known, kind))
    return _answered(speaker, yes, question, verbs, change, Knowledge(groups=(told,)), named["noun"], Denied("kind", kind, kind))


def _of_an_attribute(speaker: Speaker, yes: bool, group: Group | None, gaps: dict[str, str]) -> Saying | None:
    """ "Is the boat red?" """
    topic = speaker.rng.choice(("colour", "colour", "size", "position"))
    if group is None or (getattr(group, topic) is not None and speaker.rng.random() < 0.7):
        return None
    value = speaker.new(group, topic) if yes else speaker.value(topic, getattr(group, topic), 0.3)
    if value is None:
        return None
    shown = speaker.surface(topic, value)
    one = group.count == 1
    question = f"{'Is' if one else 'Are'} {gaps['the']} {shown}?"
    told = said_of(group, topic, value)
    change: Change = (lambda known: known.with_group(told)) if yes else (lambda known: unset(known, group.kind, topic, value))
    ruled = "" if topic == "position" else f"{shown} {gaps['noun']}"
    verbs = ("it is", "it isn't") if one else ("they are", "they aren't")
    saying = _answered(speaker, yes, question, verbs, change, Knowledge(groups=(told,)), ruled, Denied(topic, value, group.kind))
    return saying if yes or ruled else replace(saying, remarks=(f"{noun_of(group)} not {value}",))


def _of_the_setting(speaker: Speaker, yes: bool) -> Saying | None:
    """ "Is it raining?" """
    topic = speaker.rng.choice(tuple(SETTINGS))
    value = speaker.rng.choice(SETTINGS[topic])
    if yes and getattr(speaker.known, topic) not in (None, value):
        return None
    words = setting_words(topic, value)
    word = words.get("verb") if speaker.rng.random() < 0.5 else None
    word = word or words.get("adjective") or words["noun"]
    question = f"Is it {'a ' if topic == 'place' else ''}{word}?"

    def changed(known: Knowledge) -> Knowledge:
        if yes:
            return with_setting(known, topic, value)
        return with_setting(known, topic, None) if getattr(known, topic) == value else known

    told = with_setting(Knowledge(), topic, value)
    return _answered(speaker, yes, question, ("it is", "it isn't"), changed, told, word, Denied(topic, value))


def _answered(
    speaker: Speaker, yes: bool, question: str, verbs: tuple[str, str], change: Change, told: Knowledge, ruled_out: str, denied: Denied
) -> Saying:
    text, _ = speaker.wording("yes" if yes else "no", {"verb": verbs[0], "verbnt": verbs[1]})
    if yes:
        return Saying(text, change, question, told, silent=True)
    return Saying(text, change, question, ruled_out=(ruled_out,) if ruled_out else (), denied=(denied,), silent=True)
