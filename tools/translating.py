"""What a person says in another language is brought into English, which the encoder reads, and questions into theirs.

For profiles whose language model reads more than English (`languages` of the model). Everybody else's texts are searched as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from .models.cleaning import LONGEST_QUESTION
from .models.retrying import reply_or_nothing
from .rewriting.checks import repeats
from .rewriting.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contracts import LanguageModel, UserReply
    from ..prompts.library import PromptLibrary

AS_WRITTEN: Final = "as written"  # the language that the person writes in, whichever that is
_LONGER = 3  # times as many words as the text has, and a few, a translation may have
_A_FEW = 8
# Frequent words of other languages that are none of English. They only raise the suspicion: the model says what language it is.
_FOREIGN = frozenset(
    """der das und ein eine einem einer einen mit auf dem vor ist sind nicht kein keine
    un une le la les du avec dans sur est et au aux pas el los las una con por del
    il lo gli di nel nella della che sono uma com na em een het op twee och ett nie ve bir""".split()
)
_LETTERS_OF_ENGLISH = re.compile(r"[a-zéèêëïçñ]", re.IGNORECASE)


class Reader(Protocol):
    """What a search knows of texts."""

    def reads(self, text: str) -> bool: ...


def perhaps_foreign(text: str) -> bool:
    """Whether a text looks like another language than English: by a letter or by a word that English lacks."""
    letters = [letter for letter in text if letter.isalpha()]
    return not all(map(_LETTERS_OF_ENGLISH.match, letters)) or not _FOREIGN.isdisjoint(words(text))


def language_of(description: str, wanted: str, languages: Sequence[str]) -> str:
    """The language of a conversation: the one ``wanted``, or the one that its first description seems to be written in; empty for English,
    and where the model reads nothing else."""
    if not languages or wanted.casefold() == "english":
        return ""
    return wanted or (AS_WRITTEN if perhaps_foreign(description) else "")


def into_english(llm: LanguageModel, prompts: PromptLibrary, text: str, search: Reader) -> str:
    """The text in English: itself where it is English, and where no translation is to be had that can be searched for."""
    english = reply_or_nothing(llm.reply, prompts.render("into_english", text=text)).strip(' "“”')
    most = _LONGER * len(words(text)) + _A_FEW
    usable = english and search.reads(english) and not repeats(english) and len(words(english)) <= most
    return english if usable and words(english) != words(text) else text


def into_theirs(llm: LanguageModel, prompts: PromptLibrary, question: str, language: str, example: str) -> str:
    """A question in the language of the conversation; ``example`` is what the person wrote. Itself where none is to be had."""
    prompt = (
        prompts.render("into_their_language", text=question, example=example)
        if language == AS_WRITTEN
        else prompts.render("into_language", text=question, language=language)
    )
    return reply_or_nothing(llm.reply, prompt, longest=LONGEST_QUESTION).strip(' "“”') or question


def heard(
    reply: UserReply, llm: LanguageModel | None, prompts: PromptLibrary, search: Reader, language: str, languages: Sequence[str]
) -> UserReply:
    """The reply with its text in English beside it, where it is in another language."""
    text = reply["text"]
    if llm is None or not languages or not text or "english" in reply or not (language or perhaps_foreign(text)):
        return reply
    english = into_english(llm, prompts, text, search)
    return reply if english == text else {**reply, "english": english}


def in_english(reply: UserReply) -> str:
    """What was said, as the models read it."""
    return reply.get("english") or reply["text"]
