"""A gallery of postcards on disk: pictures, their captions, and how somebody would begin to describe each."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from .world.drawing import draw
from .world.language import caption, first_description
from .world.scene import scenes

SIDE = 192  # pixels; twice what the models see
CAPTIONS, DESCRIPTIONS = "captions.jsonl", "descriptions.jsonl"
KNOWN_BY = 'profile = "miniature"\n'  # in dir-tir.toml: with which profile these pictures are indexed when none is named


def write_gallery(folder: Path, count: int, seed: int = 0, advance: Callable[[], None] = lambda: None) -> None:
    """Draw ``count`` test postcards into ``folder``; ``advance`` is called after each. What is there already is kept.

    ``captions.jsonl`` holds a line ``{"image", "caption"}`` for each, ``descriptions.jsonl`` a line ``{"image", "description"}`` with a
    first description: one thing and the place. ``dir-tir.toml`` names the profile that knows postcards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    captions, descriptions = [], []
    for number, scene in enumerate(scenes("test", count, seed)):
        name = f"postcard-{number:05}.png"
        path = folder / name
        if not path.exists():
            _put(path, partial(draw(scene, SIDE).save, format="PNG"))
        captions.append({"image": name, "caption": caption(scene)})
        descriptions.append({"image": name, "description": first_description(rng, scene)[0]})
        advance()
    _put(folder / "dir-tir.toml", lambda draft: draft.write_text(KNOWN_BY, encoding="utf-8"))
    _write_lines(folder / CAPTIONS, captions)
    _write_lines(folder / DESCRIPTIONS, descriptions)


def _write_lines(path: Path, lines: list[dict[str, str]]) -> None:
    _put(path, lambda draft: draft.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"))


def _put(path: Path, write: Callable[[Path], object]) -> None:
    """Two processes may draw the same postcards at once, and each of them be killed: what has the name is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
