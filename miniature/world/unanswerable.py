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
    "What is the {kind} called?",
    "How fast is the {kind}?",
    "Where does the {kind} come from?",
    "Where do the {nouns} go at the weekend?",
    "Who built the {kind}?",
    "What did the {kind} do yesterday?",
    "Does the {kind} belong to you?",
    "Is the {kind} expensive?",
    "Are the {nouns} real?",
    "How long have the {nouns} been there?",
    "What does the {kind} sound like?",
    "Which shop sells such {nouns}?",
    "Whose {kind} is it?",
    "When did the {nouns} arrive?",
    "How much do the {nouns} weigh?",
    "What is the {kind} good for?",
    "What were the {nouns} before?",
    "Do you like the {nouns}?",
    "Has the {kind} been repaired?",
    "Was the {kind} a present?",
    "What is the {kind} painted with?",
    "What is the {kind} filled with?",
    "What is the {kind} looking at?",
    "What is the {kind} afraid of?",
    "What is the {kind} worth?",
    "What is the {kind} thinking about?",
    "What are the {nouns} waiting for?",
    "What are the {nouns} used for?",
    "What are the {nouns} tired of?",
    "What is the {kind} part of?",
    "How was the {kind} made?",
    "Where was the {kind} made?",
    "When were the {nouns} made?",
    "What were the {nouns} made for?",
    "Were the {nouns} made by hand?",
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
    "Who lives there?",
    "Who drew it?",
    "When was the card posted?",
    "What day is it?",
    "What month is it?",
    "How did you get there?",
    "How far is it?",
    "How do you feel about it?",
    "What does the stamp cost?",
    "What do people eat there?",
    "What will you do tomorrow?",
    "Who is your friend?",
    "Who are the neighbours?",
    "What was the best part?",
    "What comes after that?",
    "Did you enjoy the trip?",
    "Is it a famous view?",
    "Why did you choose it?",
    "Whose holiday was it?",
    "Which language do they speak?",
)
_HELD_OUT_THINGS = (
    "What is the {kind} made of?",
    "When was the {kind} bought?",
    "Which brand is the {kind}?",
    "What do the {nouns} eat?",
    "What is the {kind} dreaming of?",
    "Is the {kind} edible?",
)
_HELD_OUT_PICTURES = (
    "Who is the photographer?",
    "What happens next?",
    "Where were you born?",
    "What did the weather do later?",
    "Who painted the sky?",
    "What time did you leave?",
    "What is the weather in Paris?",
    "What is the moral of it?",
    "What colour are your eyes?",
    "Where is the camera?",
    "What was on the left yesterday?",
)


def unanswerable(rng: random.Random, *, held_out: bool = False) -> str:
    """A question that the picture does not answer; ``held_out`` ones are worded as none of the others is."""
    things, pictures = (_HELD_OUT_THINGS, _HELD_OUT_PICTURES) if held_out else (_ABOUT_THINGS, _ABOUT_PICTURES)
    kind = rng.choice(KINDS)
    wording: str = rng.choice((*things, *pictures))
    return wording.format(kind=kind, nouns=plural(kind))
