"""Where the weights of a model are. What is done about it (looked for, fetched, counted) is in `tools/profiles`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """A folder on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Repository:
    """A repository of the Hugging Face hub, and which of its files are read: configuration, vocabulary, and the weights once."""

    name: str
    revision: str = ""  # a branch, tag or commit; empty: its main branch
    weights: str = r"(open_clip_model|diffusion_pytorch_model|model)"  # pattern of what weight files are called, without the ending
    in_parts: bool = False  # weights lie in a folder for each part of a pipeline
    variant: str = ""  # "fp16": files of half the size, where there are such
    without: tuple[str, ...] = ()  # parts that are left out

    def __str__(self) -> str:
        return self.name + (f" @ {self.revision[:12]}" if self.revision else "")


@dataclass(frozen=True)
class Endpoint:
    """A model behind an address: it runs elsewhere, and nobody can look at its weights."""

    url: str
    model: str

    def __str__(self) -> str:
        return f"{self.model} at {self.url}"


@dataclass(frozen=True)
class NoWeights:
    """A model that is nothing but code."""

    def __str__(self) -> str:
        return "no weights: it is computed"


Source = Folder | Repository | Endpoint | NoWeights
