"""A prompt with its variables filled in, and the form in which it is put to a language model.

A small model does what it is shown and goes on as it was begun; told at length, it does neither. So a prompt's file may show examples,
begin the reply, let one of two answers be chosen, and ask for an addition to a text instead of the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..contracts import Example, LanguageModel

_FIRST_SENTENCE = re.compile(r"[^\n]*?[.?!](?=\s|$)|[^\n]+")


@dataclass(frozen=True)
class Form:
    """How a prompt wants to be put, and its reply to be taken.

    leaves_out: variables that it does without. examples: earlier turns. begins: words that the reply begins with, one after another from
    question to question. choices: of these the likelier is the reply. sentence: the first sentence of the reply is all of it. addition: the
    reply is no text of its own but joined to the one there is.
    """

    leaves_out: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()
    begins: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    sentence: bool = False
    addition: bool = False


@dataclass(frozen=True)
class Asking:
    """A message to a language model, and its form."""

    text: str
    form: Form = Form()

    def reply(self, llm: LanguageModel, *, number: int = 0, again: int = 0) -> str:
        """The model's reply. Raises BrokenReply. ``number``: how many questions came before this one, so that the next is begun otherwise;
        once all beginnings are used up, replies are drawn. ``again``: as the model takes it."""
        shown: dict[str, Any] = {"examples": self.form.examples} if self.form.examples else {}
        if self.form.choices:
            return llm.choose(self.text, self.form.choices, **shown)
        rounds, place = divmod(number, len(self.form.begins) or number + 1)
        begun: dict[str, Any] = {"begin": self.form.begins[place]} if self.form.begins else {}
        drawn: dict[str, Any] = {"again": again + rounds} if again + rounds else {}
        said = llm.reply(self.text, **shown, **begun, **drawn)
        return first_sentence(said) if self.form.sentence else said


def first_sentence(text: str) -> str:
    """A reply up to the end of its first sentence, or of its first line."""
    found = _FIRST_SENTENCE.match(text.strip())
    return found[0].strip() if found else ""
