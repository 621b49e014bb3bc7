"""Somebody with a postcard in mind, who says the truth about it: what is said in tests to the real models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

COUNT = 150


@dataclass(frozen=True)
class Hunt:
    """A postcard, how one would begin to describe it, and its complete caption."""

    file: Path
    gallery: str
    description: str
    caption: str

    def answer(self, question: str) -> str:
        """What the caption says to "What is on the left?" and the like; to anything else all of it."""
        for place in ("on the left", "in the middle", "on the right"):
            if place in question.lower():
                return next((part for part in self.caption.split(", ") if part.endswith(place)), "nothing")
        return self.caption

    @property
    def difference(self) -> str:
        """What to say to any painting."""
        return f"It should be {self.caption.partition(', ')[0]}."


def hunts(home: Path) -> list[Hunt]:
    """The postcards of the gallery in this home, in an order in which the first ones are not found at once."""
    (gallery,) = (home / "galleries").glob(f"postcards-{COUNT}-*")
    made = hunts_in(home / "postcards" / str(COUNT), gallery.name)
    return [made[number] for number in (29, 23, 43, 57, 65)]


def hunts_in(folder: Path, gallery: str) -> list[Hunt]:
    """Every postcard that was drawn into a folder."""
    captions = {line["image"]: line["caption"] for line in _lines(folder / "captions.jsonl")}
    return [
        Hunt(folder / line["image"], gallery, line["description"], captions[line["image"]])
        for line in _lines(folder / "descriptions.jsonl")
    ]


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
