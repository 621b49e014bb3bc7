"""Captions of pictures from a file, in the forms in which people and data sets keep them.

    captions.jsonl    a line {"image": "a.png", "captions": ["...", ...]} or {"image": "a.png", "caption": "..."} for each picture
    COCO              {"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}      (captions_val2017.json)
    Karpathy          {"images": [{"filename", "filepath"?, "split", "sentences": [{"raw"}]}]}         (dataset_flickr30k.json)

PlugIR's files name no pictures, and are read with the list that does (:func:`read_aligned`). Nothing else in the files is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..text_files import read_json, read_lines, whole

_EXPECTED = 'lines {"image", "captions"} (.jsonl), COCO\'s {"images", "annotations"}, or Karpathy\'s {"images": [{"sentences"}]}'
_Entry = tuple[str, list[str], str]  # picture, captions, split


def read_captions(file: Path, split: str = "") -> dict[str, tuple[str, ...]]:
    """Picture, as the file names it → its captions, without empty ones, in the order of the file; what is listed twice is joined.

    split: of a file with splits (Karpathy's) the pictures of this one only. Raises InputError for a file that is none of the three,
    naming the entry that is not understood, and for a split that is not in it.
    """
    found: dict[str, list[str]] = {}
    splits = set()
    for name, captions, belongs_to in _entries(file):
        splits.add(belongs_to)
        if split in ("", belongs_to):
            found.setdefault(name, []).extend(text for caption in captions if (text := whole(caption).strip()))
    if split and not found:
        raise InputError(f"{file} has no split {split!r}: expected one of {', '.join(sorted(splits - {''})) or 'none, it has no splits'}")
    return {name: tuple(captions) for name, captions in found.items()}


def read_aligned(file: Path, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Picture → its captions from PlugIR's form, a list of {"caption": ["...", ...]} without pictures: ``names`` are theirs, in order.

    Raises InputError for a file of another form or length: one caption too few would give every later picture its neighbour's.
    """
    expected = 'a list of {"caption": ["...", ...]}'
    entries = read_json(file, expected)
    try:
        captions = [_checked("", entry["caption"])[1] for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is not understood ({error}): expected {expected}") from None
    if len(captions) != len(names):
        raise InputError(
            f"{file} has captions for {len(captions)} pictures and the search space names {len(names)}: take the two that belong together"
        )
    return {
        name: tuple(text for caption in several if (text := whole(caption).strip())) for name, several in zip(names, captions, strict=True)
    }


def _entries(file: Path) -> Iterator[_Entry]:
    if file.suffix == ".jsonl":
        return _lines(file)
    content = read_json(file, _EXPECTED)
    if not (isinstance(content, dict) and isinstance(content.get("images"), list) and content["images"]):
        raise InputError(f"{file} holds no captions: expected {_EXPECTED}")
    return _coco(file, content) if "annotations" in content else _karpathy(file, content)


def _lines(file: Path) -> Iterator[_Entry]:
    for number, line in read_lines(file, _EXPECTED):
        try:
            entry = json.loads(line)
            captions = entry["captions"] if "captions" in entry else [entry["caption"]]
            yield _checked(entry["image"], captions)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(
                f'{file} line {number} is not understood: expected {{"image": "a.png", "captions": ["..."]}}, got {line.strip()[:80]!r}'
            ) from None


def _coco(file: Path, content: Mapping[str, Any]) -> Iterator[_Entry]:
    names: dict[Any, str] = {}
    for number, entry in enumerate(content["images"]):
        try:
            names[entry["id"]] = entry["file_name"]
            yield _checked(entry["file_name"], [])
        except (KeyError, TypeError):
            raise _not_understood(file, "images", number, '{"id", "file_name"}', entry) from None
    for number, entry in enumerate(content["annotations"]):
        try:
            yield _checked(names[entry["image_id"]], [entry["caption"]])
        except (KeyError, TypeError):
            raise _not_understood(file, "annotations", number, '{"image_id" of one of the images, "caption"}', entry) from None


def _karpathy(file: Path, content: Mapping[str, Any]) -> Iterator[_Entry]:
    for number, entry in enumerate(content["images"]):
        try:
            name = "/".join(part for part in (entry.get("filepath", ""), entry["filename"]) if part)
            yield _checked(name, [sentence["raw"] for sentence in entry["sentences"]], entry.get("split", ""))
        except (KeyError, TypeError, AttributeError):
            raise _not_understood(file, "images", number, '{"filename", "split", "sentences": [{"raw"}]}', entry) from None


def _checked(image: Any, captions: Any, split: Any = "") -> _Entry:
    if not (isinstance(image, str) and isinstance(split, str) and isinstance(captions, list) and all(isinstance(c, str) for c in captions)):
        raise TypeError
    return image, captions, split


def _not_understood(file: Path, where: str, number: int, expected: str, entry: Any) -> InputError:
    return InputError(f"{file}, number {number} of {where!r}, is not understood: expected {expected}, got {json.dumps(entry)[:80]}")
