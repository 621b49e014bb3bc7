"""The checks of the words that stand for captions where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ...contracts import PictureRecord
from ...miniature.world.drawing import draw
from ...miniature.world.knowledge import Knowledge, complete
from ...miniature.world.parsing import parsed
from ...miniature.world.scene import KINDS, scenes
from ...prompts.vocabulary import Vocabulary
from ...store.gallery.vectors import Vectors
from ...tools.models.loading import Models
from ...tools.words.picture_words import picture_words
from .check import Check, Exam, share
from .finding import SHOWN


def exams() -> Iterator[Exam]:
    """One for all of them: they are worked out for a whole gallery at once."""
    yield Exam("words", _words)


def _words(models: Models, cases: int) -> Iterator[Check]:
    truths = [complete(scene) for scene in scenes("test", cases, seed=30)]
    images = models.encoder.encode_images([draw(scene, SHOWN) for scene in scenes("test", cases, seed=30)])
    records = [PictureRecord(str(number), "", (), SHOWN, SHOWN) for number in range(cases)]
    with TemporaryDirectory() as home:
        found = picture_words(Vectors(records, images, images), Vocabulary.load(models.profile.prompts), models.encoder, Path(home))
    seen = [(parsed(found.line(row)) or Knowledge(), found.words(row), truth) for row, truth in enumerate(truths)]
    yield Check("words: place right, and the first thing named is there", share([named_right(*one) for one in seen]), 0.9, cases)
    named = [truth.find(group.kind) is not None for line, _, truth in seen for group in line.groups]
    there = [line.find(group.kind) is not None for line, _, truth in seen for group in truth.groups]
    yield Check("words: things named that are there", share(named), 0.9, len(named))
    yield Check("words: things that are named", share(there), None, len(there))
    setting = [(line.place, line.time, line.weather) == (truth.place, truth.time, truth.weather) for line, _, truth in seen]
    yield Check("words: place, time and weather right", share(setting), None, cases)
    kinds = [{group.kind for group in line.groups} == {group.kind for group in truth.groups} for line, _, truth in seen]
    yield Check("words: all kinds right and none missing", share(kinds), None, cases)


def named_right(line: Knowledge, words: Sequence[str], truth: Knowledge) -> bool:
    """Whether the line names the place, and the best of the words for a thing names one that is there."""
    first = next((kind for word in words if (kind := word.split()[-1]) in KINDS), None)
    return line.place == truth.place and first is not None and truth.find(first) is not None
