"""What people write: the same facts, less tidily than the simulated user."""

from __future__ import annotations

import random
import string

from ..world.questions import NO_IDEA, NONE_THERE, Question

_NO_IDEA = (NO_IDEA, "no idea", "I don't know", "not sure", "I do not remember.", "can't say", "skip that")
_NOTHING = ("Nothing.", "nothing", "nothing there", "there is nothing", "empty", "no thing at all")
_NONE = ("no", "none", "there are none", "no, none at all", "I see none", "not one")
_FRAMES: dict[str, tuple[str, ...]] = {
    "place": ("{}", "it's {}", "this is {}", "I think {}"),
    "time": ("{}", "I think {}", "well, {}"),
    "weather": ("{}", "I think {}", "well, {}"),
    "content": ("{}", "there I see {}", "I see {}", "I think {}"),
    "colour": ("{}", "it's {}", "it's the {} one", "they are {}", "all {}"),
    "size": ("{}", "it's {}", "they are {}", "rather {}"),
    "count": ("{}", "{} of them", "I count {}", "there are {}"),
    "position": ("{}", "it's {}", "they are {}"),
    "presence": ("{}", "oh {}"),
}


def as_a_person(rng: random.Random, question: Question, answer: str) -> str:
    """``answer`` as the simulated user says it, half of the time; else as a person might put the same."""
    if rng.random() < 0.5:
        return answer
    if answer == "Nothing.":
        return rng.choice(_NOTHING)
    if answer in (NONE_THERE, "No."):
        return rng.choice(_NONE)
    bare = answer.rstrip(".")
    bare = bare[0].lower() + bare[1:]
    return rng.choice(_FRAMES[question.topic]).format(bare)


def no_idea(rng: random.Random) -> str:
    """One of the ways to say that one cannot tell."""
    return rng.choice(_NO_IDEA)


def with_typos(rng: random.Random, text: str, share: float = 1 / 8) -> str:
    """One word in eight of ``text`` (``share``) mistyped: two letters swapped, one left out, doubled, or hit beside."""
    return " ".join(mistyped(rng, word) if rng.random() < share else word for word in text.split())


def without_articles(text: str) -> str:
    """``text`` as people in a hurry write it."""
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))


def mistyped(rng: random.Random, word: str) -> str:
    if len(word) < 3:
        return word
    at = rng.randrange(len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
        )
    )
