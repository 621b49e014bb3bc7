"""Questions about what no postcard shows. The true answer to each is "I cannot tell."."""

from __future__ import annotations

import random

from .scene import KINDS
from .words import plural

_ABOUT_THINGS = (
    "What is the name of the {kind}?",
    "How old is the {kind}?",
    "Who owns the {nouns}?",
    "What is behind the {kind}?",
    "What is inside the {nouns}?",
    "How much did the {kind} cost?",
    "What does the {kind} smell of?",
    "Who made the {nouns}?",
    "How heavy are the {nouns}?",
    "Why is the {kind} there?",
)
_ABOUT_PICTURES = (
    "Who took this picture?",
    "Who sent this postcard?",
    "What year is it?",
    "How cold is it there?",
    "What is written on the back?",
    "Is there music?",
    "What happened before?",
    "Which country is this?",
)
_HELD_OUT_THINGS = ("What is the {kind} made of?", "When was the {kind} bought?")
_HELD_OUT_PICTURES = ("Who is the photographer?", "What happens next?")


def unanswerable(rng: random.Random, *, held_out: bool = False) -> str:
    """A question that the picture does not answer; ``held_out`` ones are worded as none of the others is."""
    things, pictures = (_HELD_OUT_THINGS, _HELD_OUT_PICTURES) if held_out else (_ABOUT_THINGS, _ABOUT_PICTURES)
    kind = rng.choice(KINDS)
    wording: str = rng.choice((*things, *pictures))
    return wording.format(kind=kind, nouns=plural(kind))
