"""A gallery of postcards on disk: pictures, their captions, how somebody would begin to describe each, and look-alikes of some."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from .files import draw_files, put
from .world.language import caption, first_description
from .world.scene import Scene, scenes
from .world.twins import twins

TWINS = 20  # look-alikes of a postcard
CAPTIONS, DESCRIPTIONS, ALIKE = "captions.jsonl", "descriptions.jsonl", "twins.jsonl"
KNOWN_BY = 'profile = "miniature"\n'  # in dir-tir.toml: with which profile these pictures are indexed when none is named


class _Twin(NamedTuple):
    of: str  # the file of the postcard that it looks like
    attribute: str  # the one in which it differs
    scene: Scene


def write_gallery(
    folder: Path,
    count: int,
    seed: int = 0,
    advance: Callable[[], None] = lambda: None,
    twins_of: Collection[int] = (),
    processes: int | None = None,
) -> None:
    """Draw ``count`` test postcards into ``folder``; ``advance`` is called after each. What is there already is kept.

    ``captions.jsonl`` holds a line ``{"image", "caption"}`` for each, ``descriptions.jsonl`` a line ``{"image", "description"}`` with a
    first description: one thing and the place. ``dir-tir.toml`` names the profile that knows postcards.

    ``twins_of``: the numbers of postcards of which twenty look-alikes are drawn, each different in one attribute. They have captions and no
    descriptions, and ``twins.jsonl`` holds a line ``{"image", "of", "attribute"}`` for each. ``processes``: see `draw_files`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    cards = list(scenes("test", count, seed))
    names = [f"postcard-{number:05}.png" for number in range(count)]
    alike = {
        f"twin-{number:05}-{index:02}.png": _Twin(names[number], *twin)
        for number in twins_of
        for index, twin in enumerate(twins(random.Random(f"{seed}/{number}"), cards[number], TWINS))
    }
    drawn = dict(zip(names, cards, strict=True)) | {name: twin.scene for name, twin in alike.items()}
    draw_files([(folder / name, scene) for name, scene in drawn.items()], advance, processes)
    put(folder / "dir-tir.toml", lambda draft: draft.write_text(KNOWN_BY, encoding="utf-8"))
    if alike:
        _write_lines(folder / ALIKE, [{"image": name, "of": twin.of, "attribute": twin.attribute} for name, twin in alike.items()])
    _write_lines(folder / CAPTIONS, [{"image": name, "caption": caption(scene)} for name, scene in drawn.items()])
    descriptions = [first_description(rng, scene)[0] for scene in cards]
    _write_lines(folder / DESCRIPTIONS, [{"image": name, "description": said} for name, said in zip(names, descriptions, strict=True)])


def _write_lines(path: Path, lines: Collection[dict[str, str]]) -> None:
    put(path, lambda draft: draft.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"))
