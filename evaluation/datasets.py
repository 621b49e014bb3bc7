"""What is looked for, and how somebody would begin to describe it: read from the files of published data sets, or from one's own.

descriptions      lines {"image", "description"} (.jsonl)
captions          what store/gallery/captions.py reads (captions.jsonl, COCO, Karpathy): the first caption of a picture begins the dialogue
PlugIR's captions a list of {"caption": [...]} that belongs line by line to a search space, a list of picture names
dialogues         what dialogues.py reads (VisDial v1.0, ChatIR): a dialogue's caption begins ours
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputError
from ..store.gallery.captions import read_aligned, read_captions
from ..store.text_files import read_json, read_lines, whole
from .conversing import Task
from .dialogues import read_dialogues, read_pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tools.search import Search

RELATED = {"visdial": 500, "coco": 200, "flickr30k": 300}  # N of Algorithm 1 by data set (section 3.1)


class Described(NamedTuple):
    """Pictures, as a file names them, with their first descriptions; and how many entries were left out for which reason."""

    pairs: list[tuple[str, str]]
    left_out: Counter[str]


def read_described(file: Path, pool: Path | None = None, split: str = "") -> Described:
    """Every picture of a file that has a first description. Raises InputError for a file that is in none of the forms, or whose length is
    not that of its ``pool``."""
    if file.suffix == ".jsonl":
        own = _own_words(file)
        return Described(own, Counter()) if own else _first(read_captions(file, split))
    match read_json(file, "descriptions, captions or dialogues"):
        case [{"caption": _}, *_]:
            if pool is None:
                raise InputError(f"{file} names no pictures: give the search space that belongs to it (--pool FILE)")
            return _first(read_aligned(file, read_pool(pool)))
        case [*_] | {"data": _}:
            read = read_dialogues(file, mend=False)
            return Described([(dialogue.image, dialogue.texts[0]) for dialogue in read.dialogues], read.refused)
        case _:
            return _first(read_captions(file, split))


def tasks_of(described: Sequence[tuple[str, str]], images: Path, search: Search, count: int, seed: int) -> list[Task]:
    """``count`` of them, drawn at random, whose pictures the gallery knows by their place under ``images`` (VisDial's by their number).

    What the gallery does not hold is a task without a target, which fails by the name of its picture. Raises InputError when there are
    too few.
    """
    if len(described) < count:
        raise InputError(f"{len(described)} pictures have a description, {count} targets were asked for")
    paths = {path: id_ for id_ in search.ids for path in search.record(id_).paths}
    numbers = {int(number[1]): id_ for path, id_ in paths.items() if (number := re.search(r"(\d+)$", Path(path).stem))}

    def target(name: str) -> str:
        found = numbers.get(int(name)) if name.isdecimal() else paths.get(str((images / name).absolute()))
        return found or ""

    return [Task(target(name), text, name) for name, text in random.Random(seed).sample(list(described), count)]


def _first(captions: dict[str, tuple[str, ...]]) -> Described:
    found = [(name, several[0]) for name, several in captions.items() if several]
    bare = len(captions) - len(found)
    return Described(found, Counter({"no caption": bare} if bare else {}))


def _own_words(file: Path) -> list[tuple[str, str]]:
    """Lines with a description; nothing when the first line has none."""
    found = []
    for number, line in read_lines(file, "lines of JSON"):
        try:
            entry: dict[str, Any] = json.loads(line)
            found.append((str(entry["image"]), whole(str(entry["description"]))))
        except (ValueError, KeyError, TypeError, RecursionError):
            if not found:
                return []
            raise InputError(f'{file}, line {number}: expected {{"image", "description"}}, got {line[:80]!r}') from None
    return found
