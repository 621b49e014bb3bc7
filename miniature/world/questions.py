"""Questions about a postcard: how they are worded, their true answer, and what an answer adds to what is known."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from .knowledge import Group, Knowledge, whole
from .language import plain_group
from .scene import POSITIONS, Scene, Thing
from .words import COUNT_WORDS, PLACE_WORDS, POSITION_WORDS, TIME_WORDS, WEATHER_WORDS, plural

Topic = Literal["place", "time", "weather", "content", "colour", "size", "count", "position", "presence"]
TOPICS: tuple[Topic, ...] = ("place", "time", "weather", "content", "colour", "size", "count", "position", "presence")

UNCERTAIN = "Uncertain"
NO_IDEA = "I cannot tell."
NONE_THERE = "There is none."
NOTHING_LEFT = "Nothing is left to ask."

# The first wording of each is the one that the language model learns to ask; the others are people's.
_WORDINGS: dict[Topic, tuple[str, ...]] = {
    "place": ("Where was this postcard made?", "What place is it?", "Which place does it show?"),
    "time": ("What time of day is it?", "When is it, by day or by night?"),
    "weather": ("What is the weather like?", "How is the weather?"),
    "content": ("What is {place}?", "What do you see {place}?", "What stands {place}?"),
    "colour": ("What colour {is} the {noun}?", "Which colour {has} the {noun}?"),
    "size": ("How big {is} the {noun}?", "What size {is} the {noun}?"),
    "count": ("How many {nouns} are there?", "How many {nouns} do you see?"),
    "position": ("Where {is} the {noun}?", "On which side {is} the {noun}?"),
    "presence": ("Are there any {nouns}?", "Is there a {kind}?", "Do you see any {nouns}?"),
}


@dataclass(frozen=True)
class Question:
    """What is asked: a topic and, where the topic needs it, a position ("content") or a kind (the last five topics)."""

    topic: Topic
    about: str = ""
    several: bool = True

    @property
    def subject(self) -> tuple[str, str]:
        """What the question is about, however it is worded."""
        return self.topic, self.about

    def text(self, rng: random.Random | None = None) -> str:
        """The question in its plain wording, or in a random one."""
        wordings = _WORDINGS[self.topic]
        wording = rng.choice(wordings) if rng else wordings[0]
        if self.topic == "content":
            return wording.format(place=POSITION_WORDS[self.about][0])
        many = plural(self.about)
        noun, verb, has = (many, "are", "have") if self.several else (self.about, "is", "has")
        return wording.format(noun=noun, nouns=many, kind=self.about, **{"is": verb, "has": has})


def answer(scene: Scene, question: Question) -> str:
    """The true answer, short, as a person looking at the picture would give it."""
    match question.topic:
        case "place":
            return f"A {PLACE_WORDS[scene.place][0]}."
        case "time":
            return f"It is {TIME_WORDS[scene.time][0]}."
        case "weather":
            return f"It is {WEATHER_WORDS[scene.weather][0]}."
        case "content":
            thing = scene.at(question.about)
            return _sentence(plain_group(_seen(thing))) if thing else "Nothing."
    found = scene.find(question.about)
    if question.topic == "presence":
        return _sentence("yes, " + plain_group(replace(_seen(found[1]), position=found[0]))) if found else "No."
    if found is None:
        return NONE_THERE
    position, thing = found
    words = {"colour": thing.colour, "size": thing.size, "count": COUNT_WORDS[thing.count], "position": POSITION_WORDS[position][0]}
    return _sentence(words[question.topic])


def learn(known: Knowledge, question: Question, scene: Scene) -> Knowledge:
    """What is known after the true answer was given."""
    match question.topic:
        case "place":
            return replace(known, place=scene.place)
        case "time":
            return replace(known, time=scene.time)
        case "weather":
            return replace(known, weather=scene.weather)
        case "content":
            thing = scene.at(question.about)
            if thing is None:
                return known.with_nothing_at(question.about)
            return known.with_group(replace(_seen(thing), position=question.about))
    found = scene.find(question.about)
    if found is None:
        return known.without(question.about)
    position, thing = found
    if question.topic == "presence":
        return known.with_group(replace(_seen(thing), position=position))
    old = known.find(question.about)
    count = old.count if old else (1 if thing.count == 1 else None)
    bare = Group(thing.kind, count)
    truth = whole(position, thing)
    return known.with_group(replace(bare, **{question.topic: getattr(truth, question.topic)}))


def deduced(known: Knowledge, question: Question) -> str:
    """The answer as far as it follows from what is known; "Uncertain" where it does not."""
    match question.topic:
        case "place":
            return f"A {PLACE_WORDS[known.place][0]}." if known.place else UNCERTAIN
        case "time":
            return f"It is {TIME_WORDS[known.time][0]}." if known.time else UNCERTAIN
        case "weather":
            return f"It is {WEATHER_WORDS[known.weather][0]}." if known.weather else UNCERTAIN
        case "content":
            if question.about in known.empty:
                return "Nothing."
            there = known.at(question.about)
            return _sentence(plain_group(replace(there, position=None))) if there else UNCERTAIN
    if question.about in known.absent:
        return "No." if question.topic == "presence" else NONE_THERE
    group = known.find(question.about)
    if group is None:
        return UNCERTAIN
    if question.topic == "presence":
        return _sentence("yes, " + plain_group(group))
    words = {
        "colour": group.colour,
        "size": group.size,
        "count": COUNT_WORDS[group.count] if group.count else None,
        "position": POSITION_WORDS[group.position][0] if group.position else None,
    }
    word = words[question.topic]
    return _sentence(word) if word else UNCERTAIN


def askable(known: Knowledge) -> list[Question]:
    """Every question whose answer would be new, positions first."""
    questions = [Question("content", position) for position in known.open_positions()]
    questions += [Question(topic) for topic in ("time", "weather", "place") if getattr(known, topic) is None]
    for group in known.groups:
        for topic in ("colour", "position", "count", "size"):
            if getattr(group, topic) is None:
                questions.append(Question(topic, group.kind, several=group.count != 1))
    return questions


def reading(scene: Scene, question: Question) -> object:
    """The value of what is asked in a scene, comparable between scenes; None where the scene lacks the thing."""
    if question.topic in ("place", "time", "weather"):
        return getattr(scene, question.topic)
    if question.topic == "content":
        thing = scene.at(question.about)
        return (thing.kind, thing.colour, thing.count) if thing else None
    found = scene.find(question.about)
    if found is None or question.topic == "presence":
        return found is not None
    return getattr(whole(*found), question.topic)


def any_question(rng: random.Random, scene: Scene, topic: Topic, kinds: tuple[str, ...]) -> Question:
    """A question on ``topic``: about a kind in the scene three times in four, else about any of ``kinds``.

    It is worded in the plural where there are several, as somebody would who sees the picture.
    """
    if topic in ("place", "time", "weather"):
        return Question(topic)
    if topic == "content":
        return Question(topic, rng.choice(POSITIONS))
    _, thing = rng.choice(list(scene.placed()))
    kind = thing.kind if rng.random() < (0.5 if topic == "presence" else 0.75) else rng.choice(kinds)
    found = scene.find(kind)
    return Question(topic, kind, several=found[1].count > 1 if found else rng.random() < 0.5)


def _seen(thing: Thing) -> Group:
    return Group(thing.kind, thing.count, thing.colour)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
