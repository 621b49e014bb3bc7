"""The words that a picture may be said to show, in groups: a TOML file of a prompt set, or the general one beside this file.

least = 0.4                             of the score of a picture's first word, that a further one needs; 0 when missing
line = ["a $place $time", "$things"]    the clauses of a picture's line; one of whose groups none has a word is left out
[groups.things]
most = 3                                words of it that a picture may have
templates = ["a photo of $a_word"]      how a word is put to the encoder, as $word, $a_word or $phrase; of several the mean counts
phrase = "$word"                        how it stands in the line: $word, or $a_word with its article; $word when missing
nothing = "no thing"                    the phrase of a picture that shows none of the group, for templates; may be missing
words = \"\"\"beach, city, …\"\"\"            separated by commas and line ends; or `words_of`, another group with the same words
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from ..errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILE = "vocabulary.toml"
_KEYS = {"most", "templates", "phrase", "nothing", "words", "words_of"}


@dataclass(frozen=True)
class WordGroup:
    """Words of which a picture may have at most so many. Of a group that has something for nothing, that is its last phrase."""

    name: str
    words: tuple[str, ...]
    most: int
    templates: tuple[str, ...]
    phrase: str
    nothing: str

    @property
    def phrases(self) -> list[str]:
        """How each word is put, and nothing last."""
        said = [Template(self.phrase).substitute(_forms(word)) for word in self.words]
        return [*said, self.nothing] if self.nothing else said

    @property
    def texts(self) -> list[list[str]]:
        """For each template, what the encoder reads for each phrase."""
        words = [*self.words, self.nothing] if self.nothing else self.words
        forms = [{**_forms(word), "phrase": phrase} for word, phrase in zip(words, self.phrases, strict=True)]
        return [[Template(template).substitute(form) for form in forms] for template in self.templates]


@dataclass(frozen=True)
class Vocabulary:
    """The words of a prompt set, and how those of a picture are put into a line."""

    groups: tuple[WordGroup, ...]
    line: tuple[str, ...]
    least: float

    @classmethod
    @lru_cache
    def load(cls, prompts: str) -> Vocabulary:
        """That of a prompt set; the general one where the set has none of its own. Raises PromptError for one that is not understood."""
        folder = files(__package__)
        own = folder / prompts / _FILE
        return cls.read(own.read_text("utf-8") if own.is_file() else (folder / _FILE).read_text("utf-8"), prompts)

    @classmethod
    def read(cls, text: str, prompts: str = "") -> Vocabulary:
        """The vocabulary in the text of a file."""
        try:
            table = tomllib.loads(text)
            tables = table.pop("groups")
            groups = tuple(_group(name, said, tables) for name, said in tables.items())
            found = cls(groups, tuple(table.pop("line")), float(table.pop("least", 0)))
            for group in groups:
                _ = group.texts
            found.put([(group.name, group.phrases[:1]) for group in groups])
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise PromptError(f"The vocabulary of prompt set {prompts!r} is not understood: {error}.") from None
        if table:
            raise PromptError(f"The vocabulary of prompt set {prompts!r} has unknown keys: {', '.join(sorted(table))}.")
        return found

    @cached_property
    def identity(self) -> str:
        """Another one for another vocabulary, or other templates."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def put(self, phrases: Sequence[tuple[str, Sequence[str]]]) -> str:
        """The line of a picture, of (group, its phrases); empty when there are none."""
        said = {group.name: "" for group in self.groups} | {name: ", ".join(several) for name, several in phrases}
        clauses = [Template(clause) for clause in self.line]
        return ", ".join(
            clause.substitute(said).strip() for clause in clauses if not (names := clause.get_identifiers()) or any(said[n] for n in names)
        )


def _group(name: str, said: dict[str, Any], groups: dict[str, dict[str, Any]]) -> WordGroup:
    if unknown := said.keys() - _KEYS:
        raise ValueError(f"group {name!r} has unknown keys: {', '.join(sorted(unknown))}")
    written = groups[said["words_of"]]["words"] if "words_of" in said else said["words"]
    words = tuple(word for line in written.splitlines() for part in line.split(",") if (word := " ".join(part.split())))
    if twice := {word for word in words if words.count(word) > 1}:
        raise ValueError(f"group {name!r} says twice: {', '.join(sorted(twice))}")
    return WordGroup(name, words, said["most"], tuple(said["templates"]), said.get("phrase", "$word"), said.get("nothing", ""))


def _forms(word: str) -> dict[str, str]:
    """A word as it is, and with its article."""
    return {"word": word, "a_word": f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"}
