"""What a question in anybody's words is about, in the postcards' world."""

from __future__ import annotations

import re

from ...miniature.world.questions import Question
from ...miniature.world.words import KIND_WORDS, POSITION_WORDS, plural

_NOUNS = {form: (kind, form != noun) for kind, nouns in KIND_WORDS.items() for noun in nouns for form in (noun, plural(noun))}
_NOUN = re.compile(rf"\b({'|'.join(sorted(_NOUNS, key=len, reverse=True))})\b")
_POSITION = re.compile(rf"\b({'|'.join(POSITION_WORDS)}|cent(?:re|er))\b")
_OPEN = re.compile(r"\b(?:what|who|which)\b")
_PLACE = re.compile(r"\b(?:where|which place|what (?:kind of )?(?:place|setting|scenery)|background|surroundings)\b")


def read_question(text: str) -> Question | None:
    """The question that a text asks, as the world knows it; None where it asks for nothing that a postcard shows."""
    said = text.casefold()
    if "?" not in said or ("postcard" in said and "where" not in said):
        return None
    noun, position = _NOUN.search(said), _POSITION.search(said)
    kind, several = _NOUNS[noun[1]] if noun else ("", True)
    if "weather" in said:
        return Question("weather")
    if re.search(r"\b(?:time|day or night|daytime)\b", said):
        return Question("time")
    for topic, words in (("colour", r"colou?r"), ("count", r"how many|number of"), ("size", r"how (?:big|large|small)|\bsize\b")):
        if re.search(words, said):
            return Question(topic, kind, several) if kind else None  # type: ignore[arg-type]
    if re.match(r"\W*(?:is|are|do|does|can)\b", said):
        return Question("presence", kind, several) if kind else None
    if kind and re.search(r"\bwhere\b|which side", said):
        return Question("position", kind, several)
    if position and _OPEN.search(said):
        return Question("content", position[1] if position[1] in POSITION_WORDS else "middle")
    return Question("place") if _PLACE.search(said) and not kind else None
