"""What speaks against a text that a model wrote anew, as a code. Pure functions: they know no subject and no model.

A model that writes fluently may still repeat itself, lose what was known, take a "no" for a "yes", or answer the person instead. All of
this is seen by comparing words: of the old text, of what was said, and of the new one.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from .denials import affirmed, asks_yes_or_no, denials
from .words import facts, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .denials import Denial

    Alike = Callable[[str, str], float]

# Codes of why a reply was turned down. Prompts word them in `prompts/rendering.py`, faces in `chat/library/texts.py`.
EMPTY = "nothing_written"
NO_DESCRIPTION = "no_description"
REPETITION = "repetition"
TOO_LONG = "too_long"
FACTS_LOST = "facts_lost"
DENIED_ASSERTED = "denied_asserted"
INVENTED = "invented"

SAME_SENSE = 0.5  # measured in docs/log/2026-11-28-listening.md
_LONGER = 2  # times the words that it is made of
_ROOM = 12  # words more, for short texts
_LOST = 4  # one fact in so many may be worded otherwise
_MARKUP = re.compile(
    r"```|</?\w+[^>]*>|<\||\|>|^\s*[\[{]|[}\]]\s*$|\"\s*:|\\[nu]|◁|\[/?(?:THINK|INST)\]|^\s*#|\*\*|https?://|^\s*(?:[-*•]|\d+[.)])\s",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"^\W*(?:as an ai|i'?m sorry|sorry|i (?:can(?:no|')t|am|think|don't|do not)|sure\b|certainly\b|here(?:'s| is)\b|okay\b|we need to\b"
    r"|the user\b|let me\b)|\b(?:the (?:new )?(?:answer|question)|the user|previous description)\b",
    re.IGNORECASE,
)
# Who says so takes something back, so that a fact may go and nothing come for it.
_BACK = (
    r"forget|scratch|drop|remove|strike|take (?:\w+ ){0,3}(?:away|back|out)|ignore|delete|erase"
    r"|leave (?:\w+ ){0,3}out|get rid of|do without|(?:must|should|can|may|has to|have to) go|wrong|mistaken?|mistook|misremembered"
)
_TAKES_BACK = re.compile(rf"\b(?:{_BACK})\b", re.IGNORECASE)
# Who says so corrects something, so that a fact may go for another.
_CORRECTS = re.compile(
    rf"\b(?:{_BACK}|actually|sorry|meant|mean|correct(?:ion)?|instead|rather|not|no|none|never|without|after all|changed?|should"
    r"|[a-z]+n['’]t)\b",
    re.IGNORECASE,
)

_UNSURE = re.compile(
    r"\b(?:idea|know|remember|tell|sure|skip|pass|maybe|perhaps|whatever|unsure|certain|clue|hard|forgot)\b", re.IGNORECASE
)
_CLAUSES = re.compile(r"[,.;:]|\band\b|\bwith\b")
_BARE = frozenset(
    ("yes", "yep", "yeah", "no", "nope", "ok", "okay", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
)
_LONGEST_JOINED = 25  # words
_YES_AND_NO = frozenset(("yes", "yep", "yeah", "no", "nope", "nah", "ok", "okay"))
_OF_THE_UNSURE = frozenset(
    map(
        stem,
        """idea know dunno remember recall memory tell say said sure certain unsure skip pass maybe perhaps whatever clue hard difficult
        forgot forget honestly believe thank thanks afraid matter care question answer ask help i'd cannot can't couldn't wouldn't
        didn't look notice""".split(),
    )
)


def fault_of(text: str, old: str, said: str, question: str = "", alike: Alike | None = None) -> str:
    """What speaks against ``text`` as the new form of ``old`` once ``said`` (to ``question``) is worked in: a code, or nothing.

    ``alike`` says how far two texts say the same in other words: then no word needs to be kept.
    """
    if not text:
        return EMPTY
    if (_MARKUP.search(text) and not _MARKUP.search(old)) or _OTHERWISE.search(text) or not words(text):
        return NO_DESCRIPTION
    if repeats(text) and not repeats(old):
        return REPETITION
    if len(words(text)) > _LONGER * (len(words(old)) + len(words(said))) + _ROOM:
        return TOO_LONG
    if any(asserted(denial, text, old) for denial in denials(said, question)):
        return DENIED_ASSERTED
    reworded = old == said and alike is not None and alike(text, affirmed(said)) >= SAME_SENSE  # a first description in other words
    if not reworded and _dropped(text, old, said):
        return FACTS_LOST
    if text == old or (alike is not None and alike(text, old) >= SAME_SENSE):
        return ""
    if _lost(text, old, said, question):
        return FACTS_LOST
    return INVENTED if _invented(text, old, said, question) else ""


def tells_nothing(said: str, question: str = "") -> bool:
    """Whether an answer says that nothing is known, or says yes or no to a question that asks for something else: every text stays then."""
    every = words(said)
    if every and all(word in _YES_AND_NO for word in every):
        return not asks_yes_or_no(question)
    telling = facts(said)
    return bool(telling) and _OF_THE_UNSURE.issuperset(telling)


def worth_joining(said: str, question: str = "") -> bool:
    """Whether an answer may stand in a description as it was said: it tells something by itself, and denies and takes back nothing."""
    if _MARKUP.search(said) or _CORRECTS.search(said) or _UNSURE.search(said) or denials(said, question):
        return False
    telling = [word for word in facts(said) if not word.isdigit() and word not in _BARE]
    return bool(telling) and len(words(said)) <= _LONGEST_JOINED and said.isascii()


def new_words(text: str, *known: str) -> list[str]:
    """The words that say something and stand in none of the texts that are known."""
    there = set(facts(" ".join(known)))
    return [word for word in dict.fromkeys(words(text)) if not there.issuperset(facts(word))]


def repeats(text: str) -> bool:
    """Whether something stands three times in a row, or most words are the same few."""
    every = words(text)
    for length in range(1, 9):
        for start in range(len(every) - 3 * length + 1):
            part = every[start : start + length]
            if part == every[start + length : start + 2 * length] == every[start + 2 * length : start + 3 * length]:
                return True
    return len(every) > 20 and len(set(every)) < len(every) / 4


def asserted(denial: Denial, text: str, old: str = "") -> bool:
    """Whether a text says what is ruled out, in whatever form: an encoder reads "without boats" as boats, too."""
    there, before = facts(text), facts(old)
    if denial.placed or (not denial.whole and not denial.of):  # it may hold of something else, so it only must not become more
        count, earlier = _times(denial.denied, there), _times(denial.denied, before)
        return count > earlier or (not denial.placed and count == earlier == 1)
    if denial.whole:
        return _times(denial.denied, there) > 0
    return _together(denial.denied, denial.of, text)


def still_ruled_out(ruled_out: Iterable[str], text: str) -> list[str]:
    """Of what was ruled out that which a text does not say: whoever asserts a thing takes its exclusion back. Each once."""
    kept: dict[tuple[str, ...], str] = {}
    for one in ruled_out:
        stems = tuple(facts(one))
        if stems and not (_times(stems, facts(text)) if len(stems) == 1 else _together(stems[:-1], stems[-1:], text)):
            kept.setdefault(stems, one)
    return list(kept.values())


def _times(stems: Sequence[str], there: Sequence[str]) -> int:
    """How often the stems stand in a row."""
    return sum(tuple(there[start : start + len(stems)]) == tuple(stems) for start in range(len(there)))


def _together(denied: Sequence[str], of: Sequence[str], text: str) -> bool:
    """Whether both are said of one thing: in one clause, and next to one another or but a word apart."""
    for clause in _CLAUSES.split(text):
        there = facts(clause)
        places = [start for start in range(len(there)) if tuple(there[start : start + len(denied)]) == tuple(denied)]
        things = [start for start in range(len(there)) if tuple(there[start : start + len(of)]) == tuple(of)]
        if any(abs(place - thing) <= len(denied) + 1 for place in places for thing in things):
            return True
    return False


def _dropped(text: str, old: str, said: str) -> bool:
    """Whether a fact went that was known and has just been said again, and nothing came for it."""
    if _TAKES_BACK.search(said):
        return False
    there, before = set(facts(text)), set(facts(old))
    return bool(before & set(facts(affirmed(said))) - there) and there <= before


def says_less(text: str, old: str, said: str, question: str = "") -> bool:
    """Whether a text only forgot something, and nobody took anything back: nothing of what was said is there."""
    there, before = set(facts(text)), set(facts(old))
    heard = set(facts(said)) - before
    return there < before and len(heard) > 1 and not _CORRECTS.search(said) and not denials(said, question)


def _lost(text: str, old: str, said: str, question: str) -> bool:
    """Whether facts went that nothing took back. As many as were added may have been corrected where somebody corrects; else one in four
    may be worded otherwise, if something was added."""
    there = set(facts(text))
    excused = {stem for denial in denials(said, question) for stem in (*denial.denied, *denial.of)} | set(facts(said))
    if _CORRECTS.search(said):
        excused |= _of_what_went(old, there, set(facts(said)))
    gone = [fact for fact in dict.fromkeys(facts(old)) if fact not in there and fact not in excused]
    if not gone:
        return False
    added = len(there - set(facts(old)))
    if _CORRECTS.search(said):
        return len(gone) > max(1, added)
    return len(gone) > min(added, len(set(facts(old))) // _LOST)


def _of_what_went(old: str, there: set[str], named: set[str]) -> set[str]:
    """The facts of each clause that speaks of something which was named and is there no more: with a thing goes how it is."""
    clauses = (set(facts(clause)) for clause in _CLAUSES.split(old))
    return {fact for clause in clauses if (clause & named) - there for fact in clause}


def _invented(text: str, old: str, said: str, question: str) -> bool:
    """Whether most of a text was neither known nor said."""
    known = set(facts(old)) | set(facts(said)) | set(facts(question))
    counts = Counter(fact in known for fact in set(facts(text)))
    return counts[False] > max(2, counts[True])
