"""Published dialogues about pictures: VisDial v1.0, and the form of ChatIR with its search space."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..store.text_files import read_json, whole

_LABELS = re.compile(r"\b(?:question|answer|q|a)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Dialogue:
    """What was said about one picture: its caption, then a text "question? answer" for each round."""

    image: str  # as the search space names it
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Dialogues:
    """The dialogues of a file, and how many were mended or refused for which reason."""

    dialogues: tuple[Dialogue, ...]
    mended: Counter[str]
    refused: Counter[str]


def read_pool(file: Path) -> list[str]:
    """The search space: a JSON list of picture names, each once. Raises InputError for anything else."""
    names = read_json(file, "a JSON list of picture names")
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise InputError(f"{file} is no search space: expected a JSON list of picture names")
    if len(set(names)) < len(names):
        raise InputError(f"{file} names {len(names) - len(set(names))} pictures more than once: a picture has one place in a ranking")
    return names


def read_dialogues(file: Path, *, mend: bool) -> Dialogues:
    """A JSON file in either form; ``mend`` repairs what generated files are known for (labels, halves of a turn, repeated turns).

    ChatIR: a list of ``{"img", "dialog": [caption, "question? answer", …]}``. VisDial v1.0: ``{"data": {"questions", "answers",
    "dialogs"}}``, whose pictures are named by their number. Raises InputError when the file is neither, or nothing in it is a dialogue.
    """
    content = read_json(file, 'ChatIR\'s list of {"img", "dialog"} or VisDial v1.0\'s {"data": …}')
    if isinstance(content, dict) and isinstance(content.get("data"), dict):
        entries: Iterator[tuple[Any, Any]] = _visdial(content["data"])
    elif isinstance(content, list):
        entries = ((entry.get("img"), entry.get("dialog")) if isinstance(entry, dict) else (None, None) for entry in content)
    else:
        raise InputError(f'{file} holds no dialogues: expected ChatIR\'s list of {{"img", "dialog"}} or VisDial v1.0\'s {{"data": …}}')
    mended: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    dialogues = []
    for image, texts in entries:
        if not isinstance(image, str) or not image:
            refused["no picture is named"] += 1
        elif not (isinstance(texts, list) and texts and all(isinstance(text, str) and whole(text).strip() for text in texts)):
            refused["a text is missing or empty"] += 1
        else:
            texts = [whole(text) for text in texts]
            dialogues.append(Dialogue(image, tuple(_mended(texts, mended) if mend else texts)))
    if not dialogues:
        raise InputError(f"{file} holds no dialogue that can be read ({dict(refused) or 'it is empty'})")
    return Dialogues(tuple(dialogues), mended, refused)


def _visdial(data: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for entry in data.get("dialogs", []):
        try:
            turns = [(data["questions"][turn["question"]], data["answers"][turn["answer"]]) for turn in entry["dialog"] if "answer" in turn]
            yield str(entry["image_id"]), [entry["caption"], *(f"{question.rstrip('? ')}? {answer}" for question, answer in turns)]
        except (KeyError, IndexError, TypeError, AttributeError):
            yield None, None


def _mended(texts: list[str], count: Counter[str]) -> list[str]:
    """The caption as it is, then whole turns, each question once."""
    kept, asked, half = [texts[0]], set(), ""
    for text in texts[1:]:
        bare = " ".join(_LABELS.sub("", text).split())
        if bare != text:
            count["a label or blanks removed"] += 1
        whole = f"{half} {bare}".strip()
        question, mark, answer = whole.partition("?")
        if not mark or not answer.strip():
            half = whole
            continue
        if half:
            count["halves of a turn joined"] += 1
        half = ""
        if question.strip().lower() in asked:
            count["a repeated question left out"] += 1
            continue
        asked.add(question.strip().lower())
        kept.append(whole)
    if half:
        count["half a turn left out"] += 1
    return kept
