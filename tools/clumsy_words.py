"""How people say less tidily what a vision model answers: they deny, correct themselves, and take back what they had wrong.

Pure functions, generic English. They know no subject: what is said comes from answers, and what it is about from the question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .rewriting.words import facts, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

NO_ANSWER = (
    "I don't know.",
    "No idea.",
    "I am not sure.",
    "Hm, I forget.",
    "I can't remember that.",
    "Hard to say.",
    "I couldn't tell you.",
    "No clue, sorry.",
    "Sorry, I don't remember.",
    "That I can't say.",
)
NO_DIFFERENCE = (
    "I don't know.",
    "Hard to say.",
    "I am not sure what differs.",
    "I can't tell what is wrong with it, if anything.",
    "No idea.",
    "Hm, I couldn't say.",
)
_LONGEST = 8  # words of a value
_LEAD = re.compile(
    r"(?:(?:yes|yeah|yep|oh|well)\b[,.]?\s*)?"
    r"(?:(?:it|this|that|these|those|they|there|he|she|the [^,.;]{1,40}?)(?:\s+(?:is|are|was|were)\b|['’](?:s|re)\b)\s*)?",
    re.IGNORECASE,
)
_TELLS_NOTHING = re.compile(r"\b(?:no|not|none|nothing|nobody|never|cannot|unsure|unclear|uncertain|tell|know|\w+n['’]t)\b", re.IGNORECASE)
_A_SENTENCE = re.compile(r"\b(?:is|are|was|were|has|have|had|do|does|shows?|contains?)\b", re.IGNORECASE)
_SHOULD = re.compile(r"\s+(?:should be|needs? to be|must be|is|are)\s+", re.IGNORECASE)
_CLAUSES = re.compile(r"\s*[;.\n]+\s*")
_INVERTED = re.compile(
    r"(?P<wh>what|which|how|where|who|when)\b(?P<of>[^?]*?)\s*\b(?P<verb>is|are|was|were|has|have)\s+(?P<rest>[^?,]+)\??$", re.IGNORECASE
)
_TAIL = re.compile(r"\s+(?P<tail>like|called|made|\w+ing)$", re.IGNORECASE)
_WHERE = re.compile(r"(?:on|in|at|to|near|behind|above|below|under|over|beside|next|around)\b", re.IGNORECASE)


class Told(NamedTuple):
    """An answer taken apart: what begins the sentence ("It is", or nothing), and the value."""

    lead: str
    value: str

    def sentence(self) -> str:
        """As it is said."""
        return _sentence(f"{self.lead}{self.value}")


def told(answer: str) -> Told | None:
    """What an answer tells; nothing where it denies, is unsure, or is more than one value."""
    lead = _LEAD.match(answer)
    assert lead  # it may be empty
    value = answer[lead.end() :].strip(" .!")
    if _TELLS_NOTHING.search(answer) or _A_SENTENCE.search(value) or _CLAUSES.search(value):
        return None
    if not facts(value) or len(words(value)) > _LONGEST:
        return None
    return Told(answer[: lead.end()], _lowered(value))


def nearest_wrong(truth: Told, others: Iterable[str]) -> str:
    """Of answers about other pictures the value that is nearest to the true one, and surely another; empty where none is. Of two values one
    of which says all that the other says ("boats", "red boats") both may be true."""
    known, found = set(facts(truth.value)), []
    for other in others:
        one = told(other)
        if one and _begins(one) == _begins(truth) and not ((there := set(facts(one.value))) <= known or known <= there):
            found.append((len(there ^ known), one.value))
    return min(found, key=lambda each: each[0])[1] if found else ""


def but_for_one_word(rng: Random, truth: str, wrong: str) -> str:
    """The truth with one word of what is wrong: of "three yellow flowers" and "three pink rockets" it makes "three pink flowers". Only of
    values that are built alike, a noun and what stands before it; of others, all that is wrong."""
    one, other = truth.split(), wrong.split()
    differing = [number for number, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine.lower() != theirs.lower()]
    alike = all(bool(facts(mine)) == bool(facts(theirs)) for mine, theirs in zip(one, other, strict=False))
    if len(one) != len(other) or not alike or any(not facts(word) for word in one[1:]):
        return wrong
    number = rng.choice([number for number in differing if facts(one[number])])
    mixed = " ".join([*one[:number], other[number], *one[number + 1 :]])
    return re.sub(r"\ban?(?= (\w))", lambda article: "an" if article[1].lower() in "aeiou" else "a", mixed)


def denied(rng: Random, question: str, truth: Told, wrong: str) -> str:
    """The truth, and what is not true."""
    is_, true = _it_is(question), truth.value
    options = (f"{is_} not {wrong}, {is_} {true}", f"not {wrong}, {true}", f"{true}, not {wrong}", f"{_is_not(is_)} {wrong} but {true}")
    return _sentence(rng.choice(options))


def corrected_at_once(rng: Random, truth: str, wrong: str) -> str:
    """Something wrong, and in the same breath what was meant: "A red, sorry, I meant a blue cat."."""
    slip = rng.choice((", sorry, I meant ", ", no wait, ", ", I mean ", ", no, sorry, "))
    return _sentence(f"{_broken_off(wrong, truth)}{slip}{truth}")


def taken_back(rng: Random, question: str, truth: Told, wrong: str) -> str:
    """What was answered wrongly before is put right."""
    about, is_ = topic(question), _it_is(question)
    options = (
        f"sorry, I was wrong about {about}: {is_} {truth.value}",
        f"sorry, I was wrong about {about}: {is_} {truth.value}, not {wrong}",
        f"I have to take back what I said about {about}: {is_} not {wrong}, {is_} {truth.value}",
        f"I misremembered {about}: {is_} {truth.value}",
    )
    return _sentence(rng.choice(options))


def topic(question: str) -> str:
    """What a question is about: "the colour of the boats", "how many boats there are"."""
    asked = _INVERTED.match(question.strip())
    if not asked:
        return "what you asked before"
    wh, of, verb, rest = asked["wh"].lower(), asked["of"].strip().lower(), asked["verb"].lower(), asked["rest"].strip()
    if wh in ("what", "which") and rest.endswith(" like"):
        return rest.removesuffix(" like")
    if wh in ("what", "which") and of and " there" not in f" {rest}":
        return f"the {of}" if rest == "it" else f"the {of} {rest}" if _WHERE.match(rest) else f"the {of} of {rest}"
    asking = f"{wh} {of}".strip()
    if _WHERE.match(rest):
        return f"{asking} {verb} {rest}"
    tail = _TAIL.search(rest)
    subject = rest[: tail.start()] if tail else rest
    return f"{asking} {subject} {verb} {tail['tail'] if tail else ''}".strip()


def clauses(differences: str) -> list[str]:
    """Each difference that is named, without an end."""
    return [_lowered(clause) for clause in _CLAUSES.split(differences) if clause]


def as_differences(parts: Sequence[str]) -> str:
    """Differences in one answer."""
    return _sentence("; ".join(parts))


def mistaken_for(should: str, painted: str) -> tuple[str, str] | None:
    """Of what should be and what was painted instead ("it should be a beach", "it should be a forest") the part that differs of each;
    nothing where they do not speak of the same."""
    one, other = _SHOULD.split(should, maxsplit=1), _SHOULD.split(painted, maxsplit=1)
    if len(one) < 2 or len(other) < 2 or _TELLS_NOTHING.search(should) or _TELLS_NOTHING.search(painted):
        return None
    if one[0].lower() == other[0].lower():
        true, wrong = one[1], other[1]
    elif one[1].lower() == other[1].lower():
        true, wrong = one[0], other[0]
    else:
        return None
    known, there = set(facts(true)), set(facts(wrong))
    return None if there <= known or known <= there else (true, wrong)


def denied_difference(rng: Random, should: str, true: str, wrong: str) -> str:
    """A difference, and what was painted instead of it."""
    short = _broken_off(wrong, true)
    if short != wrong and re.match(r"an? ", short):
        short = f"{short} one"
    return rng.choice((f"{should}, not {short}", f"{should} instead of {short}", f"not {wrong}: {should}"))


def _broken_off(wrong: str, true: str) -> str:
    """What is said before one notices that it is wrong: without the end that both share."""
    said, meant = wrong.split(), true.split()
    while len(said) > 1 and len(meant) > 1 and said[-1] == meant[-1]:
        said, meant = said[:-1], meant[:-1]
    return " ".join(said) if facts(" ".join(said)) else wrong


def _begins(answer: Told) -> list[str]:
    """The verb that an answer begins with, if there is one: "The cat is" begins as "It is" does."""
    return words(answer.lead)[-1:]


def _it_is(question: str) -> str:
    if re.search(r"\bhow many\b.*\bthere\b", question, re.IGNORECASE):
        return "there are"
    return "they are" if re.search(r"\b(?:are|were|have)\b", question, re.IGNORECASE) else "it is"


def _is_not(it_is: str) -> str:
    return f"{it_is}n't"


def _lowered(text: str) -> str:
    """Its first letter as within a sentence, except of "I" and of abbreviations."""
    return text if re.match(r"[A-Z]{2}|I\b", text) else text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
