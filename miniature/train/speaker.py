"""Somebody who speaks of what is known, and the words at hand."""

from __future__ import annotations

import random

from ..world.knowledge import Group, Knowledge
from ..world.language import plain_group
from ..world.questions import Question, Topic, askable
from ..world.scene import KINDS, POSITIONS
from ..world.words import COLOUR_WORDS, KIND_WORDS, POSITION_WORDS, SIZE_WORDS, plural
from .saying import ATTRIBUTES
from .utterances import Split, wording

_DIGITS = {1: "1", 2: "2", 3: "3"}


class Speaker:
    """Somebody who has read ``known`` and says something of it, in the wordings of ``split``."""

    def __init__(self, rng: random.Random, known: Knowledge, split: Split, *, of_painting: bool = False, asked: bool = True) -> None:
        self.rng, self.known, self.split, self.of_painting = rng, known, split, of_painting
        self.asked = asked and not of_painting  # whether a question stands before what is said

    def wording(self, form: str, gaps: dict[str, str]) -> tuple[str, bool]:
        return wording(self.rng, form, self.split, gaps, of_painting=self.of_painting)

    def group(self) -> Group | None:
        return self.rng.choice(self.known.groups) if self.known.groups else None

    def value(self, topic: str, now: str | None, same: float) -> str:
        """A value of ``topic``: the one that is known with probability ``same``, else another."""
        if now and self.rng.random() < same:
            return now
        return self.rng.choice([value for value in ATTRIBUTES[topic] if value != now])

    def new(self, group: Group, topic: str, *, contradicting: bool = False) -> str | None:
        """A value that may be said of a thing: where one is known already seldom another, unless it is ``contradicting``. No two things
        stand at one place, nor one where nothing does."""
        now, values = getattr(group, topic), ATTRIBUTES[topic]
        if topic == "position":
            free_ones = self.known.open_positions()
            values = tuple(value for value in values if value == now or value in free_ones)
        if contradicting or now is None or self.rng.random() < 0.1:
            values = tuple(value for value in values if value != now)
            return self.rng.choice(values) if values else None
        return now if self.rng.random() < 0.3 else None

    def surface(self, topic: str, value: str) -> str:
        if topic == "position":
            return POSITION_WORDS[value][0] if self.rng.random() < 0.9 else self.rng.choice(POSITION_WORDS[value])
        words, chance = (COLOUR_WORDS, 0.1) if topic == "colour" else (SIZE_WORDS, 0.25)
        return self.rng.choice(words[value]) if self.rng.random() < chance else words[value][0]

    def named(self, group: Group) -> dict[str, str]:
        """The words that fill the gaps about a thing."""
        kind = self.rng.choice(KIND_WORDS[group.kind]) if self.rng.random() < 0.12 else group.kind
        one, nouns = group.count == 1, plural(kind)
        words = (
            ("is", "isn't", "was", "wasn't", "it", "it's", "it") if one else ("are", "aren't", "were", "weren't", "they", "they're", "them")
        )
        noun = kind if one else nouns
        article = ("an " if kind[0] in "aeiou" else "a ") if one else ""
        return {
            "the": f"the {noun}", "noun": noun, "nouns": nouns, "kind": kind, "a": f"{article}{noun}",
            **dict(zip(("is", "isnt", "was", "wasnt", "it", "its", "them"), words, strict=True)),
        }  # fmt: skip

    def phrase(self, group: Group) -> str:
        text = plain_group(group)
        if group.count and self.rng.random() < 0.25:
            _, _, rest = text.partition(" ")
            return f"{_DIGITS[group.count]} {rest}"
        return text

    def asking(self, topic: str, group: Group) -> str:
        return Question(topic, group.kind, several=group.count != 1).text()  # type: ignore[arg-type]

    def maybe_about(self, group: Group) -> str:
        return self.asking(self.rng.choice(("colour", "size", "position")), group) if self.rng.random() < 0.3 else ""

    def any_setting_question(self) -> str:
        topics: tuple[Topic, ...] = ("place", "time", "weather")
        return Question(self.rng.choice(topics)).text()

    def any_question(self) -> str:
        open_questions = askable(self.known)
        if not open_questions or self.rng.random() < 0.2:
            open_questions = [
                Question("presence", self.rng.choice(KINDS)),
                Question("content", self.rng.choice(POSITIONS)),
                Question("weather"),
            ]
        return self.rng.choice(open_questions).text()
