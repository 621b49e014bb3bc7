"""Prompts as files with `$name` variables, read strictly.

A forgotten variable would reach a model as "$dialogue", an unused one would silently drop what a node meant to say; both spoil
every figure without any error. So `render` refuses both, and names all of them at once. What a file says of its form stands in its first
lines, which no model sees, and examples stand between marks:

    leaves out: dialogue, ruled_out     variables that the prompt does without
    begin: What colour; How many        words that the reply begins with, in turn
    choose: Uncertain; Known            the likelier of these is the reply
    reply: sentence                     the first sentence counts; "addition": and is joined to the text there is

    [user]                              a message, as the last one
    [model]                             the reply to it
    [user]
    ...
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ..contracts import Example
from ..errors import PromptError
from .asking import Asking, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARED = "shared"  # texts that every set has, unless it has one of its own
_HEAD = re.compile(r"(leaves out|begin|choose|reply): (.*)\n")
_MARKS = re.compile(r"^\[(user|model)\]\n", re.MULTILINE)
_REPLIES = {"sentence": {"sentence": True}, "addition": {"sentence": True, "addition": True}}


@dataclass(frozen=True)
class PromptLibrary:
    """One set of prompts: name → template text of the message, and the form of those that have one."""

    name: str
    texts: Mapping[str, str]
    forms: Mapping[str, Form] = field(default_factory=dict)

    @classmethod
    def load(cls, name: str) -> PromptLibrary:
        """The set in the folder `name` beside this file. Raises PromptError for one that is not there, or a file in no known form."""
        folders = {folder.name: folder for folder in files(__package__).iterdir() if folder.is_dir() and not folder.name.startswith("__")}
        shared = folders.pop(_SHARED)
        if name not in folders:
            raise PromptError(f"There is no prompt set {name!r}; expected one of: {', '.join(sorted(folders))}.")
        files_of_set = [file for folder in (shared, folders[name]) for file in folder.iterdir() if file.name.endswith(".txt")]
        read = {
            file.name.removesuffix(".txt"): read_prompt(file.read_text("utf-8"), f"{name}/{file.name.removesuffix('.txt')}")
            for file in files_of_set
        }
        forms = {prompt: form for prompt, (_, form) in read.items() if form != Form()}
        return cls(name, {prompt: text for prompt, (text, _) in read.items()}, forms)

    def variables(self, prompt: str) -> frozenset[str]:
        """The `$names` that stand in a prompt's text."""
        return frozenset(Template(self._text(prompt)).get_identifiers())

    def left_out(self, prompt: str) -> frozenset[str]:
        """The variables that a prompt does without on purpose."""
        return self.forms.get(prompt, Form()).leaves_out

    def render(self, prompt: str, /, **variables: str) -> str:
        """The message with its variables filled in. Raises PromptError naming every missing and every unused variable."""
        wanted, given = self.variables(prompt), variables.keys()
        faults = [f"missing: {', '.join(sorted(wanted - given))}"] if wanted - given else []
        unused = given - wanted - self.left_out(prompt)
        faults += [f"unused: {', '.join(sorted(unused))}"] if unused else []
        if faults:
            raise PromptError(f"Prompt {self.name}/{prompt} cannot be rendered; {'; '.join(faults)}.")
        return Template(self._text(prompt)).substitute(variables)

    def asking(self, prompt: str, /, **variables: str) -> Asking:
        """The prompt as it is put to a language model. Raises PromptError as `render` does."""
        return Asking(self.render(prompt, **variables), self.forms.get(prompt, Form()))

    def hashes(self) -> dict[str, str]:
        """Prompt name → sha256 of its text and form, for the manifest of a run."""
        return {prompt: hashlib.sha256(self._whole(prompt).encode()).hexdigest() for prompt in sorted(self.texts)}

    def _whole(self, prompt: str) -> str:
        form = self.forms.get(prompt, Form())
        shown = (*form.begins, *form.choices, *(part for example in form.examples for part in example), form.sentence, form.addition)
        return self.texts[prompt] + (repr(shown) if any(shown) else "")

    def _text(self, prompt: str) -> str:
        if prompt not in self.texts:
            raise PromptError(f"There is no prompt {self.name}/{prompt}; expected one of: {', '.join(sorted(self.texts))}.")
        return self.texts[prompt]


def read_prompt(file: str, name: str) -> tuple[str, Form]:
    """The text of a prompt's file as its message and its form. Raises PromptError."""
    head: dict[str, str] = {}
    while found := _HEAD.match(file):
        head[found[1]] = found[2].strip()
        file = file[found.end() :]
    reply = head.get("reply", "")
    if reply and reply not in _REPLIES:
        raise PromptError(f"Prompt {name} wants a reply {reply!r}; expected one of: {', '.join(_REPLIES)}.")
    before, *turns = _MARKS.split(file.strip() + "\n")
    marks, texts = turns[::2], [text.strip() for text in turns[1::2]]
    if turns and (before.strip() or marks != ["user", "model"] * (len(marks) // 2) + ["user"]):
        raise PromptError(f"Prompt {name} has turns out of order; expected [user] and [model] in turn, and [user] last.")
    examples = tuple(map(Example, texts[:-1:2], texts[1::2]))
    form = Form(
        leaves_out=frozenset(head.get("leaves out", "").replace(",", " ").split()),
        examples=examples,
        begins=_listed(head.get("begin", "")),
        choices=_listed(head.get("choose", "")),
        **_REPLIES.get(reply, {}),
    )
    return (texts[-1] if turns else before.strip()), form


def _listed(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(";") if part.strip())
