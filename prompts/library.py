"""Prompts as files with `$name` variables, read strictly.

A forgotten variable would reach a model as "$dialogue", an unused one would silently drop what a node meant to say; both spoil
every figure without any error. So `render` refuses both, and names all of them at once. A prompt that does without a variable says so
in its first line, ``leaves out: name, …``, which no model sees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ..errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAVES_OUT = "leaves out: "
_SHARED = "shared"  # texts that every set has, unless it has one of its own


@dataclass(frozen=True)
class PromptLibrary:
    """One set of prompts: name → template text, and the variables that some of them leave out on purpose."""

    name: str
    texts: Mapping[str, str]
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, name: str) -> PromptLibrary:
        """The set in the folder `name` beside this file. Raises PromptError for a set that is not there."""
        folders = {folder.name: folder for folder in files(__package__).iterdir() if folder.is_dir() and not folder.name.startswith("__")}
        shared = folders.pop(_SHARED)
        if name not in folders:
            raise PromptError(f"There is no prompt set {name!r}; expected one of: {', '.join(sorted(folders))}.")
        files_of_set = [file for folder in (shared, folders[name]) for file in folder.iterdir() if file.name.endswith(".txt")]
        texts = {file.name.removesuffix(".txt"): file.read_text("utf-8").strip() for file in files_of_set}
        first_lines = {prompt: text.partition("\n")[0] for prompt, text in texts.items() if text.startswith(_LEAVES_OUT)}
        left_out = {prompt: frozenset(line.removeprefix(_LEAVES_OUT).replace(",", " ").split()) for prompt, line in first_lines.items()}
        return cls(name, {prompt: text.removeprefix(first_lines.get(prompt, "")).strip() for prompt, text in texts.items()}, left_out)

    def variables(self, prompt: str) -> frozenset[str]:
        """The `$names` that stand in a prompt's text."""
        return frozenset(Template(self._text(prompt)).get_identifiers())

    def render(self, prompt: str, /, **variables: str) -> str:
        """The prompt with its variables filled in. Raises PromptError naming every missing and every unused variable."""
        wanted, given = self.variables(prompt), variables.keys()
        faults = [f"missing: {', '.join(sorted(wanted - given))}"] if wanted - given else []
        unused = given - wanted - self.left_out.get(prompt, frozenset())
        faults += [f"unused: {', '.join(sorted(unused))}"] if unused else []
        if faults:
            raise PromptError(f"Prompt {self.name}/{prompt} cannot be rendered; {'; '.join(faults)}.")
        return Template(self._text(prompt)).substitute(variables)

    def hashes(self) -> dict[str, str]:
        """Prompt name → sha256 of its text, for the manifest of a run."""
        return {prompt: hashlib.sha256(text.encode()).hexdigest() for prompt, text in sorted(self.texts.items())}

    def _text(self, prompt: str) -> str:
        if prompt not in self.texts:
            raise PromptError(f"There is no prompt {self.name}/{prompt}; expected one of: {', '.join(sorted(self.texts))}.")
        return self.texts[prompt]
