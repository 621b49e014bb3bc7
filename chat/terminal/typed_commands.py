"""What a person may type beside answers, and what they meant by what is nearly a command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ...tools.typed_reply import NUMBER

Name = Literal["help", "undo", "back", "edit", "edit painting", "allow", "branches", "return", "open", "why", "next"]

HELP: Final = """\
  anything            an answer, in your own words
  Enter, skip         no answer
  more 3, not 2       more like a result, or nothing like it; ten come at once
  next                ten more of the same search, without an answer
  again               what was shown may be shown again
  that's number 3     result 3 is the picture
  open 3, why 3       its file in the program for pictures; what brought it
  edit                change what is understood; edit TEXT does it at once
  edit painting       change what is painted
  allow 1             take back the first thing that is ruled out
  undo, back 2        answer once more what was last, or what round 2 asked
  branches, return 1  what came of it before you went back, and going on with it
  help, ?             this
  quit                stop; what was said is kept"""
_PLAIN: dict[str, Name] = {
    "help": "help",
    "?": "help",
    "undo": "undo",
    "keep looking": "undo",
    "edit": "edit",
    "edit description": "edit",
    "edit painting": "edit painting",
    "branches": "branches",
    "open": "open",
    "why": "why",
    "next": "next",
    "next ten": "next",
    "show more": "next",
}
_NUMBERED = re.compile(rf"(?P<name>back(?: to)?(?: round)?|allow|return(?: to)?|open|why) ?{NUMBER}(?P<number>\d{{1,4}})")
_WORDS = ("undo", "help", "edit", "skip", "quit", "again", "next", "branches")
_WORDS_WITH_NUMBERS = ("back", "more", "allow", "return", "open", "why", "not")


@dataclass(frozen=True)
class Command:
    """What is to be done; ``number`` of what, where it has one."""

    name: Name
    number: int = 0


def command_of(typed: str) -> Command | None:
    """The command that this is, if it is one."""
    text = " ".join(typed.lower().rstrip(" .!").split())
    if name := _PLAIN.get(text) or _PLAIN.get(text.rstrip(" ?")):
        return Command(name)
    if numbered := _NUMBERED.fullmatch(text.rstrip(" ?")):
        first: Name = next(name for name in ("back", "allow", "return", "open", "why") if text.startswith(name))
        return Command(first, int(numbered["number"]))
    return None


def meant(typed: str) -> str:
    """The command of which this is a slip of the finger; nothing where it is likelier an answer, as "ship" is beside "skip"."""
    text = " ".join(typed.lower().rstrip(" .!").split())
    if text == "back":
        return "undo"
    if numbered := re.fullmatch(r"(?P<word>[a-z]+)\s+(?P<numbers>\d[\d\s,]*)", text):
        slips = (
            word for word in _WORDS_WITH_NUMBERS if _swapped(numbered["word"], word) or (len(word) > 3 and _near(numbered["word"], word))
        )
        return next((f"{word} {numbered['numbers']}" for word in slips if word != numbered["word"]), "")
    slips = (word for word in _WORDS if _swapped(text, word) or _doubled(text, word) or (word == "undo" and _near(text, word)))
    return next((word for word in slips if word != text), "")


def _swapped(typed: str, word: str) -> bool:
    """Whether two neighbours have changed places."""
    return any(typed == word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))


def _doubled(typed: str, word: str) -> bool:
    return any(typed == word[: at + 1] + word[at:] for at in range(len(word)))


def _near(typed: str, word: str) -> bool:
    """Whether one letter is missing, too many, or another."""
    for at in range(len(word) + 1):
        missing, other, more = word[:at] + word[at + 1 :], word[at + 1 :], word[at:]
        if typed == missing or (typed[:at] == word[:at] and (typed[at + 1 :] == other or typed[at + 1 :] == more) and len(typed) > at):
            return typed != word
    return False
