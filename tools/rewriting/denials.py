"""What a person rules out in plain English: "no boats", "the cat is not red", "not a car, a duck", "No." to "Is it raining?".

This reading checks what a language model makes of such words; it does not stand in for the model, which understands more. It knows no
subject, only how English denies. Where it is not sure, it finds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .words import facts, stem, words

_BREAKS = re.compile(
    r"[.;!?,:()\n–—]+|\bbut\b|\band\b(?=\s+(?:no|not|it|there|the|a|an|they|i)\b)|\bonly\b|\binstead\b|\brather\b", re.IGNORECASE
)
_NEGATED = re.compile(
    r"\b(?:(?P<verb>is|are|was|were|do|does|did|has|have|had|can|could|should|must|would|will|ca|wo|ai)(?:n['’]?t|\s+not|not)"
    r"|(?P<no>no|without|never|not|nor|neither|none(?=\s+of\s+th(?:e|ese|ose)\b)))\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# After a "not": what is unsure rather than denied, or denied in degree only.
_UNSURE = re.compile(
    r"^\s*(?:at all\s*$|sure|certain|know|remember|recall|tell|think|say|idea|clue|matter|doubt|problem|thanks?|more\b|longer\b|only|just"
    r"|wait\b|h(?:ang|old)\s+on\b"
    r"|mind|really\s+(?:sure|know|remember)|quite\s+sure|exactly\s+sure|entirely|always|that\s+i|\d"
    r"|(?:many|much|as|number|what|how|if|even)\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:be|been|being|have|has|had|see|seen|show|contain|include|any|a|an|one|the|these|those|of|really|very|quite|so|too|exactly|actually|"
    r"all|there|either|single|sign\s+of|one\s+of)\b\s*)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\b(?:after all|at all|any ?more|any longer|please|i think|i believe|visible|to be seen|though|either|anywhere|whatsoever)\b.*$",
    re.IGNORECASE,
)
_LEADS_TO_NO = re.compile(  # what is left of a clause whose "no" is cut off
    r"(?:\s+[-–—]+|\s*\b(?:and|or|with|there(?:['’]s|\s+(?:is|are|was|were))|it(?:['’]s|\s+(?:is|was|has|had|shows))|(?:i|we|you)(?:\s+can)?\s+see))*\s*$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:on|in|at|to|near|behind|above|below|under|over|beside|next|inside|outside|left|right)\b.*$", re.IGNORECASE)
_A_THING = re.compile(r"^\s*(?:be\s+|have\s+|see\s+|show\s+|really\s+)*(?:any|a|an|one)\b", re.IGNORECASE)
_OWNS = re.compile(r"^\s*(?:have|has|had|see|seen|show|contain|include)\b", re.IGNORECASE)
_YES_NO = re.compile(r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could)\b", re.IGNORECASE)
_A_PLAIN_NO = re.compile(
    r"^\s*(?:no|nope|nah|not at all|no,? (?:it|they|there) (?:is|are)(?:n['’]t| not)|(?:it|they) (?:is|are)(?:n['’]t| not))\W*$",
    re.IGNORECASE,
)
_SAYS_NO = re.compile(r"^\s*(?:no|nope|nah|not at all)\s*(?:[,.;!]|$)", re.IGNORECASE)
_NOBODY = frozenset("it that this they there i we you he she one what which who those these".split())
_NOBODYS = re.compile(r"\b(?:there|it)\s*$", re.IGNORECASE)  # "it is not rainy" denies the rain itself
# Of a question what is asked for, not about.
_ASKED_FOR = frozenset(
    map(stem, "colour color size many much kind type sort weather time day place position number look like happening else".split())
)


@dataclass(frozen=True)
class Denial:
    """One thing that is ruled out.

    denied: stems of what is denied. of: stems of the thing that is denied it; empty where a thing itself is denied, or it is not said.
    whole: whether a thing is denied, and not how it is. placed: whether only somewhere. text: as it can be searched for.
    """

    denied: tuple[str, ...]
    of: tuple[str, ...]
    whole: bool
    placed: bool
    text: str


def denials(said: str, question: str = "") -> list[Denial]:
    """What is ruled out by an answer, in its order; nothing where nothing is, or it cannot be told."""
    found: list[Denial] = []
    if asks_yes_or_no(question) and (_SAYS_NO.match(said) or _A_PLAIN_NO.match(said)):
        found, said = _denied_by_no(question), "" if _A_PLAIN_NO.match(said) else said
    subject = _asked_about(question)
    for clause in _BREAKS.split(said):
        negated = _NEGATED.search(clause)
        before = clause[: negated.start()] if negated else clause
        if not question or len(words(before)) != 1:  # a word alone is the answer: "big, not small"
            subject = _subject(before) or subject
        if negated and not _UNSURE.match(negated["rest"]):
            found += _denied(negated, subject)
    return [one for number, one in enumerate(found) if one not in found[:number]]


def asks_yes_or_no(question: str) -> bool:
    """Whether a question can be answered by yes or no."""
    return bool(_YES_NO.match(question))


def affirmed(text: str) -> str:
    """A text without what it rules out, as far as the reading is sure: "on the meadow, no rain" says "on the meadow"."""
    kept = []
    for clause in _BREAKS.split(text):
        negated = _NEGATED.search(clause)
        if negated and not _UNSURE.match(negated["rest"]):
            clause = clause[: negated.start()] if negated["no"] else ""
            clause = _LEADS_TO_NO.sub("", clause)
        if clause.strip():
            kept.append(clause.strip())
    return ", ".join(kept)


def _denied(negated: re.Match[str], subject: list[str]) -> list[Denial]:
    rest = _TRAILING.sub("", negated["rest"])
    parts = re.split(r"\bn?or\b", rest, flags=re.IGNORECASE)
    none_of = (negated["no"] or "").lower() in ("no", "none", "without", "neither", "nor")
    owned = bool(_OWNS.match(rest))
    found = []
    for part in parts:
        bare = _LEADING.sub("", part.strip())
        what = _PLACE.sub("", bare).strip()
        stems = tuple(facts(what))
        if not stems or len(stems) > 4:
            continue
        of_nobody = not subject and negated["verb"] is not None and bool(_NOBODYS.search(negated.string[: negated.start()]))
        whole = none_of or owned or of_nobody or bool(_A_THING.match(part))
        of = () if whole else tuple(subject)
        if of and set(of) < set(stems):  # "red boats, not green boats": the thing is named again
            stems = tuple(one for one in stems if one not in of)
            found.append(Denial(stems, of, whole, what != bare, _said(what)))
            continue
        found.append(Denial(stems, of, whole, what != bare, " ".join([_said(what), *of])))
    return found


def _denied_by_no(question: str) -> list[Denial]:
    """Of "Is the cat red?" the last word is denied of the first; of "Is there a boat?" and "Is it raining?" all there is."""
    bare = re.sub(r"^\s*\w+(?:\s+there|\s+it|\s+you\s+see)?\s+", "", question.strip(" ?"), flags=re.IGNORECASE)
    stems, placed = facts(_PLACE.sub("", bare)), bool(_PLACE.search(bare))
    if not stems:
        return []
    thing = bool(re.match(r"\s*\w+\s+there\b|\s*(?:do|does|did|has|have|can|could)\b|\s*\w+\s+it\s+an?\b", question, re.IGNORECASE))
    if thing or len(stems) == 1:
        return [Denial(tuple(stems), (), thing, placed, _said(_PLACE.sub("", bare)))]
    return [Denial((stems[-1],), tuple(stems[:-1]), False, placed, " ".join([stems[-1], *stems[:-1]]))]


def _said(what: str) -> str:
    return " ".join(word for word in words(what) if facts(word))


def _subject(before: str) -> list[str]:
    """The thing that a clause begins with: its last words before the verb."""
    bare = re.split(r"\b(?:is|are|was|were|does|do|has|have|should|must|would)\b", before, flags=re.IGNORECASE)[0]
    bare = _PLACE.sub("", bare)
    last = words(bare)
    return [] if not last or last[-1] in _NOBODY else facts(bare)[-1:]


def _asked_about(question: str) -> list[str]:
    """The one thing that a question is about; nothing where there are several."""
    about = re.sub(r"^\s*how\s+\w+", "", question, flags=re.IGNORECASE)
    named = [fact for fact in facts(_PLACE.sub("", about)) if fact not in _ASKED_FOR]
    return named if len(named) == 1 else []
