"""Texts that are kept as files, so that a change of them can be read in a diff: ``pytest --update-golden`` writes them anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """A folder of such files, each with one newline at its end that the text does not have."""

    folder: Path
    renew: bool

    def check(self, name: str, text: str) -> None:
        """Fails when the text is not what the file says; renews the file when that was asked for."""
        file = self.folder / name
        if self.renew:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + "\n", encoding="utf-8")
        assert file.is_file(), f"{name} is not there; pytest --update-golden writes it"
        assert text + "\n" == file.read_text(encoding="utf-8"), f"{name} has changed; pytest --update-golden renews it, if that is meant"

    def files(self, suffix: str) -> set[str]:
        """The names of all files with this suffix, relative to the folder."""
        return {file.relative_to(self.folder).as_posix() for file in self.folder.rglob(f"*{suffix}")}
